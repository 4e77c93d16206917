"""Time limits that an agency keeps stricter than the rules do: for all its cases, for those of one
of its units, or for those about one topic.

They are published with the agency's other settings, as text: a limit a line. Never looser: where
one is not stricter than what it stands below, that holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from sp4n.settings.intake import is_token
from sp4n.settings.queries import EVERY_CLASS, RuleSetFacts, Step, class_of, limit

WHOLE_AGENCY: Final = 0
BETWEEN: Final = ":"
LONGEST_DAYS: Final = 120
AGENCIES_REMEMBERED = 2048
# What a unit owes, and what is owed by topic: a case is verified before either is certain.
UNIT_STEPS: Final = (Step.FIRST_ANSWER, Step.COMPLETION)
# The reporter's time is not the agency's to shorten.
OWN_STEPS: Final = (
    Step.VERIFICATION,
    *UNIT_STEPS,
    *(Step.ESCALATE_ADMIN, Step.ESCALATE_HEAD, Step.ESCALATE_COORDINATOR),
)

Source = Literal["national", "agency", "unit", "topic"]


@dataclass(frozen=True, order=True)
class OwnLimit:
    """`unit_id`: a unit, or WHOLE_AGENCY; `topic`: the token of one, or ""; never both. `amount` in
    working days."""

    unit_id: int
    step: Step
    case_class: str
    amount: int
    topic: str = ""


@dataclass(frozen=True)
class Effective:
    """What holds, and who says so; the citation is the rule's, "" where no rule sets a limit."""

    amount: int
    source: Source
    citation: str = ""


@dataclass(frozen=True)
class OwnLimits:
    """By unit, or by topic where one is named."""

    amounts: Mapping[tuple[int, Step, str], int] = field(default_factory=dict)
    of_topics: Mapping[tuple[str, Step, str], int] = field(default_factory=dict)

    def of(self, unit_id: int, step: Step, case_class: str) -> int | None:
        found = self.amounts.get((unit_id, step, case_class))
        return found or self.amounts.get((unit_id, step, EVERY_CLASS))

    def of_topic(self, topic: str, step: Step, case_class: str) -> int | None:
        found = self.of_topics.get((topic, step, case_class))
        return found or self.of_topics.get((topic, step, EVERY_CLASS))


NONE: Final = OwnLimits()


@lru_cache(maxsize=AGENCIES_REMEMBERED)
def read_limits(text: str) -> tuple[OwnLimit, ...]:
    """ValueError where a line is none of ours."""
    found = []
    for line in text.splitlines():
        unit_id, step, case_class, amount, *topic = line.split(BETWEEN)
        one = OwnLimit(int(unit_id), Step(step), case_class, int(amount), *topic)
        if one.step not in OWN_STEPS or not 0 < one.amount <= LONGEST_DAYS or one.unit_id < 0:
            raise ValueError("not a limit that an agency can set")
        if one.topic and (one.unit_id or one.step not in UNIT_STEPS or not is_token(one.topic)):
            raise ValueError("not a limit of a topic")
        found.append(one)
    return tuple(sorted(found))


def written_limits(limits: Iterable[OwnLimit]) -> str:
    return "\n".join(
        BETWEEN.join(
            (str(one.unit_id), one.step, one.case_class, str(one.amount))
            + ((one.topic,) if one.topic else ())
        )
        for one in sorted(limits)
    )


@lru_cache(maxsize=AGENCIES_REMEMBERED)
def own_limits(text: str) -> OwnLimits:
    every = read_limits(text)
    return OwnLimits(
        {(one.unit_id, one.step, one.case_class): one.amount for one in every if not one.topic},
        {(one.topic, one.step, one.case_class): one.amount for one in every if one.topic},
    )


def effective(
    rules: RuleSetFacts,
    own: OwnLimits,
    step: Step,
    classification: str,
    *,
    supervision: bool = False,
    unit_id: int | None = None,
    topics: Collection[str] = (),
) -> Effective | None:
    """The strictest of what the rules, the agency, the unit and the topic say; None where nobody
    says anything. `topics`: tokens of the topic and of what it stands below."""
    case_class = class_of(classification, supervision)
    national = limit(rules, step, classification, supervision)
    holds = Effective(national.amount, "national", national.citation) if national else None
    if step in OWN_STEPS:
        holds = _stricter(holds, own.of(WHOLE_AGENCY, step, case_class), "agency")
    if step in UNIT_STEPS and unit_id:
        holds = _stricter(holds, own.of(unit_id, step, case_class), "unit")
    for topic in topics if step in UNIT_STEPS else ():
        holds = _stricter(holds, own.of_topic(topic, step, case_class), "topic")
    return holds


def _stricter(holds: Effective | None, amount: int | None, source: Source) -> Effective | None:
    if amount is None or (holds is not None and holds.amount <= amount):
        return holds
    return Effective(amount, source, holds.citation if holds else "")
