"""Due dates of a case, by the rules that it was filed under, in its agency's calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from sp4n.calendars.local_holidays import calendar_of
from sp4n.calendars.working_days import Calendar
from sp4n.cases.in_hand import agency_of
from sp4n.cases.models import PUBLIC_INFORMATION, CaseRecord
from sp4n.settings.intake import lineage
from sp4n.settings.own_limits import NONE, OwnLimits, effective, own_limits
from sp4n.settings.queries import RuleSetFacts, Step, rule_set
from sp4n.tenants.resolver import AgencyFacts


@dataclass(frozen=True)
class Clockwork:
    """The rules of a case, the calendar that its days are counted in, and what its agency keeps
    stricter: for all, for the unit that has it, for its topic (`topics`, as `lineage` has them)."""

    rules: RuleSetFacts
    calendar: Calendar
    own: OwnLimits = NONE
    unit_id: int | None = None
    topics: tuple[str, ...] = ()
    known: dict[tuple[Step, str, bool], int | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def days(self, step: Step, classification: str, *, supervision: bool = False) -> int | None:
        """None where nobody set a limit. Found once for each kind of case: a recount asks for tens
        of thousands of them."""
        kind = (step, classification, supervision)
        if kind not in self.known:
            found = effective(
                self.rules,
                self.own,
                step,
                classification,
                supervision=supervision,
                unit_id=self.unit_id,
                topics=self.topics,
            )
            self.known[kind] = found.amount if found else None
        return self.known[kind]

    def due(
        self,
        step: Step,
        start: datetime,
        classification: str,
        *,
        supervision: bool = False,
        paused: int = 0,
    ) -> datetime | None:
        """`paused`: working days since `start` that do not count."""
        days = self.days(step, classification, supervision=supervision)
        return None if days is None else self.calendar.end_of(start, days + paused)

    def set_from_verification(self, case: CaseRecord, verified_at: datetime) -> None:
        """Or from when it was taken up again, which came later."""
        case.verified_at = verified_at
        start, kind, paused = case.limits_from or verified_at, case.classification, case.paused_days
        case.answer_due_at = self.due(Step.FIRST_ANSWER, start, kind, paused=paused)
        case.complete_due_at = self.complete_due(case)

    def complete_due(self, case: Any) -> datetime | None:
        """Of a verified case, or a row with its columns."""
        return self.due(
            Step.COMPLETION,
            case.limits_from or _completion_began(case),
            case.classification,
            supervision=case.supervision,
            paused=case.paused_days + case.extended_days,
        )


def _completion_began(case: Any) -> datetime:
    """The law on public information counts from the day that the agency got the request."""
    came: datetime = case.received_at or case.filed_at
    verified: datetime = case.verified_at
    return came if case.classification == PUBLIC_INFORMATION else verified


def clockwork_for(
    agency: AgencyFacts,
    rules: RuleSetFacts,
    unit_id: int | None = None,
    topics: tuple[str, ...] = (),
) -> Clockwork:
    return Clockwork(rules, calendar_of(agency), own_limits(agency.time_limits), unit_id, topics)


def clockwork_of(session: Session, case: CaseRecord, unit_id: int | None = None) -> Clockwork:
    """By the unit that has the case, or is about to get it."""
    agency = agency_of(case)
    rules = rule_set(session, case.rule_set_id)
    topics = lineage(session, case.category_id, case.own_topic)
    return clockwork_for(agency, rules, unit_id or case.unit_id, topics)
