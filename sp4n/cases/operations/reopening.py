"""A case that was over is taken up again: by the agency, or because its end was contested."""

from __future__ import annotations

from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.answers import check_body
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import Deed, EventKind, begin
from sp4n.cases.publication import follow
from sp4n.cases.states import Act, State, owed_at
from sp4n.cases.time_limits import clockwork_of
from sp4n.jobs.outbox import owe
from sp4n.settings.queries import Step


def reopen_case(
    session: Session, *, case: CaseRecord, actor: Actor, reason: str, version: int | None = None
) -> CaseEvent:
    """By the agency itself. `reason`: for the reporter, and for all where the case is public."""
    text = check_body(reason, field="reason")
    deed = begin(session, case=case, actor=actor, version=version)
    event = reopen(deed, Act.REOPEN, body=text, kind="reopened")
    owe(session, kind="notice.staff_reopened", object_id=event.id, due_at=deed.told_at)
    deed.owe_reporter("notice.case_reopened", event)
    deed.record("case.reopened", {"event_id": event.id, "by": Act.REOPEN})
    return event


def reopen(deed: Deed, act: Act, *, body: str, kind: EventKind) -> CaseEvent:
    """What every act that takes a case up again has in common: its limits begin anew, its end is
    undone. The audit row and word to people are the act's own."""
    case, before = deed.case, State(deed.case.state)
    if before == State.ARCHIVED and case.state_before is None:
        case.state_before = _where_it_was(case)
    deed.move(act)
    _count_anew(deed)
    case.closed_at, case.archive_reason, case.reply_due_at = None, "", None
    who = _who_acts(deed)
    event = deed.tell(kind, body=body, unit_id=who, data={"by": act, "was": before})
    follow(deed.session, case=case, event=event)
    return event


def _count_anew(deed: Deed) -> None:
    case, at = deed.case, deed.at
    case.limits_from, case.paused_days, case.extended_days = at, 0, 0
    clockwork = clockwork_of(deed.session, case)
    if case.verified_at is not None:
        clockwork.set_from_verification(case, case.verified_at)
    elif (due := clockwork.due(Step.VERIFICATION, at, case.classification)) is not None:
        case.verify_due_at = due
    case.due_at = owed_at(case)


def _who_acts(deed: Deed) -> int | None:
    """A reporter acts for no unit."""
    return deed.case.unit_id if deed.actor.kind == "staff" else None


def _where_it_was(case: CaseRecord) -> State:
    """Of what was laid aside before that was noted."""
    if case.verified_at is None:
        return State.UNVERIFIED
    return State.UNHANDLED if case.first_answered_at is None else State.IN_PROGRESS
