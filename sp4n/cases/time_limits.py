"""Due dates of a case, by the rules that it was filed under, in its agency's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.calendars.working_days import add_working_days
from sp4n.cases.models import CaseRecord
from sp4n.settings.queries import RuleSetFacts, Step, limit, rule_set
from sp4n.tenants.models import Agency


@dataclass(frozen=True)
class Clockwork:
    """The rules of a case and the zone that its days are counted in."""

    rules: RuleSetFacts
    zone: ZoneInfo

    def due(
        self, step: Step, start: datetime, classification: str, *, supervision: bool = False
    ) -> datetime | None:
        """None where the rules set no limit."""
        found = limit(self.rules, step, classification, supervision)
        return add_working_days(start, found.amount, self.zone) if found else None

    def set_from_verification(self, case: CaseRecord, verified_at: datetime) -> None:
        classification, weighty = case.classification, case.supervision
        case.verified_at = verified_at
        case.answer_due_at = self.due(Step.FIRST_ANSWER, verified_at, classification)
        case.complete_due_at = self.due(
            Step.COMPLETION, verified_at, classification, supervision=weighty
        )


def clockwork_of(session: Session, case: CaseRecord) -> Clockwork:
    zone = session.scalar(sa.select(Agency.time_zone).where(Agency.id == case.agency_id))
    return Clockwork(rule_set(session, case.rule_set_id), ZoneInfo(str(zone)))
