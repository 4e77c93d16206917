"""Time limits that an agency, or one of its units, keeps stricter than the rules do.

They are published with the agency's other settings, as text: a limit a line. Never looser: where
one is not stricter than what it stands below, that holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from sp4n.settings.queries import EVERY_CLASS, RuleSetFacts, Step, class_of, limit

WHOLE_AGENCY: Final = 0
BETWEEN: Final = ":"
LONGEST_DAYS: Final = 120
AGENCIES_REMEMBERED = 2048
# What a unit owes; a case is verified before any unit has it.
UNIT_STEPS: Final = (Step.FIRST_ANSWER, Step.COMPLETION)
# The reporter's time is not the agency's to shorten.
OWN_STEPS: Final = (Step.VERIFICATION, *UNIT_STEPS)

Source = Literal["national", "agency", "unit"]


@dataclass(frozen=True, order=True)
class OwnLimit:
    """`unit_id`: a unit, or WHOLE_AGENCY; `amount` in working days."""

    unit_id: int
    step: Step
    case_class: str
    amount: int


@dataclass(frozen=True)
class Effective:
    """What holds, and who says so; the citation is the rule's, "" where no rule sets a limit."""

    amount: int
    source: Source
    citation: str = ""


@dataclass(frozen=True)
class OwnLimits:
    amounts: Mapping[tuple[int, Step, str], int] = field(default_factory=dict)

    def of(self, unit_id: int, step: Step, case_class: str) -> int | None:
        found = self.amounts.get((unit_id, step, case_class))
        return found or self.amounts.get((unit_id, step, EVERY_CLASS))


NONE: Final = OwnLimits()


@lru_cache(maxsize=AGENCIES_REMEMBERED)
def read_limits(text: str) -> tuple[OwnLimit, ...]:
    """ValueError where a line is none of ours."""
    found = []
    for line in text.splitlines():
        unit_id, step, case_class, amount = line.split(BETWEEN)
        one = OwnLimit(int(unit_id), Step(step), case_class, int(amount))
        if one.step not in OWN_STEPS or not 0 < one.amount <= LONGEST_DAYS or one.unit_id < 0:
            raise ValueError("not a limit that an agency can set")
        found.append(one)
    return tuple(sorted(found))


def written_limits(limits: Iterable[OwnLimit]) -> str:
    return "\n".join(
        BETWEEN.join((str(one.unit_id), one.step, one.case_class, str(one.amount)))
        for one in sorted(limits)
    )


@lru_cache(maxsize=AGENCIES_REMEMBERED)
def own_limits(text: str) -> OwnLimits:
    return OwnLimits(
        {(one.unit_id, one.step, one.case_class): one.amount for one in read_limits(text)}
    )


def effective(
    rules: RuleSetFacts,
    own: OwnLimits,
    step: Step,
    classification: str,
    *,
    supervision: bool = False,
    unit_id: int | None = None,
) -> Effective | None:
    """The strictest of what the rules, the agency and the unit say; None where nobody says
    anything."""
    case_class = class_of(classification, supervision)
    national = limit(rules, step, classification, supervision)
    holds = Effective(national.amount, "national", national.citation) if national else None
    if step in OWN_STEPS:
        holds = _stricter(holds, own.of(WHOLE_AGENCY, step, case_class), "agency")
    if step in UNIT_STEPS and unit_id:
        holds = _stricter(holds, own.of(unit_id, step, case_class), "unit")
    return holds


def _stricter(holds: Effective | None, amount: int | None, source: Source) -> Effective | None:
    if amount is None or (holds is not None and holds.amount <= amount):
        return holds
    return Effective(amount, source, holds.citation if holds else "")
