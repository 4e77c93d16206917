"""A case that was over is taken up again: by the agency, or because its end was contested."""

from __future__ import annotations

from sp4n.cases.models import CaseEvent
from sp4n.cases.operations.deeds import Deed, EventKind
from sp4n.cases.publication import follow
from sp4n.cases.states import Act, State
from sp4n.cases.time_limits import clockwork_of
from sp4n.jobs.outbox import owe
from sp4n.settings.queries import Step


def reopen(deed: Deed, act: Act, *, body: str, kind: EventKind, notice: str) -> CaseEvent:
    """What every act that takes a case up again has in common: its limits begin anew, its end is
    undone, its unit hears of it (`notice`). The audit row and word to the reporter are the act's
    own."""
    case, before = deed.case, State(deed.case.state)
    _count_anew(deed)
    deed.move(act)
    case.closed_at, case.archive_reason, case.reply_due_at = None, "", None
    event = deed.tell(kind, body=body, data={"by": act, "was": before})
    follow(deed.session, case=case, event=event)
    owe(deed.session, kind=notice, object_id=event.id, due_at=deed.told_at)
    return event


def _count_anew(deed: Deed) -> None:
    case, at = deed.case, deed.at
    case.limits_from = at
    clockwork = clockwork_of(deed.session, case)
    if case.verified_at is not None:
        clockwork.set_from_verification(case, case.verified_at)
    elif (due := clockwork.due(Step.VERIFICATION, at, case.classification)) is not None:
        case.verify_due_at = due
