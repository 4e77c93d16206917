"""Rows of figures: whether they hold their goals, how they are shown and kept."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

OUT: Final = Path(__file__).parent / "out"
BOUNDS: Final[dict[str, Callable[[float, float], bool]]] = {"<=": operator.le, ">=": operator.ge}
GOAL: Final = re.compile(r"(<=|>=) (\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Row:
    """`goal`: "<= 1.5", or "" for what is only told. `holds`: None where that is not judged."""

    what: str
    value: float
    unit: str
    goal: str
    holds: bool | None

    @classmethod
    def of(cls, what: str, value: float, unit: str, goal: str = "", *, judged: bool = True) -> Self:
        """`judged=False` (mostly `scale.full`): the goal means nothing at this size."""
        return cls(what, value, unit, goal, holds(value, goal) if goal and judged else None)


def holds(value: float, goal: str) -> bool:
    found = GOAL.fullmatch(goal)
    if found is None:
        raise ValueError(f"a goal reads like '<= 1.5', not {goal!r}")
    return BOUNDS[found[1]](value, float(found[2]))


def show(rows: Iterable[Row]) -> None:
    for row in rows:
        print(f"  {row.what:<64} {number(row.value):>10} {row.unit:<8} {verdict(row)}", flush=True)


def number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def verdict(row: Row) -> str:
    if row.holds is None:
        return f"{row.goal} (judged by SCALE=full)" if row.goal else ""
    return f"{row.goal} {'holds' if row.holds else 'MISSED'}"


def write(name: str, rows: Iterable[Row], directory: Path = OUT) -> Path:
    """The figures of one module, for whatever wants to read them later."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{name}.json"
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n")
    return path
