"""What everyone may read of a case is decided: published, kept internal, or with passages hidden.

Each decision is a version: who, when, why. What is hidden stays in the case for those who handle
it and for its reporter; the history tells that it was hidden, never what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from sp4n.audit.actors import Actor
from sp4n.cases.answers import LONGEST, check_body
from sp4n.cases.masking import LONGEST_PASSAGE, MOST_PASSAGES, occurs
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.cases.publication import publish, tell_anew, withdraw
from sp4n.cases.publicity_models import REASONS, Publicity
from sp4n.cases.publicity_queries import Face, face_in, face_of, said_to_all, versions_of
from sp4n.cases.states import State
from sp4n.errors import Invalid, NotPossible


def set_publicity(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    published: bool,
    face: Face,
    version: int | None = None,
) -> CaseEvent:
    """`face.reason`: one of `REASONS`, where what is hidden has changed."""
    deed = begin(session, case=case, actor=actor, version=version)
    before = face_of(session, case)
    if published:
        _check_may_be_public(case)
    face = checked(session, case, face, before)
    if face.hidden != before.hidden and face.reason not in REASONS:
        raise Invalid(fields={"reason": _("Pilih alasannya.")})
    if (published, *face.texts, face.hidden) == (case.published, *before.texts, before.hidden):
        raise Invalid(_("Belum ada yang Anda ubah."))
    return _decide(deed, published, face)


def hide_more(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    passages: Sequence[str],
    about: str,
    version: int | None = None,
) -> bool:
    """Before `about`, an answer, is said: what everyone will not read of it. False where nothing
    is new in that."""
    new = [one for one in _tidy(passages) if one not in case.hidden]
    if not new:
        return False
    deed = begin(session, case=case, actor=actor, version=version)
    before = face_of(session, case)
    _check_passages(new, [about])
    hidden = (*before.hidden, *new)
    _decide(deed, case.published, Face(*before.texts, hidden, "personal_data"))
    return True


def take_back(
    session: Session, *, case: CaseRecord, actor: Actor, version: int | None = None
) -> CaseEvent:
    """The newest decision is undone; what it said stays among the versions."""
    deed = begin(session, case=case, actor=actor, version=version)
    versions = versions_of(session, case)
    if len(versions) < 2:
        raise NotPossible(_("Tidak ada keputusan sebelumnya untuk dikembalikan."))
    former = versions[1]
    if former.published:
        _check_may_be_public(case)
    face = face_in(former)
    return _decide(deed, former.published, Face(*face.texts, face.hidden, "mistake"))


def keep_version(
    session: Session, *, case: CaseRecord, at: datetime, by: Actor, published: bool, face: Face
) -> None:
    """The decision alone, as a part of another act, which tells of it."""
    newest = versions_of(session, case)[:1]
    session.add(
        Publicity(
            case_id=case.id,
            number=newest[0].number + 1 if newest else 1,
            at=at,
            actor_kind=by.kind,
            actor_id=by.id,
            actor_name=by.name,
            published=published,
            title=face.title,
            body=face.body,
            location=face.location,
            hidden=list(face.hidden),
            reason=face.reason,
            note=face.note,
        )
    )
    case.hidden = list(face.hidden)
    flag_modified(case, "hidden")  # who decided on what was there before is told
    session.flush()


def checked(session: Session, case: CaseRecord, face: Face, before: Face) -> Face:
    """As it is kept; Invalid where it cannot be."""
    title, location = face.title.strip(), face.location.strip()
    wrong = {}
    if not title or len(title) > LONGEST["title"]:
        wrong["public_title"] = _("Tulis judul, paling panjang %(n)s huruf.", n=LONGEST["title"])
    if len(location) > LONGEST["location"]:
        wrong["public_location"] = _("Paling panjang %(n)s huruf.", n=LONGEST["location"])
    if len(face.note) > LONGEST["title"]:
        wrong["note"] = _("Paling panjang %(n)s huruf.", n=LONGEST["title"])
    if wrong:
        raise Invalid(fields=wrong)
    body = check_body(face.body, field="public_body")
    hidden = tuple(_tidy(face.hidden))
    new = [one for one in hidden if one not in before.hidden]
    if new:
        _check_passages(new, [title, body, location, *said_to_all(session, case)])
    if len(hidden) > MOST_PASSAGES:
        raise Invalid(fields={"more": _("Paling banyak %(n)s bagian.", n=MOST_PASSAGES)})
    return Face(title, body, location, hidden, face.reason, face.note.strip())


def _decide(deed: Deed, published: bool, face: Face) -> CaseEvent:
    session, case = deed.session, deed.case
    keep_version(session, case=case, at=deed.at, by=deed.actor, published=published, face=face)
    if published:
        publish(session, case=case, title=face.title, body=face.body, location=face.location)
        tell_anew(session, case=case)
    else:
        withdraw(session, case=case)
    told = {"passages": len(face.hidden), "published": published, "reason": face.reason}
    event = deed.tell("redacted", data=told)
    deed.record("case.redacted", told)
    return event


def _check_may_be_public(case: CaseRecord) -> None:
    if case.confidential:
        raise NotPossible(_("Laporan rahasia tidak pernah diumumkan."))
    if case.trial:
        raise NotPossible(_("Laporan uji coba tidak pernah diumumkan."))
    if case.verified_at is None and not case.published:
        raise NotPossible(_("Verifikasi laporan ini dahulu; di sana ia dapat diumumkan."))
    if case.state in (State.ARCHIVED, State.FORWARDED):
        raise NotPossible(
            _("Laporan yang diarsipkan atau dipegang instansi lain tidak diumumkan di sini.")
        )


def _check_passages(passages: Iterable[str], texts: Sequence[str]) -> None:
    for one in passages:
        if len(one) > LONGEST_PASSAGE:
            raise Invalid(
                fields={"more": _("Satu bagian paling panjang %(n)s huruf.", n=LONGEST_PASSAGE)}
            )
        if len(one) < 2 or not occurs(one, texts):
            raise Invalid(
                fields={"more": _("“%(words)s” tidak ada dalam teks. Salin apa adanya.", words=one)}
            )


def _tidy(passages: Iterable[str]) -> list[str]:
    """Each once, without spaces around."""
    return list(dict.fromkeys(one for passage in passages if (one := " ".join(passage.split()))))
