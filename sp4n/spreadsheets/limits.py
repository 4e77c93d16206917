"""How much of a file is read, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import thread_time

from sp4n.spreadsheets.refusals import Refusal, refused


@dataclass(frozen=True)
class Limits:
    """`rows` and `cells` that say something; empty ones cost nothing but time. `filled`: cells that
    are merged with one above; `seconds`: of work, however busy the machine is."""

    bytes: int = 5 * 1024 * 1024
    unpacked: int = 80 * 1024 * 1024
    parts: int = 2000
    sheets: int = 60
    rows: int = 10_000
    columns: int = 120
    cells: int = 400_000
    letters: int = 8_000_000
    filled: int = 200_000
    seconds: float = 6.0
    memory: int = 768 * 1024 * 1024  # of the process that reads old files


DEFAULT = Limits()


@dataclass
class Watch:
    """Looks at what one reading has used so far."""

    limits: Limits
    until: float = field(init=False)
    rows: int = 0
    cells: int = 0
    letters: int = 0

    def __post_init__(self) -> None:
        self.until = thread_time() + self.limits.seconds

    def tick(self) -> None:
        if thread_time() > self.until:
            raise refused(Refusal.TOO_SLOW)

    def row(self) -> None:
        self.rows += 1
        if self.rows > self.limits.rows:
            raise refused(Refusal.TOO_MANY_ROWS, most=self.limits.rows)

    def cell(self, text: str = "") -> None:
        self.cells += 1
        self.letters += len(text)
        if self.cells > self.limits.cells or self.letters > self.limits.letters:
            raise refused(Refusal.TOO_MUCH)
