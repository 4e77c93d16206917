"""A job in pieces, and readers: alone, then beside a piece, alone again, and so on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Final

PIECE: Final = 8  # batches of a turn


@dataclass(frozen=True)
class Turns:
    """By page: of each turn the middle of what its readers waited. `seconds`: of the job alone."""

    alone: dict[str, list[float]]
    beside: dict[str, list[float]]
    seconds: float

    def ratio(self, page: str) -> float:
        pairs = zip(self.beside[page], self.alone[page], strict=True)
        return median(beside / alone for beside, alone in pairs)

    def meanwhile(self, page: str) -> float:
        return median(self.beside[page])


def counted_in_turns(
    batch: Callable[[], bool], visit: Callable[[str], float], pages: Sequence[str]
) -> Turns:
    """`batch` says whether there are more; `visit`, how long a page took."""
    found = Turns({page: [] for page in pages}, {page: [] for page in pages}, 0.0)
    seconds, more = 0.0, [True]

    def piece() -> None:
        for _number in range(PIECE):
            more[0] = more[0] and batch()

    for page in pages:
        visit(page)
    while more[0]:
        for page in pages:
            found.alone[page].append(median(visit(page) for _time in range(3)))
        job = threading.Thread(target=piece)
        seen: dict[str, list[float]] = {page: [] for page in pages}
        start = perf_counter()
        job.start()
        while job.is_alive():
            for page in pages:
                seen[page].append(visit(page))
        seconds += perf_counter() - start
        job.join()
        for page in pages:
            found.beside[page].append(median(seen[page]))
    return Turns(found.alone, found.beside, seconds)
