"""What the clients did and were told: what the database is held against at the end."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Filing:
    """`title` is its own. `reference`, `access_code`: what the confirmation said; "" where none was
    seen."""

    agency_id: int
    title: str
    reference: str = ""
    access_code: str = ""


@dataclass
class Answer:
    """`body` is its own. `acknowledged`: the desk was told that it is out."""

    agency_id: int
    body: str
    acknowledged: bool = False


@dataclass
class Ledger:
    """`seen`: answers of the web by status, and what was no answer by its kind. `upheavals`: from
    and to when something was killed or away; a mail of that moment may come twice."""

    filings: list[Filing] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    upheavals: list[tuple[float, float]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def new_filing(self, agency_id: int) -> Filing:
        with self.lock:
            filing = Filing(agency_id, f"Laporan uji nomor {next(self.numbers)}")
            self.filings.append(filing)
        return filing

    def new_answer(self, agency_id: int) -> Answer:
        with self.lock:
            answer = Answer(
                agency_id, f"Tanggapan uji nomor {next(self.numbers)}, sedang kami urus"
            )
            self.answers.append(answer)
        return answer

    def note(self, what: str) -> None:
        with self.lock:
            self.seen[what] += 1

    @contextmanager
    def upheaval(self) -> Iterator[None]:
        begun = time.time()
        try:
            yield
        finally:
            with self.lock:
                self.upheavals.append((begun, time.time()))

    def killed(self) -> None:
        """Something was, at this moment."""
        with self.upheaval():
            pass
