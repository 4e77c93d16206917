"""Drafting a decree, and who is in its team. Once it is issued both stay as they were signed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.decrees.models import Decree, DecreeMember
from sp4n.decrees.positions import POSITIONS
from sp4n.decrees.queries import decree_of, member_by_id
from sp4n.decrees.wording import Wording
from sp4n.documents.again import one_at_a_time
from sp4n.documents.models import Document
from sp4n.documents.operations import in_hand
from sp4n.errors import Invalid, NotPossible
from sp4n.organisation.models import Unit


@dataclass(frozen=True, slots=True)
class MemberAnswers:
    position: str
    name: str
    post: str = ""
    unit_id: int | None = None
    tasks: str = ""
    account_id: int | None = None


def write_decree(session: Session, *, document: Document, wording: Wording, actor: Actor) -> Decree:
    _drafted(session, document)
    found = decree_of(session, document.id)
    if found is None:
        found = Decree(document_id=document.id, **asdict(wording))
        session.add(found)
    for name, text in asdict(wording).items():
        setattr(found, name, text)
    session.flush()
    _record(session, actor, "written", document)
    return found


def add_member(
    session: Session, *, document: Document, answers: MemberAnswers, actor: Actor
) -> DecreeMember:
    _drafted(session, document)
    _check(session, document, answers)
    member = DecreeMember(document_id=document.id, **asdict(answers))
    session.add(member)
    session.flush()
    _record(session, actor, "member_added", document)
    return member


def member_named_before(session: Session, document: Document, answers: MemberAnswers) -> bool:
    """By the same form, sent twice."""
    one_at_a_time(session)
    told = asdict(answers).items()
    same = [getattr(DecreeMember, name).is_not_distinct_from(value) for name, value in told]
    mine = sa.select(DecreeMember.id).where(DecreeMember.document_id == document.id, *same)
    return session.scalar(mine.limit(1)) is not None


def change_member(
    session: Session, *, document: Document, member_id: int, answers: MemberAnswers, actor: Actor
) -> DecreeMember:
    _drafted(session, document)
    _check(session, document, answers)
    member = member_by_id(session, document.id, member_id)
    for name, value in asdict(answers).items():
        setattr(member, name, value)
    session.flush()
    _record(session, actor, "member_changed", document)
    return member


def remove_member(session: Session, *, document: Document, member_id: int, actor: Actor) -> None:
    _drafted(session, document)
    session.delete(member_by_id(session, document.id, member_id))
    session.flush()
    _record(session, actor, "member_removed", document)


def _drafted(session: Session, document: Document) -> None:
    if in_hand(session, document).state != "draft":
        raise NotPossible(_("Keputusan ini sudah ditetapkan; naskah dan timnya tidak diubah lagi."))


def _check(session: Session, document: Document, answers: MemberAnswers) -> None:
    """The account is one of this agency's: what another one has is not there to be found."""
    wrong = {}
    if answers.position not in POSITIONS:
        wrong["position"] = _("Pilih kedudukan dalam tim.")
    if not answers.name:
        wrong["name"] = _("Tulis nama anggota.")
    of_unit = answers.unit_id if answers.unit_id is not None else document.unit_id
    if answers.position == "pejabat_penghubung" and of_unit is None:
        wrong["unit_id"] = _("Pilih unit yang ditangani pejabat penghubung ini.")
    wanted = sa.select(Unit.id).where(Unit.id == answers.unit_id)
    if answers.unit_id is not None and session.scalar(wanted) is None:
        wrong["unit_id"] = _("Unit ini tidak ada.")
    known = sa.select(Account.id).where(Account.id == answers.account_id)
    if answers.account_id is not None and session.scalar(known) is None:
        wrong["account_id"] = _("Akun ini tidak ada di instansi ini.")
    if wrong:
        raise Invalid(fields=wrong)


def _record(session: Session, actor: Actor, act: str, document: Document) -> None:
    record(
        session,
        actor=actor,
        act=f"document.{act}",
        object_kind="document",
        object_id=document.id,
        data={"kind": document.kind, "name": document.title},
    )
