"""A request for public information gets the second limit that its law knows: once, for a reason."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.cases.answers import check_body
from sp4n.cases.models import PUBLIC_INFORMATION, CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import begin
from sp4n.cases.publication import follow
from sp4n.cases.states import Act, owed_at
from sp4n.cases.time_limits import clockwork_of
from sp4n.errors import NotPossible
from sp4n.settings.queries import Step


def extend_case(
    session: Session, *, case: CaseRecord, actor: Actor, reason: str, version: int | None = None
) -> CaseEvent:
    """`reason`: the reporter reads it, and everyone where the case is public."""
    text = check_body(reason, field="reason")
    deed = begin(session, case=case, actor=actor, version=version)
    deed.move(Act.EXTEND)
    clockwork = clockwork_of(session, case)
    days, before = clockwork.days(Step.EXTENSION, case.classification), case.complete_due_at
    if case.classification != PUBLIC_INFORMATION or days is None or before is None:
        raise NotPossible(_("Hanya waktu permohonan informasi publik yang dapat diperpanjang."))
    if case.extended_days:
        raise NotPossible(_("Waktu permohonan ini sudah pernah diperpanjang."))
    if before < clock.now():
        raise NotPossible(_("Batas waktunya sudah lewat, jadi tidak dapat diperpanjang lagi."))
    after = clockwork.calendar.end_of(before, days)
    case.extended_days, case.complete_due_at = days, after
    case.due_at = owed_at(case)
    event = deed.tell(
        "extended",
        body=text,
        unit_id=case.unit_id,
        data={"before": before.isoformat(), "after": after.isoformat()},
    )
    follow(session, case=case, event=event)
    deed.owe_reporter("notice.case_extended", event)
    deed.record("case.extended", {"event_id": event.id, "days": days})
    return event
