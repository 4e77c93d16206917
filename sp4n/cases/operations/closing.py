"""The end of a case: said by the reporter, or by time."""

from __future__ import annotations

from sp4n.cases.models import CaseEvent
from sp4n.cases.operations.deeds import Deed
from sp4n.cases.publication import follow
from sp4n.cases.states import Act


def close(deed: Deed, act: Act) -> CaseEvent:
    deed.move(act)
    deed.case.closed_at = deed.at
    event = deed.tell("closed", data={"by": act})
    follow(deed.session, case=deed.case, event=event)
    deed.owe_reporter("notice.case_closed", event)
    deed.record("case.closed", {"by": act})
    return event
