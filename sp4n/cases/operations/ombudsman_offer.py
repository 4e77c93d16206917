"""Once the time that the rules name is over, a reporter is told that the Ombudsman can take their
case over: only they can agree to it, and who does not look at the page would never know.

Each is told once, whichever agency has the case by then: its history says so. Batch by batch, as
late cases climb; a worker that is killed leaves whole batches, and the next finds the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.ombudsman import OFFERED, OMBUDSMAN_EVENTS, may_be_handed
from sp4n.cases.operations.deeds import begin
from sp4n.cases.states import MOVES, Act
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.settings.queries import EVERY_CLASS, UNDER_SUPERVISION, Step, limits_of
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.scope import current_agency_id

OFFER: Final = "ombudsman.offer"
BATCH: Final = 200
# O'clock, where the agency is: a time that ends with a day is no reason to wake anybody.
FROM, UNTIL = 8, 20


def offer_batch(session: Session) -> bool:
    """Of the scope's agency; whether there may be more: that is owed then."""
    agency, at = agency_by_id(current_agency_id()), clock.now()
    if agency is None or not FROM <= at.astimezone(agency.zone).hour < UNTIL:
        return False
    key = f"ombudsman/{agency.id}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
    found, told = _due(session, at), 0
    for case in found:
        deed = begin(session, case=case, actor=SYSTEM, version=None)
        history = sa.select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
        if may_be_handed(session, case, agency, session.scalars(history).all(), at):
            event = deed.tell("ombudsman_offered")
            deed.owe_reporter("notice.case_ombudsman_offered", event)
            deed.record("case.ombudsman_offered", {"event_id": event.id})
            told += 1
    more = told > 0 and len(found) >= BATCH
    if more:
        owe(session, kind=OFFER, object_id=None, queue=UPKEEP)
    session.flush()
    return more


def _due(session: Session, at: datetime) -> Sequence[CaseRecord]:
    """Those that have waited the longest first: who is a day too young stands at the end."""
    case, event = CaseRecord, CaseEvent
    said = sa.exists().where(
        event.agency_id == case.agency_id,
        event.case_id == case.id,
        event.kind.in_((OFFERED, *OMBUDSMAN_EVENTS)),
    )
    wanted = sa.select(case).where(
        case.agency_id == current_agency_id(),
        case.state.in_(MOVES[Act.HAND_TO_OMBUDSMAN]),
        case.trial.is_(False),
        case.handover_id.is_(None),
        sa.or_(sa.false(), *_old_enough(session, at)),
        ~said,
    )
    return session.scalars(wanted.order_by(case.filed_at, case.id).limit(BATCH)).all()


def _old_enough(session: Session, at: datetime) -> Iterator[sa.ColumnElement[bool]]:
    """By the days of the calendar, of which there are never fewer than working days."""
    case = CaseRecord
    for rules, limit in limits_of(session, Step.OMBUDSMAN):
        since = at - timedelta(days=limit.amount)
        mine = [case.rule_set_id == rules.id, case.filed_at < since]
        if limit.case_class == UNDER_SUPERVISION:
            mine += [case.classification == "pengaduan", case.supervision.is_(True)]
        elif limit.case_class != EVERY_CLASS:
            mine += [case.classification == limit.case_class]
        yield sa.and_(*mine)
