"""What an agency's staff do with a case: verify, assign, answer, note, archive.

`version` is the case's when the form was made: who was slower is told, instead of overwriting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.answers import check_body
from sp4n.cases.evidence import NOTHING, Evidence, check_evidence
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.answering import give_answer
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.cases.operations.drafting import draft_answer, needs_approval
from sp4n.cases.operations.grouping import before_leaving, leave_group
from sp4n.cases.operations.publicity import checked, keep_version
from sp4n.cases.publication import follow, publish, tell_anew, withdraw
from sp4n.cases.publicity_queries import Face, face_of
from sp4n.cases.states import ARCHIVE_REASONS, Act
from sp4n.cases.time_limits import clockwork_of
from sp4n.errors import Invalid
from sp4n.figures import operations as figures
from sp4n.jobs.outbox import owe
from sp4n.organisation.models import Unit
from sp4n.organisation.queries import inspecting_unit
from sp4n.settings.intake import read_intake
from sp4n.settings.queries import category
from sp4n.tenants.resolver import agency_by_id


def verify_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    supervision: bool,
    category_id: int | None,
    public_title: str,
    public_body: str,
    publish: bool,
    public_location: str = "",
    hidden: Sequence[str] = (),
    unit_id: int | None = None,
    own_topic: int | None = None,
    version: int | None = None,
) -> CaseEvent:
    """The case is the agency's business: its limits begin. With `unit_id` it is assigned, too.
    `own_topic`: the agency's own, below the one of `category_id`. `hidden`: passages that are
    masked in what becomes public.

    `publish`: the title, body and place as redacted here become public; never for a confidential
    case nor for a trial. `supervision`: it may be about one of the agency, so it is confidential.
    """
    before_leaving(session, case, leaves=supervision)
    deed = begin(session, case=case, actor=actor, version=version)
    check_classes(session, case, supervision, category_id, own_topic)
    case.supervision, case.category_id, case.own_topic = supervision, category_id, own_topic
    if supervision and not case.confidential:
        figures.count_as_confidential(session, contests=case.contests, trial=case.trial)
        case.confidential = True
    unit_id = _inspecting(session, case, unit_id)
    _start_limits(deed, unit_id)
    deed.move(Act.VERIFY)
    if publish and not (case.confidential or case.trial):
        _publish(deed, Face(public_title, public_body, public_location, tuple(hidden)))
    elif case.published:
        withdraw(session, case=case)
    event = deed.tell("verified")
    follow(session, case=case, event=event)
    deed.owe_reporter("notice.case_verified", event)
    if unit_id is not None and unit_id == case.unit_id:  # sent there when it came in
        owe(session, kind="notice.staff_assigned", object_id=event.id)
    elif unit_id is not None:
        hand_to_unit(deed, unit_id)
    deed.record(
        "case.verified",
        {"supervision": supervision, "published": case.published, "unit_id": unit_id},
    )
    leave_group(session, case, actor, leaves=supervision)
    return event


def _inspecting(session: Session, case: CaseRecord, unit_id: int | None) -> int | None:
    """Who looks into what may be about somebody of the agency, where the agency has marked that
    unit and nobody has chosen another."""
    if not case.supervision or unit_id not in (None, case.unit_id):
        return unit_id
    return inspecting_unit(session) or unit_id


def _start_limits(deed: Deed, unit_id: int | None) -> None:
    case, started = deed.case, deed.at
    if case.received_at is not None and case.verified_at is not None:
        started = case.verified_at  # by another agency: the reporter's clock runs on
    else:
        case.paused_days = 0
    case.limits_from = None
    clockwork_of(deed.session, case, unit_id).set_from_verification(case, started)


def assign_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    unit_id: int,
    note: str = "",
    version: int | None = None,
) -> CaseEvent:
    """`note` is for the unit only: the reporter sees who has the case, not what was said."""
    deed = begin(session, case=case, actor=actor, version=version)
    if case.unit_id == unit_id:
        raise Invalid(fields={"unit_id": _("Laporan ini sudah ada di unit itu.")})
    former, due_before = case.unit_id, case.due_at
    if case.verified_at is not None:
        # Each unit may keep limits of its own; they count from the verification on.
        clockwork_of(session, case, unit_id).set_from_verification(case, case.verified_at)
    deed.move(Act.ASSIGN)
    event = hand_to_unit(deed, unit_id)
    if note.strip():
        text = check_body(note, field="note")
        deed.tell("noted", public=False, body=text, unit_id=unit_id)
    moved = {"due_before": due_before.isoformat()} if due_before not in (None, case.due_at) else {}
    deed.record("case.assigned", {"unit_id": unit_id, "former_unit_id": former, **moved})
    return event


def answer_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    body: str,
    final: bool,
    evidence: Evidence = NOTHING,
    version: int | None = None,
) -> CaseEvent:
    """Told to the reporter, and to everyone where the case is public. After a final answer the
    reporter has the word, and the case closes when they let the time for it pass. Kept as a draft
    where it is approved first."""
    if needs_approval(session, case, actor):
        return draft_answer(
            session,
            case=case,
            actor=actor,
            body=body,
            final=final,
            evidence=evidence,
            version=version,
        )
    text = check_body(body)
    deed = begin(session, case=case, actor=actor, version=version)
    check_evidence(session, case, evidence, final=final)
    event = give_answer(deed, text, final=final, evidence=evidence)
    deed.record("case.answered", {"event_id": event.id, "final": final})
    return event


def note_case(
    session: Session, *, case: CaseRecord, actor: Actor, body: str, version: int | None = None
) -> CaseEvent:
    """For colleagues only. It leaves the case, and with it the forms of others, as they are."""
    text = check_body(body)
    deed = begin(session, case=case, actor=actor, version=version)
    event = deed.tell("noted", public=False, body=text, unit_id=case.unit_id)
    deed.record("case.noted", {"event_id": event.id})
    return event


def archive_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    reason: str,
    message: str,
    version: int | None = None,
) -> CaseEvent:
    """Laid aside, with a reason of `ARCHIVE_REASONS` and words to the reporter. Not public now."""
    if reason not in ARCHIVE_REASONS:
        raise Invalid(fields={"reason": _("Pilih alasan pengarsipan.")})
    text = check_body(message, field="message")
    deed = begin(session, case=case, actor=actor, version=version)
    deed.move(Act.ARCHIVE)
    case.archive_reason = reason
    case.closed_at = deed.at
    case.held_at = case.reply_due_at = None
    withdraw(session, case=case)
    event = deed.tell("archived", body=text, data={"reason": reason})
    deed.owe_reporter("notice.case_archived", event)
    deed.record("case.archived", {"reason": reason})
    return event


def check_classes(
    session: Session,
    case: CaseRecord,
    supervision: bool,
    category_id: int | None,
    own_topic: int | None,
) -> None:
    """Of a case that has its classification already, and still its former topic."""
    wrong = {}
    if supervision and case.classification != "pengaduan":
        wrong["supervision"] = _("Hanya pengaduan yang dapat berkadar pengawasan.")
    as_it_was = (category_id, own_topic) == (case.category_id, case.own_topic)
    if not as_it_was and not _is_topic(session, case, category_id, own_topic):
        wrong["category_id"] = _("Pilih topik dari daftar.")
    if wrong:
        raise Invalid(fields=wrong)


def _is_topic(
    session: Session, case: CaseRecord, category_id: int | None, own_topic: int | None
) -> bool:
    """None is one, too: nobody knows yet."""
    if category_id is None or own_topic is None:
        return own_topic is None and (category_id is None or bool(category(session, category_id)))
    agency, found = agency_by_id(case.agency_id), category(session, category_id)
    own = read_intake(agency.intake).numbered(own_topic) if agency else None
    return own is not None and found is not None and own.under == found.key


def _publish(deed: Deed, face: Face) -> None:
    session, case = deed.session, deed.case
    face = replace(face, reason="personal_data" if face.hidden else "")
    face = checked(session, case, face, face_of(session, case))
    keep_version(session, case=case, at=deed.at, by=deed.actor, published=True, face=face)
    publish(session, case=case, title=face.title, body=face.body, location=face.location)
    if case.received_at is not None:  # what it was told by is there already
        tell_anew(session, case=case)


def hand_to_unit(deed: Deed, unit_id: int) -> CaseEvent:
    """As a part of another act."""
    active = sa.select(Unit.id).where(Unit.id == unit_id, Unit.active)
    if deed.session.scalar(active) is None:
        raise Invalid(fields={"unit_id": _("Pilih unit yang aktif.")})
    deed.case.unit_id, deed.case.assignee_id, deed.case.answer_draft = unit_id, None, None
    event = deed.tell("assigned", unit_id=unit_id)
    follow(deed.session, case=deed.case, event=event)
    owe(deed.session, kind="notice.staff_assigned", object_id=event.id)
    return event
