"""Due dates of a case, by the rules that it was filed under, in its agency's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from sp4n.calendars.local_holidays import calendar_of
from sp4n.calendars.working_days import Calendar
from sp4n.cases.models import CaseRecord
from sp4n.settings.queries import RuleSetFacts, Step, limit, rule_set
from sp4n.tenants.resolver import agency_by_id


@dataclass(frozen=True)
class Clockwork:
    """The rules of a case and the calendar that its days are counted in."""

    rules: RuleSetFacts
    calendar: Calendar

    def due(
        self, step: Step, start: datetime, classification: str, *, supervision: bool = False
    ) -> datetime | None:
        """None where the rules set no limit."""
        found = limit(self.rules, step, classification, supervision)
        return self.calendar.end_of(start, found.amount) if found else None

    def set_from_verification(self, case: CaseRecord, verified_at: datetime) -> None:
        classification, weighty = case.classification, case.supervision
        case.verified_at = verified_at
        case.answer_due_at = self.due(Step.FIRST_ANSWER, verified_at, classification)
        case.complete_due_at = self.due(
            Step.COMPLETION, verified_at, classification, supervision=weighty
        )


def clockwork_of(session: Session, case: CaseRecord) -> Clockwork:
    agency = agency_by_id(case.agency_id)
    if agency is None:
        raise LookupError(f"no agency {case.agency_id}")
    return Clockwork(rule_set(session, case.rule_set_id), calendar_of(agency))
