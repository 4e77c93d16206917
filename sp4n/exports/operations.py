"""Asking for an export, taking that back, and what its job and the upkeep write down."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.operations import check_current_password
from sp4n.accounts.people import Person
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.audit.operations import record
from sp4n.errors import NotPossible
from sp4n.exports.models import AgencyExport
from sp4n.exports.queries import OPEN
from sp4n.files.storage import Storage, new_export_key
from sp4n.jobs.models import Outbox
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import EXPORT

MAKE = "export.make"
ASKED = "notice.export_asked"
READY = "notice.export_ready"
FAILED = "notice.export_failed"


def request_export(
    session: Session, *, person: Person, password: str, confidential: bool, actor: Actor
) -> AgencyExport:
    """By an admin who has just shown that it is them; all admins are written to."""
    check_current_password(session, person=person, password=password, field="password")
    export = AgencyExport(
        confidential=confidential,
        requested_at=clock.now(),
        requested_by=actor.id,
        requested_by_name=actor.name,
        storage_key=new_export_key(),
    )
    try:
        with session.begin_nested():
            session.add(export)
    except IntegrityError as error:
        message = _("Masih ada ekspor yang sedang dibuat. Tunggu sampai selesai, atau batalkan.")
        raise NotPossible(message) from error
    owe(session, kind=MAKE, object_id=export.id, queue=EXPORT)
    owe(session, kind=ASKED, object_id=export.id)
    _record(session, actor, "export.requested", export)
    return export


def cancel_export(session: Session, *, export: AgencyExport, actor: Actor) -> None:
    """Its job stops by itself within seconds, and leaves no file."""
    if not _move(session, export.id, OPEN, {"state": "cancelled", "finished_at": clock.now()}):
        raise NotPossible(_("Ekspor ini sudah selesai, jadi tidak dapat dibatalkan."))
    _record(session, actor, "export.cancelled", export)


def begin_export(session: Session, *, export_id: int) -> bool:
    """False where it was cancelled meanwhile, or is done."""
    return _move(session, export_id, OPEN, {"state": "running", "done": 0, "total": 0})


def note_progress(session: Session, *, export_id: int, done: int, total: int) -> bool:
    """False where it was cancelled."""
    return _move(session, export_id, ("running",), {"done": done, "total": total})


def finish_export(session: Session, *, export_id: int, size: int, kept: timedelta) -> bool:
    now = clock.now()
    values = {"state": "ready", "size": size, "finished_at": now, "expires_at": now + kept}
    if not _move(session, export_id, ("running",), values):
        return False
    owe(session, kind=READY, object_id=export_id)
    return True


def fail_export(session: Session, *, export_id: int, fault: str) -> None:
    """`fault`: "storage", "stopped", or "other": for the words that say what to do."""
    values = {"state": "failed", "fault": fault, "finished_at": clock.now()}
    if _move(session, export_id, OPEN, values):
        owe(session, kind=FAILED, object_id=export_id)


def note_download(session: Session, *, export: AgencyExport, actor: Actor) -> None:
    _record(session, actor, "export.downloaded", export)


def tidy_exports(session: Session, *, storage: Storage) -> None:
    """Upkeep: files whose time is over go, and what failed or cancelled exports have left, whose
    worker may have died on the way; an export whose job will never end has failed."""
    dead = sa.select(Outbox.object_id).where(Outbox.kind == MAKE, Outbox.state == "dead")
    stuck = sa.select(AgencyExport).where(AgencyExport.state.in_(OPEN), AgencyExport.id.in_(dead))
    for export in session.scalars(stuck).all():
        fail_export(session, export_id=export.id, fault="stopped")
    ended = sa.select(AgencyExport.storage_key).where(
        AgencyExport.state.in_(("failed", "cancelled"))
    )
    for key in session.scalars(ended).all():
        storage.delete(key)
    over = sa.select(AgencyExport).where(
        AgencyExport.state == "ready", AgencyExport.expires_at <= clock.now()
    )
    for export in session.scalars(over).all():
        # First the file: where that fails the row says that it is still there.
        storage.delete(export.storage_key)
        _move(session, export.id, ("ready",), {"state": "expired"})
        _record(session, SYSTEM, "export.expired", export)


def _move(
    session: Session, export_id: int, states: tuple[str, ...], values: dict[str, object]
) -> bool:
    """One statement: of two at once one finds it in none of these states any more."""
    moved = (
        sa.update(AgencyExport)
        .where(AgencyExport.id == export_id, AgencyExport.state.in_(states))
        .values(**values)
        .returning(AgencyExport.id)
    )
    return session.execute(moved).one_or_none() is not None


def _record(session: Session, actor: Actor, act: str, export: AgencyExport) -> None:
    data = {"confidential": export.confidential}
    record(session, actor=actor, act=act, object_kind="export", object_id=export.id, data=data)
    session.flush()
