"""Whether pages stay as fast when there are a hundred times as many cases, or agencies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench.building.database import Built, built
from bench.interleaved import interleaved
from bench.scale import Scale
from bench.table import OUT, Row
from bench.visitor import Visitor, visitor

PAGES = (
    "overview",
    "desk list",
    "desk list of a liaison",
    "desk list, late",
    "desk list, one state",
    "desk list, closed of one topic",
    "desk list, closed of a class",
    "desk list, a rare word",
    "desk list, a common word",
    "counts of twenty saved views",
    "counts of twenty views with words",
    "one case",
    "tracking",
    "public list",
    "public list, a rare word",
    "public list, a common word",
    "public case",
    "agency front page",
)
# What staff and citizens wait for many times a day: the slow ones count, too.
WAITED_FOR = frozenset(
    {
        *("desk list", "desk list, a rare word", "desk list, a common word"),
        *("counts of twenty saved views", "tracking", "public list, a common word"),
    }
)
FRONT = "national front page"
AGENCIES, FEW_AGENCIES = 690, 7


def data_dir() -> Path:
    """Where built databases are kept from one run to the next."""
    return Path(os.environ.get("DATA_DIR") or OUT / "data")


def measure(scale: Scale) -> list[Row]:
    few, many = scale.pick((1_000, 20_000), (10_000, 1_000_000))
    sizes = ((AGENCIES, few), (AGENCIES, many), (FEW_AGENCIES, few))
    with ExitStack() as held:
        made = [held.enter_context(built(data_dir(), agencies=a, cases=c)) for a, c in sizes]
        small, large, handful = (held.enter_context(visitor(one.settings)) for one in made)
        rounds = scale.pick(11, 101)
        rows = [row for page in PAGES for row in compared(page, small, large, rounds, scale)]
        rows += fronts(handful, small, rounds)
    return [*speeds(made), *rows]


def compared(page: str, small: Visitor, large: Visitor, rounds: int, scale: Scale) -> Iterator[Row]:
    found = interleaved(
        {"small": partial(small.visit, page), "large": partial(large.visit, page)}, rounds
    )
    growth = found.median("large") / found.median("small")
    yield Row.of(f"{page}: many cases / few", growth, "x", "<= 1.5", judged=scale.full)
    if page in WAITED_FOR:
        far = found.p95("large") / found.p95("small")
        yield Row.of(f"{page}: p95, many cases / few", far, "x", "<= 1.5", judged=scale.full)
    yield Row.of(f"{page}: median with many cases", 1000 * found.median("large"), "ms")
    yield Row.of(f"{page}: p95 with many cases", 1000 * found.p95("large"), "ms")


def fronts(handful: Visitor, all_of_them: Visitor, rounds: int) -> Iterator[Row]:
    sides = {"few": partial(handful.visit, FRONT), "all": partial(all_of_them.visit, FRONT)}
    found = interleaved(sides, 4 * rounds)
    ratio = found.median("all") / found.median("few")
    what = f"{FRONT}: {AGENCIES} agencies / {FEW_AGENCIES}"
    yield Row.of(what, ratio, "x", "<= 1.1")
    yield Row.of(f"{FRONT}: median with {AGENCIES}", 1000 * found.median("all"), "ms")


def speeds(made: list[Built]) -> Iterator[Row]:
    """Of those that this run had to build."""
    for one in made:
        if one.rows:
            yield Row.of(f"built: {one.rows:,} rows", one.rows / one.seconds, "rows/s")
