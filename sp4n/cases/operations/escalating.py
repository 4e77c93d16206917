"""Late cases climb: a job looks at those whose time has come, batch by batch.

Each batch is a transaction: where the cases stand, and the history that says why. A worker that is
killed leaves whole batches, and who comes next finds the others; what has climbed is not found
again. Letters are of the day, not of the case (`tell_of_escalations`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM
from sp4n.audit.operations import record
from sp4n.calendars.local_holidays import calendar_of
from sp4n.cases.escalation import MISSED, Level, Standing, standing, whole_days
from sp4n.cases.escalation_models import EscalationDigest
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.states import Act, State, can
from sp4n.cases.time_limits import clockwork_for
from sp4n.db import PLANNED_ANEW
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.settings.queries import rule_set
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from sp4n.tenants.scope import current_agency_id

ESCALATE: Final = "case.escalate"
STAFF_ESCALATED: Final = "notice.staff_escalated"
BATCH: Final = 200
A_DAY: Final = timedelta(days=1)
LETTERS_FROM: Final = 6  # o'clock, of the agency's day: limits end with a day, so all is in then

_case = cast(sa.Table, CaseRecord.__table__)
_READ: Final = (
    *(_case.c.id, _case.c.state, _case.c.classification, _case.c.rule_set_id, _case.c.unit_id),
    *(_case.c.due_at, _case.c.owed_since, _case.c.trial, _case.c.handover_id),
    *(_case.c.escalation_level, _case.c.escalates_at),
)


def escalate_batch(session: Session) -> bool:
    """Of the scope's agency; whether there may be more: that is owed then."""
    agency = agency_by_id(current_agency_id())
    if agency is None:
        raise LookupError("no such agency")
    _take_turn(session, agency)
    at = clock.now()
    rows = _next_cases(session, at)
    looked_at = [(row, _standing(session, row, agency, at)) for row in rows]
    _write(session, agency, looked_at, at)
    more = len(rows) >= BATCH
    if more:
        owe(session, kind=ESCALATE, object_id=None, queue=UPKEEP)
    session.flush()
    return more


def _next_cases(session: Session, at: datetime) -> list[Any]:
    """Late ones that were not looked at yet, and those that climb on about now. What somebody acts
    on at this moment is left for the next time."""
    mine = _case.c.agency_id == current_agency_id()
    new = sa.select(_case.c.id).where(
        mine, _case.c.due_at < at, _case.c.escalation_level == 0, _case.c.escalates_at.is_(None)
    )
    new = new.order_by(_case.c.due_at, _case.c.id).limit(BATCH)
    on = sa.select(_case.c.id).where(mine, _case.c.escalates_at < at)
    on = on.order_by(_case.c.escalates_at, _case.c.id).limit(BATCH)
    ids = sa.union_all(*(part.subquery().select() for part in (new, on))).subquery()
    wanted = (
        sa.select(*_READ)
        .where(mine, _case.c.id.in_(sa.select(ids)))
        .order_by(_case.c.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    return list(session.connection().execute(wanted.execution_options(**PLANNED_ANEW)))


def _standing(session: Session, row: Any, agency: AgencyFacts, at: datetime) -> Standing:
    before = Level(row.escalation_level)
    if row.due_at is None or row.trial or not can(row.state, Act.ESCALATE):
        # Nothing is owed; a trial is nobody's business, and ends before the agency goes live.
        return Standing(before, None if row.due_at is None else at + A_DAY)
    if row.handover_id is not None:
        return Standing(before, at + A_DAY)
    if row.due_at >= at:
        return Standing(before, row.due_at if before else None)
    clockwork = clockwork_for(agency, rule_set(session, row.rule_set_id))
    found = standing(
        clockwork,
        due_at=row.due_at,
        owed_since=row.owed_since,
        kind=row.classification,
        at=at,
    )
    if found.level > before:
        return found
    next_at = found.next_at if found.level == before else _on_from(before, found)
    # No rule says anything (yet), or it stands at the top.
    return Standing(before, next_at or (None if before else at + A_DAY))


def _on_from(before: Level, found: Standing) -> datetime | None:
    """It stands higher than its days are now, as days off were entered since: it comes not down."""
    return None if before == Level.COORDINATOR else found.next_at


def _write(
    session: Session, agency: AgencyFacts, looked_at: list[tuple[Any, Standing]], at: datetime
) -> None:
    """The case's version stays: what somebody is writing at the desk must not be refused for it."""
    changed = [
        {"case": row.id, "level": int(found.level), "next_at": found.next_at}
        for row, found in looked_at
        if (row.escalation_level, row.escalates_at) != (found.level, found.next_at)
    ]
    if not changed:
        return
    change = (
        sa.update(_case)
        .where(_case.c.agency_id == current_agency_id(), _case.c.id == sa.bindparam("case"))
        .values(escalation_level=sa.bindparam("level"), escalates_at=sa.bindparam("next_at"))
    )
    session.connection().execute(change, changed)
    climbed = [(row, found) for row, found in looked_at if found.level > row.escalation_level]
    session.add_all(_told(agency, row, found.level, at) for row, found in climbed)
    if climbed:
        record(
            session,
            actor=SYSTEM,
            act="case.escalated",
            object_kind="agency",
            object_id=None,
            data={"cases": len(climbed)},
        )


def _told(agency: AgencyFacts, row: Any, level: Level, at: datetime) -> CaseEvent:
    """Who has the case hears of it by themselves; that it went past them the reporter reads."""
    start = max(row.due_at, row.owed_since or row.due_at)
    return CaseEvent(
        case_id=row.id,
        at=at,
        kind="escalated",
        public=level > Level.OFFICER,
        actor_kind=SYSTEM.kind,
        actor_name="",
        from_state=row.state,
        to_state=row.state,
        data={
            "level": int(level),
            "from": int(row.escalation_level),
            "limit": MISSED[State(row.state)],
            "due_at": row.due_at.isoformat(),
            "days": whole_days(calendar_of(agency), start, at),
        },
    )


def _take_turn(session: Session, agency: AgencyFacts) -> None:
    """Who climbs and who writes about it one after the other: no step is between two letters."""
    key = f"escalations/{agency.id}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def tell_of_escalations(session: Session) -> bool:
    """Once a working day, when anything has climbed since the last time: owed in the transaction
    that notes how far the letters go."""
    agency = agency_by_id(current_agency_id())
    if agency is None or not agency.active:
        return False
    calendar, local = calendar_of(agency), clock.now().astimezone(agency.zone)
    if local.hour < LETTERS_FROM or not calendar.is_working_day(local.date()):
        return False
    _take_turn(session, agency)
    newest = sa.select(EscalationDigest).order_by(EscalationDigest.id.desc()).limit(1)
    last = session.scalar(newest)
    if last is not None and last.day >= local.date():
        return False
    after = last.until_event_id if last else 0
    climbed = sa.select(sa.func.max(CaseEvent.id)).where(
        CaseEvent.kind == sa.literal_column("'escalated'"), CaseEvent.id > after
    )
    until = session.scalar(climbed)
    if until is None:
        return False
    digest = EscalationDigest(day=local.date(), after_event_id=after, until_event_id=until)
    session.add(digest)
    session.flush()
    owe(session, kind=STAFF_ESCALATED, object_id=digest.id)
    session.flush()
    return True
