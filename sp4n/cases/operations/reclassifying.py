"""What a case is, put right: its kind, its topic, whether it may be about somebody of the agency.

Whoever filed it may have chosen the wrong kind, and misconduct may come to light only later. Its
limits are then those of what it is, counted from where they were counted before: no time is won.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.answers import check_body
from sp4n.cases.models import CLASSIFICATIONS, PUBLIC_INFORMATION, CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.cases.operations.grouping import before_leaving, leave_group
from sp4n.cases.operations.staff import check_classes, hand_to_unit
from sp4n.cases.publication import rename_class, withdraw
from sp4n.cases.states import Act, State
from sp4n.cases.time_limits import clockwork_of
from sp4n.errors import Invalid
from sp4n.figures import operations as figures
from sp4n.organisation.queries import custodian_unit, inspecting_unit
from sp4n.settings.queries import Step


def reclassify_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    classification: str,
    category_id: int | None,
    own_topic: int | None,
    supervision: bool,
    reason: str,
    version: int | None = None,
) -> CaseEvent:
    """`reason`: its reporter reads it. What is found to be of supervisory weight is confidential
    from here on, as in `verify_case`, and stays so if that was an error."""
    text = check_body(reason, field="reason")
    if classification not in CLASSIFICATIONS:
        raise Invalid(fields={"classification": _("Pilih jenis laporan dari daftar.")})
    before_leaving(session, case, leaves=supervision)
    deed = begin(session, case=case, actor=actor, version=version)
    was, due_before = _classes(case), case.complete_due_at
    case.classification = classification
    check_classes(session, case, supervision, category_id, own_topic)
    hides = supervision and not case.confidential
    case.supervision, case.confidential = supervision, case.confidential or supervision
    case.category_id, case.own_topic = category_id, own_topic
    if _classes(case) == was:
        raise Invalid(_("Belum ada yang diubah."))
    if hides:
        figures.count_as_confidential(session, contests=case.contests, trial=case.trial)
    unit_id = _unit_for(session, case, was)
    _count_anew(deed, unit_id)
    deed.move(Act.RECLASSIFY)
    if supervision:
        withdraw(session, case=case)
    data: dict[str, Any] = {"before": was, "after": _classes(case)}
    if due_before not in (None, case.complete_due_at):
        data["due_before"] = due_before.isoformat()
    event = deed.tell("reclassified", body=text, unit_id=case.unit_id, data=data)
    rename_class(session, case=case)
    deed.owe_reporter("notice.case_reclassified", event)
    if unit_id is not None and unit_id != case.unit_id:
        hand_to_unit(deed, unit_id)
    deed.record("case.reclassified", {"before": was, "after": _classes(case), "unit_id": unit_id})
    leave_group(session, case, actor, leaves=supervision)
    return event


def _classes(case: CaseRecord) -> dict[str, Any]:
    return {
        "classification": case.classification,
        "supervision": case.supervision,
        "category_id": case.category_id,
        "own_topic": case.own_topic,
    }


def _unit_for(session: Session, case: CaseRecord, was: dict[str, Any]) -> int | None:
    """Whose business it has become by this, where the agency has marked such a unit."""
    found = None
    if case.supervision and not was["supervision"]:
        found = inspecting_unit(session)
    elif PUBLIC_INFORMATION == case.classification != was["classification"]:
        found = custodian_unit(session)
    return found or case.unit_id


def _count_anew(deed: Deed, unit_id: int | None) -> None:
    case = deed.case
    if case.classification != PUBLIC_INFORMATION:
        case.extended_days = 0
    clockwork = clockwork_of(deed.session, case, unit_id)
    if case.state == State.UNVERIFIED:
        start, paused = case.limits_from or case.filed_at, case.paused_days
        due = clockwork.due(Step.VERIFICATION, start, case.classification, paused=paused)
        case.verify_due_at = due or case.verify_due_at
    elif case.verified_at is not None:
        clockwork.set_from_verification(case, case.verified_at)
