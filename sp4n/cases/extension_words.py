"""Whether the end of a request for public information can be put off, and what is said of it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.calendars.dates import long_date
from sp4n.cases.models import PUBLIC_INFORMATION, CaseEvent, CaseRecord
from sp4n.cases.states import Act, allows
from sp4n.settings.queries import Step, limit, rule_set


def extended_words(event: CaseEvent, zone: ZoneInfo, language: str) -> str:
    """From when until when, and below it why."""
    days = {
        name: long_date(datetime.fromisoformat(event.data[name]).astimezone(zone).date(), language)
        for name in ("before", "after")
    }
    line = _("Sebelumnya paling lambat %(before)s, sekarang %(after)s.", **days)
    return f"{line}\n{event.body}".strip()


def extension_of(session: Session, case: CaseRecord, at: datetime) -> int:
    """By how many working days; 0 where it cannot: what is late already stays late."""
    due = case.complete_due_at
    if case.classification != PUBLIC_INFORMATION or case.extended_days:
        return 0
    if due is None or due < at or not allows(case, Act.EXTEND):
        return 0
    found = limit(rule_set(session, case.rule_set_id), Step.EXTENSION, case.classification)
    return found.amount if found else 0
