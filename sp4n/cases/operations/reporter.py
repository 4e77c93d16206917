"""What a reporter does with their case, known by its reference and access code."""

from __future__ import annotations

from sqlalchemy.orm import Session

from sp4n.audit.actors import REPORTER
from sp4n.cases.answers import check_body
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.closing import close
from sp4n.cases.operations.deeds import begin
from sp4n.cases.operations.enclosing import Enclosed, enclose
from sp4n.cases.operations.holding import clock_goes_on
from sp4n.cases.publication import follow, withdraw
from sp4n.cases.states import WITHDRAWN, Act
from sp4n.jobs.outbox import owe


def reply_to_case(
    session: Session,
    *,
    case: CaseRecord,
    body: str,
    enclosed: Enclosed | None = None,
    version: int | None = None,
) -> CaseEvent:
    """Not solved yet, or something to add, or what the agency asked for: after a final answer and
    after a question the agency has the word again."""
    text = check_body(body)
    deed = begin(session, case=case, actor=REPORTER, version=version)
    deed.move(Act.REPLY)
    case.reply_due_at = None
    event = deed.tell("replied", body=text)
    enclose(session, event=event, enclosed=enclosed)
    clock_goes_on(deed)
    follow(session, case=case)
    owe(session, kind="notice.staff_reply", object_id=event.id, due_at=deed.told_at)
    deed.record("case.replied", {"event_id": event.id})
    return event


def accept_answer(session: Session, *, case: CaseRecord, version: int | None = None) -> CaseEvent:
    """Solved, says the reporter."""
    return close(begin(session, case=case, actor=REPORTER, version=version), Act.ACCEPT)


def withdraw_case(session: Session, *, case: CaseRecord, version: int | None = None) -> CaseEvent:
    """Taken back, for good: nobody works on it any more, and nothing of it is public."""
    deed = begin(session, case=case, actor=REPORTER, version=version)
    deed.move(Act.WITHDRAW)
    case.archive_reason, case.closed_at = WITHDRAWN, deed.at
    case.held_at = case.reply_due_at = None
    withdraw(session, case=case)
    event = deed.tell("withdrawn", data={"reason": WITHDRAWN})
    deed.owe_reporter("notice.case_withdrawn", event)
    owe(session, kind="notice.staff_withdrawn", object_id=event.id, due_at=deed.told_at)
    deed.record("case.withdrawn")
    return event
