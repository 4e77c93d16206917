"""Reports and answers all the while: threads that file, and one that verifies and answers."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from bench.faults.clients import PATIENCE, GaveUp, Unexpected
from bench.faults.ledger import Filing
from bench.faults.scene import Place, Scene

FILERS: Final = 4
FINAL_EVERY: Final = 3


class Traffic:
    """`with Traffic(scene) as traffic: …` — flows while you are inside; `wrong` says what no fault
    explains."""

    def __init__(self, scene: Scene, filers: int = FILERS, *, answering: bool = True) -> None:
        self.scene = scene
        self.filed = 0
        self.wrong: list[str] = []
        self._stop = threading.Event()
        self._to_answer: dict[int, queue.SimpleQueue[Filing]] = {
            place.id: queue.SimpleQueue() for place in scene.places
        }
        work: list[Callable[[], None]] = [self._file] * filers
        if answering:
            work.append(partial(self._answer, scene.places[0]))
        self._threads = [threading.Thread(target=one, daemon=True) for one in work]

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        give_up = time.monotonic() + PATIENCE + 50
        for thread in self._threads:
            thread.join(max(0.0, give_up - time.monotonic()))
            if thread.is_alive():
                self.wrong.append("a client that does not end")

    def wait_for(self, filings: int, within: float) -> bool:
        """Until so many were acknowledged since the beginning."""
        give_up = time.monotonic() + within
        while self.filed < filings and time.monotonic() < give_up:
            time.sleep(0.1)
        return self.filed >= filings

    def _file(self) -> None:
        while not self._stop.is_set():
            reporter = self.scene.reporter()
            try:
                reporter.file()
            except (GaveUp, Unexpected) as error:
                self.wrong.append(f"{reporter.filing.title}: {error}")
            else:
                self.filed += 1
                self._to_answer[reporter.filing.agency_id].put(reporter.filing)

    def _answer(self, place: Place) -> None:
        officer, handled = self.scene.officer(place), 0
        try:
            officer.sign_in()
            while not self._stop.is_set():
                try:
                    filing = self._to_answer[place.id].get(timeout=0.2)
                except queue.Empty:
                    continue
                handled += 1
                answer = self.scene.ledger.new_answer(place.id)
                officer.handle(filing, answer, final=handled % FINAL_EVERY == 0)
        except (GaveUp, Unexpected) as error:
            self.wrong.append(f"the officer: {error}")
