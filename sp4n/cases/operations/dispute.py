"""A coordinator decides about an end that was contested again. What they say is public."""

from __future__ import annotations

from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.answers import check_body
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.cases.operations.reopening import reopen
from sp4n.cases.publication import follow
from sp4n.cases.states import Act
from sp4n.jobs.outbox import owe


def decide_dispute(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    uphold: bool,
    reasons: str,
    version: int | None = None,
) -> CaseEvent:
    """`uphold`: it is over, and cannot be contested any more; else the agency has it again. In the
    agency's own scope, so that its history and its trail say who decided."""
    text = check_body(reasons, field="reasons")
    deed = begin(session, case=case, actor=actor, version=version)
    event = _uphold(deed, text) if uphold else _overturn(deed, text)
    deed.record(f"case.{event.kind}", {"event_id": event.id})
    return event


def _uphold(deed: Deed, text: str) -> CaseEvent:
    deed.move(Act.UPHOLD)
    deed.case.closed_at, deed.case.reply_due_at = deed.at, None
    event = deed.tell("upheld", body=text, data={"by": Act.UPHOLD})
    follow(deed.session, case=deed.case, event=event)
    owe(deed.session, kind="notice.staff_upheld", object_id=event.id)
    deed.owe_reporter("notice.case_upheld", event)
    return event


def _overturn(deed: Deed, text: str) -> CaseEvent:
    """What its agency had laid aside unverified is its business now."""
    if deed.case.verified_at is None:
        deed.case.verified_at = deed.at
    event = reopen(deed, Act.OVERTURN, body=text, kind="overturned")
    owe(deed.session, kind="notice.staff_overturned", object_id=event.id)
    deed.owe_reporter("notice.case_overturned", event)
    return event
