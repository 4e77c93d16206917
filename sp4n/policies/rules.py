"""One rule: whom it is about, what is measured over which period, from where on, what follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import combinations, pairwise
from math import floor
from typing import Any, Final

from sp4n.policies.periods import PeriodKind
from sp4n.policies.steps import LADDER, REWARD, SANCTION, STEPS


class Subject(StrEnum):
    UNIT = "unit"
    PERSON = "person"


class Measure(StrEnum):
    """What each counts, `measuring` says in SQL and `words.MEANINGS` to people."""

    FIRST_IN_TIME = "first_in_time"
    COMPLETED_IN_TIME = "completed_in_time"
    MEDIAN_ANSWER = "median_answer"
    OVERDUE = "overdue"
    RATING = "rating"
    CONTESTED = "contested"
    ANSWERED = "answered"
    CASES = "cases"


SHARES: Final = (
    Measure.FIRST_IN_TIME,
    Measure.COMPLETED_IN_TIME,
    Measure.CONTESTED,
    Measure.ANSWERED,
)

COUNTS: Final = (Measure.OVERDUE, Measure.CASES)


class Comparison(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE = "more"
    LESS = "less"


class Element(StrEnum):
    """The three that the national rubric asks for."""

    DISCIPLINE = "discipline"
    PERFORMANCE = "performance"
    USERS = "users"


# The largest threshold of each; the smallest is 0, of a rating 1.
MOST: Final = {
    **dict.fromkeys(SHARES, 100),
    Measure.MEDIAN_ANSWER: 10_000,
    Measure.OVERDUE: 100_000,
    Measure.RATING: 5,
    Measure.CASES: 1_000_000,
}
LEAST: Final = {Measure.RATING: 1}


@dataclass(frozen=True)
class Rule:
    """`number`: its own in the version, kept as long as it is there. `threshold`: percent, hours,
    points or cases, by the measure. `minimum`: below so many cases nothing is judged. `step`: of
    `STEPS`, or LADDER."""

    number: int
    subject: Subject
    period: PeriodKind
    measure: Measure
    comparison: Comparison
    threshold: Decimal
    minimum: int
    effect: str
    step: str
    element: Element

    def holds_for(self, value: Fraction) -> bool:
        limit = Fraction(self.threshold)
        match self.comparison:
            case Comparison.AT_LEAST:
                return value >= limit
            case Comparison.AT_MOST:
                return value <= limit
            case Comparison.MORE:
                return value > limit
            case _:
                return value < limit

    def written(self) -> dict[str, Any]:
        return {**asdict(self), "threshold": str(self.threshold)}


def read_rule(written: dict[str, Any]) -> Rule:
    return Rule(
        number=written["number"],
        subject=Subject(written["subject"]),
        period=PeriodKind(written["period"]),
        measure=Measure(written["measure"]),
        comparison=Comparison(written["comparison"]),
        threshold=Decimal(written["threshold"]),
        minimum=written["minimum"],
        effect=written["effect"],
        step=written["step"],
        element=Element(written["element"]),
    )


def read_rules(written: Sequence[dict[str, Any]]) -> list[Rule]:
    return [read_rule(one) for one in written]


def fits(effect: str, step: str) -> bool:
    """Whether this can follow of a rule of that kind."""
    if step == LADDER:
        return effect == SANCTION
    return step in STEPS and STEPS[step].effect == effect


def missing_elements(rules: Sequence[Rule]) -> list[Element]:
    held = {one.element for one in rules}
    return [one for one in Element if one not in held]


def contradictions(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Pairs of which one rewards and the other punishes the same number of the same subject."""
    for one, other in combinations(rules, 2):
        same = (one.subject, one.period, one.measure) == (
            other.subject,
            other.period,
            other.measure,
        )
        if same and {one.effect, other.effect} == {REWARD, SANCTION} and _meet(one, other):
            yield one, other


def _meet(one: Rule, other: Rule) -> bool:
    """Whether some possible value satisfies both: of those that differ for them, all are tried."""
    least, most = Fraction(LEAST.get(one.measure, 0)), Fraction(MOST[one.measure])
    ends = sorted({least, most, Fraction(one.threshold), Fraction(other.threshold)})
    if one.measure in COUNTS:
        tried = {Fraction(floor(end) + step) for end in ends for step in (-1, 0, 1)}
    else:
        tried = {*ends, *((a + b) / 2 for a, b in pairwise(ends))}
    possible = (value for value in tried if least <= value <= most)
    return any(one.holds_for(value) and other.holds_for(value) for value in possible)
