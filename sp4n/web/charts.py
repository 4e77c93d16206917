"""Where the bars of a chart go: arithmetic for the templates that draw it as SVG.

A picture is a box of 100 by 100 units, stretched by the page; y grows downwards. Words are no part
of it: they stay HTML beside the picture, at the size of text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST_STEPS = 5
GAP = 0.3  # of a column's place


@dataclass(frozen=True, slots=True)
class Series:
    """`fill`: brand or a sentiment (ok, soon, late, info, reply, neutral)."""

    name: str
    fill: str
    values: Sequence[int]


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns side by side, each with its series stacked from the ground up."""

    names: Sequence[str]
    series: Sequence[Series]

    def __post_init__(self) -> None:
        for one in self.series:
            if len(one.values) != len(self.names) or min(one.values, default=0) < 0:
                raise ValueError(f"{one.name!r}: one value of 0 or more for each name")

    @property
    def totals(self) -> list[int]:
        return [sum(values) for values in zip(*(one.values for one in self.series), strict=True)]

    @property
    def scale(self) -> list[int]:
        """Round numbers from 0 to at least the highest column."""
        return scale(max(self.totals, default=0))

    @property
    def lines(self) -> list[float]:
        """y of each number of the scale."""
        return [_rounded(100 - 100 * number / self.scale[-1]) for number in self.scale]

    @property
    def bars(self) -> list[Bar]:
        bars, ground = [], [0] * len(self.names)
        for one in self.series:
            for column, value in enumerate(one.values):
                ground[column] += value
                if value:
                    bars.append(self._bar(column, value, ground[column], one.fill))
        return bars

    def _bar(self, column: int, value: int, top: int, fill: str) -> Bar:
        most, place = self.scale[-1], 100 / len(self.names)
        return Bar(
            x=_rounded((column + GAP / 2) * place),
            y=_rounded(100 - 100 * top / most),
            width=_rounded((1 - GAP) * place),
            height=_rounded(100 * value / most),
            fill=fill,
        )


def scale(most: int) -> list[int]:
    """0 and up to five even steps of 1, 2 or 5 times a power of ten: counts have no fractions."""
    powers = (10**n for n in range(len(str(max(most, 1))) + 1))
    step = next(n * power for power in powers for n in (1, 2, 5) if most <= n * power * MOST_STEPS)
    steps = max(-(-most // step), 1)
    return [step * n for n in range(steps + 1)]


def share(value: int, most: int) -> float:
    """Of the longest bar, 0 to 100."""
    return _rounded(100 * value / most) if most else 0.0


def _rounded(number: float) -> float:
    return round(number, 2)
