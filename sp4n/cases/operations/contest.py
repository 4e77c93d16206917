"""A reporter says that a case has not ended: the agency has it again, or a coordinator decides."""

from __future__ import annotations

from sqlalchemy.orm import Session

from sp4n.audit.actors import REPORTER
from sp4n.cases.answers import check_body
from sp4n.cases.contesting import check_contest
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.cases.operations.enclosing import Enclosed, enclose
from sp4n.cases.operations.reopening import reopen
from sp4n.cases.publication import follow
from sp4n.cases.states import Act
from sp4n.cases.time_limits import clockwork_of
from sp4n.figures import operations as figures
from sp4n.jobs.outbox import owe
from sp4n.settings.national import DISPUTE_DAYS, amount_of


def contest_case(
    session: Session,
    *,
    case: CaseRecord,
    body: str,
    enclosed: Enclosed | None = None,
    version: int | None = None,
) -> CaseEvent:
    """With a reason; NotPossible after the time for it. Each one counts against the agency."""
    text = check_body(body)
    deed = begin(session, case=case, actor=REPORTER, version=version)
    check_contest(case)
    event = _appealed(deed, text) if case.contests else _contested(deed, text)
    enclose(session, event=event, enclosed=enclosed)
    case.contests += 1
    figures.count_contest(session, confidential=case.confidential, trial=case.trial)
    deed.record(f"case.{event.kind}", {"event_id": event.id, "time": case.contests})
    return event


def _contested(deed: Deed, text: str) -> CaseEvent:
    event = reopen(deed, Act.CONTEST, body=text, kind="contested")
    owe(deed.session, kind="notice.staff_contested", object_id=event.id, due_at=deed.told_at)
    deed.owe_reporter("notice.case_contested", event)
    return event


def _appealed(deed: Deed, text: str) -> CaseEvent:
    """Until when a coordinator decides is kept where the time of whose turn it is stands, which is
    not the agency's: its own is not late by that."""
    deed.move(Act.APPEAL)
    days = amount_of(deed.session, DISPUTE_DAYS)
    deed.case.reply_due_at = clockwork_of(deed.session, deed.case).calendar.end_of(deed.at, days)
    event = deed.tell("appealed", body=text, data={"by": Act.APPEAL})
    follow(deed.session, case=deed.case, event=event)
    owe(deed.session, kind="notice.staff_appealed", object_id=event.id, due_at=deed.told_at)
    deed.owe_reporter("notice.case_appealed", event)
    return event
