"""Changes of the tree of units: it stays a tree, and nothing in use is removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.errors import Invalid, NotPossible
from sp4n.organisation.models import Unit
from sp4n.organisation.queries import branch_of

# Perangkat daerah, unit kerja, unit pelaksana teknis: what they are called in words.KIND_LABELS.
# The last two hold the public information of the agency, and look into what its own people did.
CUSTODIAN_OF_INFORMATION: Final = "ppid"
INSPECTORATE: Final = "inspektorat"
KINDS: Final = ("opd", "unit_kerja", "upt", CUSTODIAN_OF_INFORMATION, INSPECTORATE)


@dataclass(frozen=True)
class UnitAnswers:
    """What a form says of a unit: `kind` one of KINDS, or "". An inactive one is offered to nobody
    any more."""

    name: str
    short_name: str = ""
    parent_id: int | None = None
    active: bool = True
    kind: str = ""
    phone: str = ""
    service_hours: str = ""


@dataclass(frozen=True)
class Holdings:
    """What a unit, and those below it, still have: counted by the rooms above this one."""

    people: int = 0
    open_cases: int = 0
    sent_by: int = 0  # settings that send reports here


NOTHING: Final = Holdings()


def add_unit(session: Session, *, answers: UnitAnswers, actor: Actor) -> Unit:
    _lock(session)
    _check(session, answers, unit_id=None)
    unit = Unit(**vars(answers))
    session.add(unit)
    session.flush()
    _record(session, actor, "unit.add", unit)
    return unit


def change_unit(
    session: Session,
    *,
    unit: Unit,
    answers: UnitAnswers,
    actor: Actor,
    holdings: Holdings = NOTHING,
) -> None:
    """Taken out of use only where nothing would be left behind with it."""
    _lock(session)
    _check(session, answers, unit_id=unit.id)
    if unit.active and not answers.active and (faults := _left_behind(holdings)):
        raise Invalid(fields={"active": faults})
    for name, value in vars(answers).items():
        setattr(unit, name, value)
    session.flush()
    _record(session, actor, "unit.change", unit)


def remove_unit(
    session: Session, *, unit: Unit, actor: Actor, holdings: Holdings = NOTHING
) -> None:
    """Refused while anything points to it: the database knows all rows that do."""
    if holdings.sent_by:
        raise NotPossible(_sent_here(holdings.sent_by))
    try:
        with session.begin_nested():
            session.delete(unit)
    except IntegrityError as error:
        raise NotPossible(_why_it_stays(error)) from error
    _record(session, actor, "unit.remove", unit)


def _lock(session: Session) -> None:
    """Two moves at once could each be right and together a circle."""
    session.execute(sa.select(Unit.id).order_by(Unit.id).with_for_update())


def _check(session: Session, answers: UnitAnswers, unit_id: int | None) -> None:
    if answers.kind and answers.kind not in KINDS:
        raise Invalid(fields={"kind": _("Pilih jenis unit dari daftar.")})
    same_name = sa.select(Unit.id).where(sa.func.lower(Unit.name) == sa.func.lower(answers.name))
    if set(session.scalars(same_name)) - {unit_id}:
        raise Invalid(fields={"name": _("Sudah ada unit dengan nama ini.")})
    if answers.parent_id is None:
        return
    parent = session.scalar(sa.select(Unit.id).where(Unit.id == answers.parent_id))
    if parent is None:
        raise Invalid(fields={"parent_id": _("Unit induk ini tidak ada.")})
    if unit_id is not None and parent in branch_of(session, unit_id=unit_id):
        message = _("Unit tidak dapat berada di bawah dirinya sendiri atau unit bawahannya.")
        raise Invalid(fields={"parent_id": message})


def _left_behind(holdings: Holdings) -> str:
    words = []
    if holdings.sent_by:
        words.append(_sent_here(holdings.sent_by))
    if holdings.open_cases:
        words.append(
            ngettext(
                "Unit ini atau bawahannya masih memegang satu laporan terbuka. "
                "Teruskan dahulu ke unit lain.",
                "Unit ini atau bawahannya masih memegang %(num)s laporan terbuka. "
                "Teruskan dahulu ke unit lain.",
                holdings.open_cases,
            )
        )
    if holdings.people:
        words.append(
            ngettext(
                "Satu petugas masih menangani unit ini atau bawahannya. "
                "Ubah dahulu unitnya di halaman Pengguna.",
                "%(num)s petugas masih menangani unit ini atau bawahannya. "
                "Ubah dahulu unitnya di halaman Pengguna.",
                holdings.people,
            )
        )
    return " ".join(words)


def _sent_here(sent_by: int) -> str:
    return ngettext(
        "Satu topik atau aturan penyaluran mengirim laporan ke unit ini atau bawahannya. "
        "Ubah dahulu di Pengaturan, lalu terbitkan.",
        "%(num)s topik atau aturan penyaluran mengirim laporan ke unit ini atau bawahannya. "
        "Ubah dahulu di Pengaturan, lalu terbitkan.",
        sent_by,
    )


def _why_it_stays(error: IntegrityError) -> str:
    """By the table that points to the unit; it may belong to a room above this one."""
    table = getattr(getattr(error.orig, "diag", None), "table_name", None)
    if table == "unit":
        return _("Unit ini masih mempunyai unit di bawahnya. Pindahkan atau hapus dahulu unit itu.")
    if table == "account_unit":
        return _("Unit ini masih ditangani pejabat penghubung. Ubah dahulu unit orang itu.")
    if table == "reply_template":
        return _("Ada templat tanggapan untuk unit ini. Ubah atau hapus dahulu templatnya.")
    return _("Unit ini sudah dipakai dalam laporan, jadi hanya dapat dinonaktifkan.")


def _record(session: Session, actor: Actor, act: str, unit: Unit) -> None:
    data = {"name": unit.name, "parent_id": unit.parent_id, "active": unit.active}
    record(session, actor=actor, act=act, object_kind="unit", object_id=unit.id, data=data)
