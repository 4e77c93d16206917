"""How a case may go: filed how long ago, and what was done to it after how many days.

Together they lie in every state, in time and late; the first few reach every state, so that a few
cases show them all. What would lie in the future has not happened yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import NamedTuple


class Deed(StrEnum):
    VERIFY = "verify"
    ASSIGN = "assign"
    NOTE = "note"
    PROGRESS = "progress"
    ANSWER = "answer"
    REPLY = "reply"
    ACCEPT = "accept"
    EXPIRE = "expire"
    ARCHIVE = "archive"
    # Of specials only.
    HOLD = "hold"
    DRAFT = "draft"
    CONTEST = "contest"  # the second time it waits for a coordinator
    UPHOLD = "uphold"
    RATE = "rate"
    EXTEND = "extend"
    OMBUDSMAN = "ombudsman"  # the reporter asks for it
    RECEIVED = "received"  # the Ombudsman has it
    GROUP = "group"
    ANSWER_ALL = "answer_all"
    SEND = "send"


BY_REPORTER = {Deed.REPLY, Deed.ACCEPT, Deed.CONTEST, Deed.RATE, Deed.OMBUDSMAN}


class Beat(NamedTuple):
    """`days` after the beat before it. When silence ends is said by the case, not here."""

    deed: Deed
    days: float = 0.0


@dataclass(frozen=True)
class Fate:
    """`oldest` and `youngest`: days since it was filed; `often`: its weight among the others."""

    oldest: float
    youngest: float
    beats: tuple[Beat, ...]
    often: int = 1
    supervised: bool = False

    @property
    def misfit(self) -> bool:
        return any(beat.deed == Deed.ARCHIVE for beat in self.beats)


def fate_of(
    oldest: float,
    youngest: float,
    beats: str = "",
    often: int = 1,
    supervised: bool = False,
) -> Fate:
    """`beats` as "verify 1, answer 2.5"."""
    told = [part.split() for part in beats.split(",") if part]
    parsed = tuple(Beat(Deed(name), float(*days)) for name, *days in told)
    return Fate(oldest, youngest, parsed, often, supervised)


# Each state in time, and each that can be late.
NEEDED = (
    fate_of(60, 20, "verify 1.2, progress 3, answer 5, accept 2", often=8),
    fate_of(16, 10, "verify 1, progress 2, answer 3", often=3),
    fate_of(13, 8, "verify 1, note 0.5, progress 2.5", often=2),
    fate_of(4.5, 3, "verify 1", often=2),
    fate_of(0.6, 0.02),
    fate_of(55, 3, "archive 1", often=3),
    fate_of(60, 45, "verify 1.5, progress 4, answer 6, expire", often=6),
    fate_of(50, 38, "verify 2, progress 4"),
    fate_of(13, 9),
    fate_of(24, 17, "verify 2"),
    fate_of(45, 30, "verify 2, progress 3, note 5", supervised=True),
)
OTHERS = (
    fate_of(2.4, 1, often=2),
    fate_of(8, 6, "verify 1, assign 2"),
    fate_of(20, 14, "verify 1, progress 3, answer 4, reply 2"),
    fate_of(12, 6, "verify 1, answer 2", often=2),
    fate_of(58, 12, "verify 0.6, answer 1.5, accept 1", often=8),
    fate_of(60, 45, "verify 2, progress 7, answer 10, reply 1, answer 5, accept 2", often=3),
)


def drawn(rng: Random, count: int) -> Iterator[Fate]:
    """Each that is needed once, in order, then any of them by their weights."""
    yield from NEEDED[:count]
    every = NEEDED + OTHERS
    rest = max(0, count - len(NEEDED))
    yield from rng.choices(every, weights=[fate.often for fate in every], k=rest)
