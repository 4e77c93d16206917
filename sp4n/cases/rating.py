"""Whether the end of a case can still be rated; and what reporters have said of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseEvent, CaseRecord, Rating
from sp4n.cases.states import State
from sp4n.cases.visibility import visible_to

ENDS: Final = ("closed", "archived", "upheld")
UNHAPPY: Final = 2  # a result of so much or less asks whether it is one


def end_to_rate(case: CaseRecord, events: Sequence[CaseEvent]) -> CaseEvent | None:
    """The end that the case has now, where nobody has rated it; `events`: its history."""
    if case.state not in (State.CLOSED, State.ARCHIVED):
        return None
    for event in reversed(events):
        if event.kind == "rated" or event.to_state not in (State.CLOSED, State.ARCHIVED):
            return None  # what ended before it was taken up again is no end any more
        if event.kind in ENDS:
            return event
    return None


class Comment(NamedTuple):
    reference: str
    at: datetime
    result: int
    body: str


def comments(session: Session, *, actor: Actor, most: int) -> Sequence[Comment]:
    """Of cases that this actor may see, the newest first."""
    event, case = CaseEvent, CaseRecord
    wanted = (
        sa.select(case.reference, Rating.at, Rating.result, event.body)
        .join(case, sa.and_(case.agency_id == Rating.agency_id, case.id == Rating.case_id))
        .join(event, sa.and_(event.agency_id == Rating.agency_id, event.id == Rating.event_id))
        .where(event.body != "", case.trial.is_(False), visible_to(actor))
        .order_by(Rating.at.desc(), Rating.end_event_id.desc())
    )
    return [Comment(*row) for row in session.execute(wanted.limit(most))]
