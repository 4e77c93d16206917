"""Waiting for the reporter: they are asked for what is missing, and the agency's clock stands still
until they reply, the agency goes on without it, or their time has passed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.cases.answers import check_body
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.cases.publication import follow, withdraw
from sp4n.cases.states import NOT_COMPLETED, Act, State, can, owed_at
from sp4n.cases.time_limits import clockwork_of
from sp4n.errors import NotFound
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.settings.queries import Step

# What is still owed in the state that a case goes back to.
OWED: Final[dict[str, tuple[str, ...]]] = {
    State.UNVERIFIED: ("verify_due_at",),
    State.UNHANDLED: ("answer_due_at", "complete_due_at"),
    State.IN_PROGRESS: ("complete_due_at",),
}


def hold_case(
    session: Session, *, case: CaseRecord, actor: Actor, body: str, version: int | None = None
) -> CaseEvent:
    """`body`: what the reporter is asked. They read it, the public does not."""
    text = check_body(body)
    deed = begin(session, case=case, actor=actor, version=version)
    deed.move(Act.HOLD)
    case.held_at = deed.at
    case.reply_due_at = clockwork_of(session, case).due(Step.REPLY, deed.at, case.classification)
    event = deed.tell("asked", body=text, unit_id=case.unit_id)
    if case.reply_due_at is not None:
        owe(
            session,
            kind="case.lapse",
            object_id=event.id,
            queue=UPKEEP,
            due_at=case.reply_due_at,
        )
    follow(session, case=case)
    deed.owe_reporter("notice.case_asked", event)
    deed.record("case.asked", {"event_id": event.id})
    return event


def resume_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    body: str = "",
    version: int | None = None,
) -> CaseEvent:
    """The agency goes on without what it asked for; `body`: why, for the reporter."""
    text = check_body(body) if body.strip() else ""
    deed = begin(session, case=case, actor=actor, version=version)
    deed.move(Act.RESUME)
    case.reply_due_at = None
    event = deed.tell("resumed", body=text, unit_id=case.unit_id)
    clock_goes_on(deed)
    follow(session, case=case)
    deed.record("case.resumed", {"event_id": event.id})
    return event


def clock_goes_on(deed: Deed) -> None:
    """After the move out of ON_HOLD: what is owed is due as many working days later as were waited,
    so that the agency has as many left as it had when it asked."""
    case, held_at = deed.case, deed.case.held_at
    case.held_at = None
    if deed.before != State.ON_HOLD or held_at is None or case.state not in OWED:
        return
    calendar = clockwork_of(deed.session, case).calendar
    days = max(calendar.between(held_at, deed.at), 0)
    before = {name: getattr(case, name) for name in OWED[case.state]}
    before = {name: at for name, at in before.items() if at is not None}
    case.paused_days += days
    if not days or not before:
        return
    for name, at in before.items():
        setattr(case, name, calendar.end_of(at, days))
    due_before, case.due_at = case.due_at, owed_at(case)
    after = {"due_at": case.due_at, **{name: getattr(case, name) for name in before}}
    deed.session.add(_rescheduled(deed, {"due_at": due_before, **before}, after))
    deed.session.flush()


def lapse_case(session: Session, *, event_id: int) -> bool:
    """Lay the case aside whose reporter was asked by this event, if their time has passed.

    False, and nothing done, where they replied, the agency went on, or they were given more time.
    So it may run late, or twice.
    """
    asked = sa.select(CaseEvent.case_id).where(CaseEvent.id == event_id).scalar_subquery()
    case = session.scalar(sa.select(CaseRecord).where(CaseRecord.id == asked))
    if case is None:
        raise NotFound
    deed = begin(session, case=case, actor=SYSTEM, version=None)
    if not can(case.state, Act.LAPSE):
        return False
    if case.reply_due_at is None or case.reply_due_at > clock.now():
        return False
    deed.move(Act.LAPSE)
    case.held_at = None
    case.archive_reason, case.closed_at = NOT_COMPLETED, deed.at
    withdraw(session, case=case)
    event = deed.tell("archived", data={"reason": NOT_COMPLETED, "by": Act.LAPSE})
    deed.owe_reporter("notice.case_lapsed", event)
    deed.record("case.archived", {"reason": NOT_COMPLETED, "by": Act.LAPSE})
    return True


def _rescheduled(
    deed: Deed, before: dict[str, datetime | None], after: dict[str, datetime | None]
) -> CaseEvent:
    return CaseEvent(
        case_id=deed.case.id,
        at=deed.at,
        kind="rescheduled",
        public=True,
        actor_kind=SYSTEM.kind,
        actor_name="",
        from_state=deed.case.state,
        to_state=deed.case.state,
        data={
            "cause": "on_hold",
            "before": {name: at.isoformat() if at else None for name, at in before.items()},
            "after": {name: at.isoformat() if at else None for name, at in after.items()},
        },
    )
