"""What the workers do for cases; `app.py` registers them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from sp4n.cases.operations import close_unanswered
from sp4n.jobs.registry import OutboxFacts


def close_when_unanswered(session: Session, owed: OutboxFacts) -> None:
    """Kind "case.close_unanswered": the object is the event of the final answer."""
    if owed.object_id is None:
        raise ValueError("which final answer?")
    close_unanswered(session, event_id=owed.object_id)
