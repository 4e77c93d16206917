"""An agency answers what another one sent it: the case becomes its own, or it says why not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.audit.operations import record
from sp4n.cases.answers import check_body
from sp4n.cases.handover_models import Custody, Handover, HandoverAnswer
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase, Tracking
from sp4n.cases.operations.deeds import begin
from sp4n.cases.operations.publicity import keep_version
from sp4n.cases.passing_on import events_of, fields_of
from sp4n.cases.publication import follow
from sp4n.cases.publicity_queries import Face
from sp4n.cases.routing import Route, report_of, route_of
from sp4n.cases.states import Act, State, owed_at
from sp4n.cases.time_limits import clockwork_for
from sp4n.errors import NotPossible
from sp4n.figures import operations as figures
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.organisation.models import Unit
from sp4n.organisation.queries import inspecting_unit
from sp4n.settings.intake import lineage
from sp4n.settings.queries import Step, rule_set
from sp4n.tenants.resolver import AgencyFacts, agency_by_id


def accept_case(
    session: Session, *, handover: Handover, agency: AgencyFacts, actor: Actor
) -> CaseRecord:
    """In the receiver's scope: its own case, under the same reference and access code, with the
    history that the reporter knows. Its limit to verify it begins; those of the reporter run on."""
    if not agency.active:
        raise NotPossible(_("Instansi ini sedang tidak menerima laporan baru."))
    _take_turn(session, handover)
    at = _moment(handover)
    case = _come_back(session, handover, actor) or _made(session, handover, agency, at)
    _track(session, handover, case)
    session.add(
        Custody(reference=case.reference, hop=handover.hop, since=clock.rounded_to_hour(at))
    )
    sender = agency_by_id(handover.agency_id)
    received = _tell(case, at, "received", actor, {"other": sender.short_name if sender else ""})
    session.add(received)
    session.flush()
    _take_face(session, handover, case, at)
    _publish(session, handover, case)
    follow(session, case=case, event=received)
    _route(session, agency, case, at)
    _answer(session, handover, accepted=True, reason="", at=at)
    data = {"from_agency": sender.short_name if sender else "", "hop": handover.hop}
    record(
        session,
        actor=actor,
        act="case.accepted",
        object_kind="case",
        object_id=case.id,
        data=data,
        at=at,
    )
    session.flush()
    return case


def refuse_case(session: Session, *, handover: Handover, actor: Actor, reason: str) -> None:
    """In the receiver's scope. `reason`: the sender and the reporter read it."""
    text = check_body(reason, field="reason")
    _take_turn(session, handover)
    if handover.decided_by:
        raise NotPossible(_("Koordinator nasional sudah menyerahkan laporan ini kepada Anda."))
    at = _moment(handover)
    _answer(session, handover, accepted=False, reason=text, at=at)
    record(
        session,
        actor=actor,
        act="handover.refused",
        object_kind="handover",
        object_id=handover.id,
        data={"hop": handover.hop},
        at=at,
    )
    session.flush()


def _take_turn(session: Session, handover: Handover) -> None:
    """Until the transaction ends nobody else answers it, nor takes it back."""
    row = sa.select(Tracking.reference).where(
        Tracking.reference == handover.reference,
        Tracking.agency_id == handover.agency_id,
        Tracking.pending_agency_id == handover.to_agency_id,
    )
    there = session.scalar(row.with_for_update())
    session.refresh(handover)
    answered = sa.select(HandoverAnswer.at).where(
        HandoverAnswer.agency_id == handover.to_agency_id,
        HandoverAnswer.handover_id == handover.id,
    )
    if session.scalar(answered) is not None:
        raise NotPossible(_("Kiriman ini sudah dijawab."))
    late = handover.answer_by is not None and handover.answer_by < clock.now()
    if there is None or handover.state != "offered" or late:
        raise NotPossible(_("Kiriman ini sudah ditarik kembali atau lewat batas waktunya."))


def _moment(handover: Handover) -> datetime:
    """Of a traceless reporter's case only the hour is kept."""
    payload, now = handover.payload, clock.now()
    traceless = payload["anonymous"] and not payload["identified"]
    return clock.rounded_to_hour(now) if traceless else now


def _made(session: Session, handover: Handover, agency: AgencyFacts, at: datetime) -> CaseRecord:
    fields = fields_of(handover.payload)
    topics = lineage(session, fields["category_id"], None)
    clockwork = clockwork_for(agency, rule_set(session, fields["rule_set_id"]), None, topics)
    due = clockwork.due(Step.VERIFICATION, at, fields["classification"])
    case = CaseRecord(
        reference=handover.reference,
        access_code_hash=handover.access_code_hash,
        state=State.UNVERIFIED,
        verify_due_at=due,
        due_at=due,
        received_at=at,
        limits_from=at,
        updated_at=at,
        **fields,
    )
    session.add(case)
    session.flush()
    session.add_all(events_of(handover.payload, case_id=case.id))
    session.flush()
    figures.count(session, measure=figures.FILED, bucket=int(case.confidential))
    return case


def _come_back(session: Session, handover: Handover, actor: Actor) -> CaseRecord | None:
    """An agency that has had it before has its own case of it, which goes on."""
    wanted = sa.select(CaseRecord).where(CaseRecord.reference == handover.reference)
    case = session.scalar(wanted)
    if case is None:
        return None
    deed = begin(session, case=case, actor=actor, version=None)
    deed.move(Act.RETURN)
    agency = agency_by_id(case.agency_id)
    if agency is None:
        raise LookupError("a case of no agency")
    topics = lineage(session, case.category_id, case.own_topic)
    clockwork = clockwork_for(agency, rule_set(session, case.rule_set_id), None, topics)
    due = clockwork.due(Step.VERIFICATION, deed.at, case.classification)
    if due is not None:
        case.verify_due_at = due
    fields = fields_of(handover.payload)
    case.unit_id, case.assignee_id, case.closed_at = None, None, None
    case.received_at = case.limits_from = deed.at
    case.paused_days, case.extended_days = fields["paused_days"], 0
    case.verified_at = fields["verified_at"]
    case.supervision = case.supervision or fields["supervision"]
    if fields["confidential"] and not case.confidential:
        _hide(session, case)
    case.due_at = owed_at(case)
    session.add_all(events_of(handover.payload, case_id=case.id, not_of=case.agency_id))
    session.flush()
    return case


def _track(session: Session, handover: Handover, case: CaseRecord) -> None:
    to_me = sa.update(Tracking).where(
        Tracking.reference == handover.reference,
        Tracking.pending_agency_id == handover.to_agency_id,
    )
    session.execute(
        to_me.values(agency_id=handover.to_agency_id, case_id=case.id, pending_agency_id=None)
    )


def _publish(session: Session, handover: Handover, case: CaseRecord) -> None:
    """What everyone could read of it stays readable, here from now on."""
    public = handover.payload["public"]
    if public is None:
        return
    case.published = True
    session.add(
        PublicCase(
            id=case.id,
            reference=case.reference,
            classification=case.classification,
            category_id=case.category_id,
            state=case.state,
            filed_at=case.filed_at,
            updated_at=case.updated_at,
            **public,
        )
    )
    session.flush()


def _take_face(session: Session, handover: Handover, case: CaseRecord, at: datetime) -> None:
    """What was hidden stays so."""
    face = handover.payload.get("face")  # none of what was sent before there were such
    if face is None:
        return
    keep_version(
        session,
        case=case,
        at=at,
        by=SYSTEM,
        published=handover.payload["public"] is not None,
        face=Face(**{**face, "hidden": tuple(face["hidden"])}, reason="received"),
    )


def _route(session: Session, agency: AgencyFacts, case: CaseRecord, at: datetime) -> None:
    """To the unit that it would have gone to, had it been filed here; what may be about that unit
    itself, being of supervisory weight, only where a rule is made for what nobody else may read,
    else to who looks into such things."""
    about = (case.category_id, None)
    found = route_of(session, agency, report_of(session, case, about), about)
    if case.supervision and not (found and found.confidential):
        inspectors = inspecting_unit(session)
        found = Route(inspectors, "inspectorate") if inspectors else None
    there = sa.select(Unit.id).where(Unit.id == (found.unit_id if found else 0), Unit.active)
    if found is None or session.scalar(there) is None:
        return
    case.unit_id = found.unit_id
    _make_confidential(session, case, found)
    session.add(_tell(case, at, "assigned", SYSTEM, found.because, found.unit_id))


def _make_confidential(session: Session, case: CaseRecord, found: Route) -> None:
    if found.confidential and not case.confidential and not case.published:
        _hide(session, case)


def _hide(session: Session, case: CaseRecord) -> None:
    figures.count_as_confidential(session, contests=case.contests, trial=case.trial)
    case.confidential = True


def _tell(
    case: CaseRecord,
    at: datetime,
    kind: str,
    actor: Actor,
    data: dict[str, Any],
    unit_id: int | None = None,
) -> CaseEvent:
    return CaseEvent(
        case_id=case.id,
        at=at,
        kind=kind,
        public=True,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        from_state=case.state,
        to_state=case.state,
        unit_id=unit_id,
        data=data,
    )


def _answer(
    session: Session, handover: Handover, *, accepted: bool, reason: str, at: datetime
) -> None:
    session.add(
        HandoverAnswer(
            to_agency_id=handover.agency_id,
            handover_id=handover.id,
            accepted=accepted,
            reason=reason,
            at=at,
        )
    )
    owe(session, kind="handover.knock", object_id=handover.agency_id, queue=UPKEEP)
