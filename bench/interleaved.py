"""Measuring several things against each other on a machine that is never quite at rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter

LEAST_ROUNDS = 5


@dataclass(frozen=True)
class Interleaved:
    """What each subject measured, round by round."""

    samples: dict[str, list[float]]

    def median(self, name: str) -> float:
        return median(self.samples[name])

    def p95(self, name: str) -> float:
        return quantiles(self.samples[name], n=20, method="inclusive")[-1]

    def ratio(self, name: str, baseline: str) -> float:
        """The median of the rounds' own ratios: what slowed one round slowed both its sides."""
        pairs = zip(self.samples[name], self.samples[baseline], strict=True)
        return median(value / base for value, base in pairs)


def interleaved(subjects: Mapping[str, Callable[[], float]], rounds: int) -> Interleaved:
    """A B A B …, after one round that is not counted. A subject returns its own measurement:
    seconds (see `seconds`) or so many a second, as long as all of them return the same."""
    if rounds < LEAST_ROUNDS:
        raise ValueError(f"{rounds} rounds say little; at least {LEAST_ROUNDS}")
    for measure in subjects.values():
        measure()
    samples: dict[str, list[float]] = {name: [] for name in subjects}
    for _round in range(rounds):
        for name, measure in subjects.items():
            samples[name].append(measure())
    return Interleaved(samples)


def seconds(act: Callable[[], object]) -> Callable[[], float]:
    """`act`, as something that measures how long it takes."""

    def measured() -> float:
        start = perf_counter()
        act()
        return perf_counter() - start

    return measured
