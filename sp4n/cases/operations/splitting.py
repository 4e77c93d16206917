"""A report that holds several complaints is split: each further one becomes a case of its own.

Each part has its own number, unit, state and end; its clock is that of the report, so that nobody
wins time. The report itself keeps what is left of it. Its reporter files nothing again: the same
access code opens every part. See docs/decisions/0015.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from sp4n.audit.actors import REPORTER, Actor
from sp4n.cases.answers import LONGEST, check_body
from sp4n.cases.models import CaseEvent, CaseRecord, Identity, Tracking
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.cases.part_queries import number_of_parts, whole_of
from sp4n.cases.parts_models import CasePart
from sp4n.cases.references import make_reference
from sp4n.cases.states import State, owed_at
from sp4n.cases.time_limits import clockwork_of
from sp4n.cases.words import on_its_way
from sp4n.errors import Invalid, NotPossible
from sp4n.figures import operations as figures
from sp4n.files.models import Attachment
from sp4n.jobs.outbox import owe
from sp4n.organisation.models import Unit

MOST_PARTS: Final = 5  # with what the report itself keeps
SPLIT_IN: Final = (State.UNVERIFIED, State.UNHANDLED, State.IN_PROGRESS)
# What a part has of the report that it comes from.
INHERITED: Final = (
    *("access_code_hash", "classification", "occurred_on", "location", "category_id", "own_topic"),
    *("extra_answers", "anonymous", "confidential", "language", "rule_set_id", "filed_at"),
    *("verified_at", "verify_due_at", "limits_from", "paused_days", "supervision", "hidden"),
    *("channel", "channel_link", "trial", "received_at", "photos_told"),
)


@dataclass(frozen=True)
class Part:
    """`files`: ids of the report's attachments that belong to it, too."""

    title: str
    description: str
    unit_id: int | None = None
    files: Sequence[int] = field(default_factory=tuple)


def split_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    parts: Sequence[Part],
    version: int | None = None,
) -> list[CaseRecord]:
    """The new cases. All of it, or nothing: one transaction."""
    deed = begin(session, case=case, actor=actor, version=version)
    _check_may_split(session, case, len(parts))
    parts = [_checked(session, part, number) for number, part in enumerate(parts, 1)]
    made = [_make(deed, part) for part in parts]
    case.updated_at = deed.at
    flag_modified(case, "updated_at")  # a new version, also within the hour of a traceless one
    told = {"parts": [{"reference": one.reference, "title": one.title} for one in made]}
    event = deed.tell("split", unit_id=case.unit_id, data=told)
    deed.owe_reporter("notice.case_split", event)
    deed.record("case.split", {"part_ids": [one.id for one in made]})
    return made


def _check_may_split(session: Session, case: CaseRecord, number: int) -> None:
    if case.handover_id is not None:
        raise NotPossible(on_its_way())
    if case.state not in SPLIT_IN:
        raise NotPossible(
            _(
                "Laporan hanya dapat dibagi sebelum ada tanggapan akhir, dan bukan selagi menunggu "
                "keterangan pelapor. Lanjutkan atau buka kembali laporannya dahulu."
            )
        )
    if whole_of(session, case) is not None:
        raise NotPossible(_("Laporan ini sendiri sebuah bagian. Bagi laporan asalnya."))
    if not number:
        raise Invalid(fields={"title_1": _("Tulis judul bagian yang dipisahkan.")})
    if number + number_of_parts(session, case) + 1 > MOST_PARTS:
        raise Invalid(_("Satu laporan dibagi paling banyak menjadi %(n)s bagian.", n=MOST_PARTS))


def _checked(session: Session, part: Part, number: int) -> Part:
    title = part.title.strip()
    if not title or len(title) > LONGEST["title"]:
        words = _("Tulis judul, paling panjang %(n)s huruf.", n=LONGEST["title"])
        raise Invalid(fields={f"title_{number}": words})
    body = check_body(part.description, field=f"description_{number}")
    if part.unit_id is not None:
        there = sa.select(Unit.id).where(Unit.id == part.unit_id, Unit.active)
        if session.scalar(there) is None:
            raise Invalid(fields={f"unit_{number}": _("Pilih unit yang aktif.")})
    return Part(title, body, part.unit_id, part.files)


def _make(deed: Deed, part: Part) -> CaseRecord:
    session, whole = deed.session, deed.case
    made = CaseRecord(
        **{name: getattr(whole, name) for name in INHERITED},
        reference=_free_reference(session),
        title=part.title,
        description=part.description,
        state=State.UNHANDLED if whole.verified_at else State.UNVERIFIED,
        unit_id=part.unit_id,
        updated_at=deed.at,
    )
    session.add(made)
    session.flush()
    if whole.verified_at is not None:
        clockwork_of(session, made).set_from_verification(made, whole.verified_at)
    made.due_at = owed_at(made)
    session.add(CasePart(part_id=made.id, whole_id=whole.id, at=deed.at))
    session.add(Tracking(agency_id=made.agency_id, reference=made.reference, case_id=made.id))
    _keep_identity(session, whole, made)
    filed = _tell_of(deed, made, part)
    _copy_files(session, whole, made, filed, part.files)
    _count(session, made)
    return made


def _free_reference(session: Session) -> str:
    while True:
        drawn = make_reference()
        if session.scalar(sa.select(sa.exists().where(Tracking.reference == drawn))) is False:
            return drawn


def _keep_identity(session: Session, whole: CaseRecord, made: CaseRecord) -> None:
    """As it lies in the vault: nobody opens it for that."""
    found = session.scalar(sa.select(Identity).where(Identity.case_id == whole.id))
    if found is not None:
        row = {name: getattr(found, name) for name in ("sealed", "reachable", "address_hash")}
        session.add(Identity(case_id=made.id, **row))


def _tell_of(deed: Deed, made: CaseRecord, part: Part) -> CaseEvent:
    """Its history begins with the filing, as its clock does."""
    session = deed.session
    filed = CaseEvent(
        case_id=made.id,
        at=made.filed_at,
        kind="filed",
        public=True,
        actor_kind=REPORTER.kind,
        to_state=State.UNVERIFIED,
    )
    session.add(filed)
    session.flush()
    its = Deed(
        session=session,
        case=made,
        actor=deed.actor,
        at=deed.at,
        reporter_reachable=deed.reporter_reachable,
        traceless=deed.traceless,
        before=State(made.state),
    )
    its.tell("split_off", data={"from": deed.case.reference})
    if part.unit_id is not None:
        event = its.tell("assigned", unit_id=part.unit_id)
        owe(session, kind="notice.staff_assigned", object_id=event.id)
    return filed


def _copy_files(
    session: Session, whole: CaseRecord, made: CaseRecord, filed: CaseEvent, ids: Iterable[int]
) -> None:
    """Of those that the reporter can see; the bytes are there once."""
    mine = sa.and_(CaseEvent.agency_id == Attachment.agency_id, CaseEvent.id == Attachment.event_id)
    wanted = sa.select(Attachment).join(CaseEvent, mine)
    found = session.scalars(
        wanted.where(
            Attachment.case_id == whole.id, Attachment.id.in_(list(ids)), CaseEvent.public
        ).order_by(Attachment.id)
    )
    names = ("storage_key", "file_name", "media_type", "size", "sha256", "width", "height")
    for one in found.all():
        session.add(
            Attachment(
                case_id=made.id,
                event_id=filed.id,
                created_at=one.created_at,
                **{name: getattr(one, name) for name in names},
            )
        )
    session.flush()


def _count(session: Session, made: CaseRecord) -> None:
    bucket = int(made.confidential) + figures.TRIAL * made.trial
    figures.count(session, measure=figures.FILED, bucket=bucket)
    figures.count_move(
        session,
        before=State.UNVERIFIED,
        after=made.state,
        confidential=made.confidential,
        trial=made.trial,
    )
    session.flush()
