"""An assignment that is taken back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import begin
from sp4n.cases.publication import follow
from sp4n.cases.states import Act
from sp4n.cases.time_limits import clockwork_of
from sp4n.jobs.outbox import owe


def return_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    unit_id: int | None,
    version: int | None = None,
) -> CaseEvent:
    """To the unit that had it before, or to none."""
    deed = begin(session, case=case, actor=actor, version=version)
    former, case.unit_id = case.unit_id, unit_id
    if case.verified_at is not None:
        clockwork_of(session, case).set_from_verification(case, case.verified_at)
    deed.move(Act.ASSIGN)
    event = deed.tell("assigned", unit_id=unit_id, data={"returned": True})
    follow(session, case=case, event=event)
    if unit_id is not None:
        owe(session, kind="notice.staff_assigned", object_id=event.id)
    data = {"unit_id": unit_id, "former_unit_id": former, "returned": True}
    deed.record("case.assigned", data)
    return event
