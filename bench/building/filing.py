"""One case with all that the application writes about it, as rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from psycopg.types.json import Jsonb

from bench.building.courses import Step, course
from bench.building.offices import Limits, Office
from bench.building.texts import Text, text_of
from sp4n import clock
from sp4n.cases.references import ALPHABET, with_check
from sp4n.cases.states import ARCHIVE_REASONS, Act, State
from sp4n.figures.histograms import bucket_of
from sp4n.figures.operations import FILED, FIRST_ANSWER
from sp4n.settings.queries import Step as Limit

# 19^9 references; a factor without a divisor in common with it gives each number its own.
REFERENCES = len(ALPHABET) ** 9
FACTOR = 198_491_317
SUPERVISED, CONFIDENTIAL, TRACELESS, REACHABLE, PUBLISHED, ASSIGNED = 0.02, 0.07, 0.2, 0.6, 0.8, 0.9


@dataclass(slots=True)
class Filed:
    """A case and its course; `assigned`: to which unit, when it was verified."""

    id: int
    office: Office
    filed_at: datetime
    filed_on: date
    text: Text
    classification: str
    supervision: bool
    confidential: bool
    traceless: bool
    reachable: bool
    category_id: int | None
    assigned: int
    will_be_public: bool
    steps: list[Step] = field(default_factory=list)

    @property
    def reference(self) -> str:
        return reference_of(self.id)

    @property
    def state(self) -> State:
        return self.steps[-1].after if self.steps else State.UNVERIFIED

    def at(self, *acts: Act) -> datetime | None:
        """When the first of these acts was done."""
        return next((step.at for step in self.steps if step.act in acts), None)

    @property
    def verified_at(self) -> datetime | None:
        return self.at(Act.VERIFY)

    @property
    def first_answered_at(self) -> datetime | None:
        return self.at(Act.ANSWER, Act.CONCLUDE)

    @property
    def unit_id(self) -> int | None:
        return self.assigned if self.assigned and self.verified_at else None

    @property
    def published(self) -> bool:
        return self.will_be_public and not self.confidential and self.verified_at is not None


def reference_of(number: int) -> str:
    number = number * FACTOR % REFERENCES
    drawn = []
    for _place in range(9):
        number, value = divmod(number, len(ALPHABET))
        drawn.append(ALPHABET[value])
    return with_check("".join(drawn))


def filed(
    number: int,
    office: Office,
    filed_at: datetime,
    *,
    until: datetime,
    limits: Limits,
    category_ids: dict[str, int],
    rng: Random,
) -> Filed:
    """Drawn, with its course up to `until`."""
    text, lot = text_of(number, rng), rng.random()
    traceless = lot < TRACELESS
    at = clock.rounded_to_hour(filed_at) if traceless else filed_at
    case = Filed(
        id=number,
        office=office,
        filed_at=at,
        filed_on=at.astimezone(office.zone).date(),
        text=text,
        classification=text.topic.classification,
        supervision=text.topic.classification == "pengaduan" and rng.random() < SUPERVISED,
        confidential=rng.random() < CONFIDENTIAL,
        traceless=traceless,
        reachable=TRACELESS <= lot < TRACELESS + REACHABLE,
        category_id=category_ids.get(text.topic.category),
        assigned=rng.choice(office.units) if rng.random() < ASSIGNED else 0,
        will_be_public=rng.random() < PUBLISHED,
    )
    case.steps += course(
        at,
        until=until,
        reply_due=lambda start: due(limits, case, Limit.REPLY, start),
        traceless=traceless,
        rng=rng,
    )
    case.confidential |= case.supervision and case.verified_at is not None
    return case


def due(limits: Limits, case: Filed, limit: Limit, start: datetime | None) -> datetime | None:
    """Before the agency has looked at a case nobody knows that it weighs more than another."""
    if start is None:
        return None
    return limits.due(
        limit,
        start,
        filed_on=case.filed_on,
        zone=case.office.zone,
        classification=case.classification,
        supervision=case.supervision and limit is Limit.COMPLETION,
    )


def case_row(case: Filed, limits: Limits, code_hash: bytes) -> tuple[Any, ...]:
    verified_at, state = case.verified_at, case.state
    verify_due = due(limits, case, Limit.VERIFICATION, case.filed_at)
    answer_due = due(limits, case, Limit.FIRST_ANSWER, verified_at)
    complete_due = due(limits, case, Limit.COMPLETION, verified_at)
    owed = {
        State.UNVERIFIED: verify_due,
        State.UNHANDLED: answer_due,
        State.IN_PROGRESS: complete_due,
    }
    return (
        *(case.office.id, case.id, case.reference, code_hash, case.classification),
        *(case.supervision and verified_at is not None, case.text.title, case.text.body),
        *(case.filed_on - timedelta(days=case.id % 5), case.text.location, case.category_id),
        *(case.traceless, case.confidential, state, case.unit_id),
        *(limits.rule_set_id(case.filed_on), case.filed_at, verified_at, case.first_answered_at),
        *(case.at(Act.ACCEPT, Act.EXPIRE, Act.ARCHIVE), verify_due, answer_due, complete_due),
        *(reply_due(case, limits), owed.get(state), archive_reason(case), case.published),
        *(case.steps[-1].at if case.steps else case.filed_at, 1 + len(case.steps)),
    )


def reply_due(case: Filed, limits: Limits) -> datetime | None:
    """Of the last final answer, if the reporter has not written since."""
    ended = [step for step in case.steps if step.act in (Act.CONCLUDE, Act.REPLY)]
    if not ended or ended[-1].act is Act.REPLY:
        return None
    return due(limits, case, Limit.REPLY, ended[-1].at)


def archive_reason(case: Filed) -> str:
    return ARCHIVE_REASONS[case.id % len(ARCHIVE_REASONS)] if case.state == State.ARCHIVED else ""


def public_row(case: Filed, timeline: list[dict[str, Any]]) -> tuple[Any, ...]:
    return (
        *(case.office.id, case.id, case.reference, case.classification, case.text.title),
        *(case.text.body, case.text.location, case.category_id, case.state, case.filed_at),
        *(case.steps[-1].at, Jsonb(timeline)),
    )


def counted(case: Filed) -> Counter[tuple[str, int]]:
    """What this case adds to the figures of its agency: (measure, bucket) -> amount."""
    found = Counter({(FILED, int(case.confidential)): 1})
    if case.state != State.UNVERIFIED:
        found[case.state.value, int(case.confidential)] += 1
    if case.first_answered_at is not None:
        found[FIRST_ANSWER, bucket_of(case.first_answered_at - case.filed_at)] += 1
    return found
