"""What time does to a case."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.closing import close
from sp4n.cases.operations.deeds import begin
from sp4n.cases.states import Act, can
from sp4n.errors import NotFound


def close_unanswered(session: Session, *, event_id: int) -> bool:
    """Close the case of this final answer if the time to reply to it has passed in silence.

    False, and nothing done, where the reporter has written or the case was closed since, or where
    a later final answer has given them a new time. So it may run late, or twice.
    """
    case = session.scalar(
        sa.select(CaseRecord).where(
            CaseRecord.id
            == sa.select(CaseEvent.case_id).where(CaseEvent.id == event_id).scalar_subquery()
        )
    )
    if case is None:
        raise NotFound
    deed = begin(session, case=case, actor=SYSTEM, version=None)
    if not can(case.state, Act.EXPIRE):
        return False
    if case.reply_due_at is None or case.reply_due_at > clock.now():
        return False
    close(deed, Act.EXPIRE)
    return True
