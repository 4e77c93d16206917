"""Children of one process: started again when they die, later each time; stopped with patience."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from sp4n.runtime.processes import Ending, wait_or_kill

log = logging.getLogger(__name__)

TICK = 0.2
# For what ends by itself again and again: it can wait, and the machine has others to serve.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
STEADY_AFTER = 10.0


class Process(Ending, Protocol):
    """What a `subprocess.Popen` can do, as far as it is needed here."""

    @property
    def returncode(self) -> int | None: ...
    def send_signal(self, sig: int) -> None: ...


class Child:
    """`start` makes the process; `patience` is how many seconds it may take to stop."""

    def __init__(self, name: str, start: Callable[[], Process], patience: float) -> None:
        self.name = name
        self.start = start
        self.patience = patience
        self.process: Process | None = None
        self.failures = 0
        self._started = 0.0
        self._not_before = 0.0

    def tend(self) -> None:
        """Start it when it is not there, with a pause that grows while it keeps dying."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self._note_death(now)
        if self.process is None and now >= self._not_before:
            self._started = now
            self.process = self.start()

    def _note_death(self, now: float) -> None:
        """Who was killed has done nothing wrong, and is back at once however often that happens."""
        assert self.process is not None
        code = self.process.returncode
        if now - self._started > STEADY_AFTER or code == -signal.SIGKILL:
            self.failures = 0
        pause = min(FIRST_PAUSE * 2**self.failures, LONGEST_PAUSE)
        self.failures += code != -signal.SIGKILL
        self._not_before = now + pause
        log.warning("%s ended (%s); again in %.1f s", self.name, code, pause)
        self.process = None

    def ask_to_stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, hurry: Callable[[], bool]) -> None:
        if self.process is not None:
            wait_or_kill(self.process, time.monotonic() + self.patience, hurry)
            self.process = None


def stop_together(children: Iterable[Child], hurry: Callable[[], bool]) -> None:
    """All are asked at once; `hurry` ends the waiting."""
    children = list(children)
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait(hurry)
