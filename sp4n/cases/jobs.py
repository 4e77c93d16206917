"""What the workers do for cases; `app.py` registers them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from sp4n.cases.operations import (
    close_unanswered,
    escalate_batch,
    lapse_case,
    offer_batch,
    prepare_handoff,
    recount_batch,
)
from sp4n.jobs.registry import OutboxFacts


def close_when_unanswered(session: Session, owed: OutboxFacts) -> None:
    """Kind "case.close_unanswered": the object is the event of the final answer."""
    if owed.object_id is None:
        raise ValueError("which final answer?")
    close_unanswered(session, event_id=owed.object_id)


def lapse_when_unanswered(session: Session, owed: OutboxFacts) -> None:
    """Kind "case.lapse": the object is the event of the question."""
    if owed.object_id is None:
        raise ValueError("which question?")
    lapse_case(session, event_id=owed.object_id)


def recount_due_dates(session: Session, owed: OutboxFacts) -> None:
    """One batch; the next is owed with it."""
    if owed.object_id is None:
        raise ValueError("which recount?")
    recount_batch(session, recount_id=owed.object_id)


def let_late_cases_climb(session: Session, _owed: OutboxFacts) -> None:
    """Kind "case.escalate": one batch; the next is owed with it."""
    escalate_batch(session)


def offer_the_ombudsman(session: Session, _owed: OutboxFacts) -> None:
    """Kind "ombudsman.offer": one batch; the next is owed with it."""
    offer_batch(session)


def prepare_for_ombudsman(session: Session, owed: OutboxFacts) -> None:
    """Kind "ombudsman.prepare": the object is the hand-off."""
    if owed.object_id is None:
        raise ValueError("which hand-off?")
    prepare_handoff(session, handoff_id=owed.object_id)
