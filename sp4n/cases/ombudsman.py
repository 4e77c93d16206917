"""Handing a case to the Ombudsman: from when on it is offered, where it stands, which limits were
missed. The rules say after how long (`Step.OMBUDSMAN`), and in which days they count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from sp4n.calendars.local_holidays import calendar_of
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.ombudsman_models import OmbudsmanHandoff
from sp4n.cases.states import Act, allows
from sp4n.errors import NotFound
from sp4n.settings.queries import Step, Unit, limit, rule_set
from sp4n.tenants.resolver import AgencyFacts

HANDOFF_LABELS: Final[dict[str, LazyString]] = {
    "asked": _l("Diminta pelapor"),
    "prepared": _l("Berkas siap diserahkan"),
    "received": _l("Diterima Ombudsman"),
    "decided": _l("Ada hasil dari Ombudsman"),
    "withdrawn": _l("Persetujuan ditarik pelapor"),
}
WITHDRAWN: Final = "ombudsman_withdrawn"
OFFERED: Final = "ombudsman_offered"  # its reporter was told that they can
OMBUDSMAN_EVENTS: Final = (
    *("ombudsman_asked", "ombudsman_received", "ombudsman_decided"),
    WITHDRAWN,
)


def offered_from(session: Session, case: CaseRecord, agency: AgencyFacts) -> datetime | None:
    """None where no rule says so for a case of this class. Asks the database nothing."""
    rules = rule_set(session, case.rule_set_id)
    found = limit(rules, Step.OMBUDSMAN, case.classification, case.supervision)
    if found is None:
        return None
    calendar = calendar_of(agency)
    if found.unit == Unit.WORKING_DAY:
        return calendar.end_of(case.filed_at, found.amount)
    day = case.filed_at.astimezone(calendar.zone).date() + timedelta(days=found.amount)
    return datetime.combine(day, time.max, calendar.zone)


def may_be_handed(
    session: Session,
    case: CaseRecord,
    agency: AgencyFacts,
    events: Sequence[CaseEvent],
    at: datetime,
) -> bool:
    """By its reporter, now; `events`: its history. Where another agency had it, it may have been
    handed over there."""
    since = offered_from(session, case, agency)
    if since is None or since >= at or case.trial or not allows(case, Act.HAND_TO_OMBUDSMAN):
        return False
    return not stands_there(events)


def stands_there(events: Sequence[CaseEvent]) -> bool:
    """`events`: the history of a case, oldest first; of these the last one says it."""
    told = [event.kind for event in events if event.kind in OMBUDSMAN_EVENTS]
    return bool(told) and told[-1] != WITHDRAWN


def handoff_of(session: Session, *, case_id: int) -> OmbudsmanHandoff | None:
    return session.scalar(sa.select(OmbudsmanHandoff).where(OmbudsmanHandoff.case_id == case_id))


def handoff_by_id(session: Session, *, handoff_id: int) -> OmbudsmanHandoff:
    found = session.scalar(sa.select(OmbudsmanHandoff).where(OmbudsmanHandoff.id == handoff_id))
    if found is None:
        raise NotFound
    return found


def missed_limits(case: CaseRecord, at: datetime) -> list[dict[str, Any]]:
    """In the order in which they are owed."""
    owed = (
        (Step.VERIFICATION, case.verify_due_at, case.verified_at),
        (Step.FIRST_ANSWER, case.answer_due_at, case.first_answered_at),
        (Step.COMPLETION, case.complete_due_at, None),
    )
    return [
        {"limit": str(step), "due_at": due.isoformat(), "met_at": met.isoformat() if met else None}
        for step, due, met in owed
        if due is not None and due < (met or at)
    ]
