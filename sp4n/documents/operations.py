"""What happens to documents: added as drafts, changed, put in force, withdrawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.documents.kinds import ALONE, KINDS, PUBLICITY_LABELS
from sp4n.documents.models import Document
from sp4n.documents.queries import document_by_id
from sp4n.documents.standing import at_once
from sp4n.errors import Invalid, NotPossible
from sp4n.files.cleaning import CleanFile
from sp4n.files.operations import store_content
from sp4n.files.storage import Storage
from sp4n.organisation.models import Unit

MOST_TEXT: Final = 400_000  # bytes: what the words of a document are made from has a limit of 1 MB


@dataclass(frozen=True, slots=True)
class DocumentAnswers:
    kind: str
    title: str
    number: str = ""
    dated: date | None = None
    signatory: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    replaces_id: int | None = None
    unit_id: int | None = None
    publicity: str = "none"


@dataclass(frozen=True, slots=True)
class SignedFile:
    """Cleaned, with the words of its text layer."""

    file: CleanFile
    text: str


def add_document(
    session: Session,
    *,
    answers: DocumentAnswers,
    actor: Actor,
    signed: SignedFile | None = None,
    storage: Storage | None = None,
) -> Document:
    """A draft; `storage`: where the file goes."""
    _check(session, answers, None)
    now = clock.now()
    document = Document(**asdict(answers), made_at=now, changed_at=now, version=1)
    _keep(session, document, signed, storage)
    session.add(document)
    session.flush()
    _record(session, actor, "add", document)
    return document


def change_document(
    session: Session,
    *,
    document: Document,
    answers: DocumentAnswers,
    actor: Actor,
    version: int | None = None,
    signed: SignedFile | None = None,
    storage: Storage | None = None,
) -> Document:
    """What an issued one says of itself can be mended; its kind stays."""
    locked = in_hand(session, document)
    check_version(locked, version)
    _check(session, answers, locked)
    before = {name: getattr(locked, name) for name in asdict(answers)}
    with session.no_autoflush:  # nothing of it is written before all of it was looked at
        for name, value in asdict(answers).items():
            setattr(locked, name, value)
        if before["valid_to"] != locked.valid_to:
            locked.told_days = None
        _keep(session, locked, signed, storage)
        if locked.state == "issued":
            _check_complete(locked)
    if locked.state == "issued":
        _give_back(session, locked, before["replaces_id"])
        _check_alone(session, locked)
        _end_replaced(session, locked)
    _touch(locked)
    changed = [name for name, value in before.items() if value != getattr(locked, name)]
    session.flush()
    _record(session, actor, "change", locked, {"keys": [*changed, *(["file"] if signed else [])]})
    return locked


def issue_document(
    session: Session, *, document: Document, actor: Actor, version: int | None = None
) -> Document:
    """From now on it counts, from its first day on it holds; what it replaces ends then."""
    locked = in_hand(session, document)
    check_version(locked, version)
    if locked.state != "draft":
        raise NotPossible(_("Dokumen ini sudah ditetapkan."))
    _check_complete(locked)
    _check_alone(session, locked)
    locked.state = "issued"
    _end_replaced(session, locked)
    _touch(locked)
    session.flush()
    _record(session, actor, "issue", locked)
    return locked


def withdraw_document(
    session: Session, *, document: Document, on: date, actor: Actor, version: int | None = None
) -> Document:
    """`on`: the first day on which it holds no more."""
    locked = in_hand(session, document)
    check_version(locked, version)
    if locked.state != "issued" or locked.ended_on is not None:
        raise NotPossible(_("Dokumen ini belum ditetapkan, atau sudah berakhir."))
    if locked.valid_from is not None and on < locked.valid_from:
        raise Invalid(fields={"on": _("Tanggal pencabutan mendahului mulai berlakunya.")})
    locked.ended_on, locked.ended_why = on, "withdrawn"
    _touch(locked)
    session.flush()
    _record(session, actor, "withdraw", locked)
    return locked


def discard_document(session: Session, *, document: Document, actor: Actor) -> None:
    """A draft only: what was issued stays on record."""
    locked = in_hand(session, document)
    if locked.state != "draft":
        raise NotPossible(_("Dokumen yang sudah ditetapkan tidak dihapus; cabut bila perlu."))
    _record(session, actor, "discard", locked)
    session.delete(locked)
    session.flush()


def in_hand(session: Session, document: Document) -> Document:
    """As it is now and until the transaction ends. One at a time of a kind, so that of two that
    would hold at once the second one sees the first; and nobody waits in a circle."""
    key = sa.func.hashtextextended(f"document/{document.agency_id}/{document.kind}", 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
    return document_by_id(session, document.id, locked=True)


def check_version(document: Document, version: int | None) -> None:
    if version is not None and version != document.version:
        raise NotPossible(_("Dokumen ini baru saja diubah orang lain. Periksa, lalu ulangi."))


def _touch(document: Document) -> None:
    document.version += 1
    document.changed_at = clock.now()


def _check(session: Session, answers: DocumentAnswers, document: Document | None) -> None:
    wrong = {}
    if answers.kind not in KINDS or (document is not None and document.kind != answers.kind):
        wrong["kind"] = _("Pilih jenis dokumen.")
    if not answers.title:
        wrong["title"] = _("Tulis judul dokumen.")
    if answers.publicity not in PUBLICITY_LABELS:
        wrong["publicity"] = _("Pilih apa yang diumumkan.")
    if answers.valid_from and answers.valid_to and answers.valid_to < answers.valid_from:
        wrong["valid_to"] = _("Hari terakhir mendahului hari pertama.")
    if answers.unit_id is not None and not _there(session, Unit, answers.unit_id):
        wrong["unit_id"] = _("Unit ini tidak ada.")
    if wrong:
        raise Invalid(fields=wrong)
    if answers.replaces_id is not None:
        _check_replaced(session, answers, document)


def _check_replaced(session: Session, answers: DocumentAnswers, document: Document | None) -> None:
    former = session.scalar(sa.select(Document).where(Document.id == answers.replaces_id))
    itself = document is not None and document.id == answers.replaces_id
    if former is None or former.kind != answers.kind or former.state != "issued" or itself:
        raise Invalid(fields={"replaces_id": _("Pilih dokumen sejenis yang sudah ditetapkan.")})
    newer = former.valid_from and answers.valid_from and answers.valid_from <= former.valid_from
    if newer:
        message = _("Pengganti harus mulai berlaku setelah dokumen yang digantikannya.")
        raise Invalid(fields={"valid_from": message})


def _there(session: Session, table: type[Any], number: int) -> bool:
    return session.scalar(sa.select(table.id).where(table.id == number)) is not None


def _check_complete(document: Document) -> None:
    wrong = {}
    if not document.number:
        wrong["number"] = _("Tulis nomornya.")
    if document.dated is None:
        wrong["dated"] = _("Isi tanggal penetapannya.")
    if not document.signatory:
        wrong["signatory"] = _("Tulis siapa yang menandatangani.")
    if document.valid_from is None:
        wrong["valid_from"] = _("Isi sejak kapan berlaku.")
    if not document.storage_key:
        wrong["file"] = _("Unggah berkas PDF yang sudah ditandatangani.")
    if wrong:
        raise Invalid(fields=wrong)


def _check_alone(session: Session, document: Document) -> None:
    """What is in hand is alone in it: nobody else issues one of its kind meanwhile."""
    if document.kind not in ALONE or document.unit_id is not None:
        return
    same = sa.select(Document).where(
        Document.kind == document.kind, Document.unit_id.is_(None), Document.state == "issued"
    )
    others = session.scalars(same.execution_options(populate_existing=True)).all()
    for other in others:
        if other.id in (document.id, document.replaces_id) or not at_once(document, other):
            continue
        message = _(
            "%(number)s masih berlaku pada masa itu. Pilih dokumen itu sebagai yang digantikan,"
            " atau ubah masa berlakunya.",
            number=other.number,
        )
        raise Invalid(fields={"replaces_id": message})


def _end_replaced(session: Session, document: Document) -> None:
    if document.replaces_id is None or document.valid_from is None:
        return
    former = document_by_id(session, document.replaces_id, locked=True)
    if former.ended_why == "withdrawn":
        return
    if former.valid_to is None or former.valid_to >= document.valid_from:
        former.ended_on, former.ended_why = document.valid_from, "replaced"
        _touch(former)


def _give_back(session: Session, document: Document, former_id: int | None) -> None:
    """What this one had ended holds again as its own dates say."""
    if former_id is None:
        return
    former = document_by_id(session, former_id, locked=True)
    if former.ended_why == "replaced" and former.id != document.id:
        former.ended_on, former.ended_why = None, ""
        _touch(former)
        session.flush()


def _keep(
    session: Session, document: Document, signed: SignedFile | None, storage: Storage | None
) -> None:
    if signed is None or storage is None:
        return
    document.storage_key = store_content(session, storage, signed.file)
    document.file_name, document.media_type = signed.file.file_name, signed.file.media_type
    document.size, document.sha256 = len(signed.file.content), signed.file.sha256
    document.text = signed.text.encode()[:MOST_TEXT].decode(errors="ignore")


def _record(
    session: Session,
    actor: Actor,
    act: str,
    document: Document,
    data: dict[str, Any] | None = None,
) -> None:
    said = {"kind": document.kind, "name": document.title, **(data or {})}
    record(
        session,
        actor=actor,
        act=f"document.{act}",
        object_kind="document",
        object_id=document.id,
        data=said,
    )
