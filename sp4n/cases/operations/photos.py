"""A photo of a public case is shown to everyone, with black boxes where that is asked for, or not.

What everyone gets is drawn anew each time, under a new address; the one before is gone. The photo
itself stays for those who handle the case, and for its reporter.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.masking import masked
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase
from sp4n.cases.operations.deeds import begin
from sp4n.cases.words import changed_meanwhile
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.files.covering import Box, covered
from sp4n.files.models import Attachment, PublicPhoto
from sp4n.files.operations import store_content
from sp4n.files.storage import Storage

MOST_SHOWN = 10
LONGEST_WORDS = 200


def show_photo(
    session: Session,
    *,
    case: CaseRecord,
    photo: Attachment,
    actor: Actor,
    storage: Storage,
    boxes: Sequence[Box],
    words: str,
    seen: int | None = None,
) -> PublicPhoto:
    """`words`: what is to be seen, for who does not see it. Black is for good: nothing of what lies
    below a box is in what everyone gets. `seen`: the decision that the form was made after (0: none
    yet); who was slower uncovers nothing that another has covered."""
    text = words.strip()
    if not text or len(text) > LONGEST_WORDS:
        raise Invalid(
            fields={"words": _("Tulis apa yang terlihat, paling panjang %(n)s huruf.", n=200)}
        )
    deed = begin(session, case=case, actor=actor, version=None)
    check_may_show(session, case, photo)
    former = newest_photo(session, photo)
    if seen is not None and seen != (former.id if former else 0):
        raise NotPossible(changed_meanwhile(former.actor_name if former else ""))
    public = _public(session, case)
    with storage.open(photo.storage_key) as file:
        drawn = covered(file.read(), boxes)
    kept = [one for one in public.photos if not former or one["token"] != former.token]
    if len(kept) >= MOST_SHOWN:
        raise NotPossible(_("Paling banyak %(n)s foto diumumkan.", n=MOST_SHOWN))
    shown = PublicPhoto(
        case_id=case.id,
        attachment_id=photo.id,
        at=deed.at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        token=secrets.token_hex(16),
        storage_key=store_content(session, storage, drawn),
        size=len(drawn.content),
        boxes=[list(box) for box in boxes],
        words=text,
    )
    session.add(shown)
    public.photos = [*kept, {"token": shown.token, "words": masked(text, case.hidden)}]
    told = {"photo": True, "boxes": len(boxes)}
    deed.tell("photo_shown", data=told)
    deed.record("case.photo_shown", {"attachment_id": photo.id, **told})
    return shown


def hide_photo(session: Session, *, case: CaseRecord, photo: Attachment, actor: Actor) -> None:
    """Nobody but those entitled gets it from now on."""
    deed = begin(session, case=case, actor=actor, version=None)
    former = newest_photo(session, photo)
    if photo.case_id != case.id or former is None or not former.token:
        raise NotPossible(_("Foto ini tidak diumumkan."))
    public = session.get(PublicCase, (case.agency_id, case.id)) if case.published else None
    if public is not None:
        public.photos = [one for one in public.photos if one["token"] != former.token]
    session.add(
        PublicPhoto(
            case_id=case.id,
            attachment_id=photo.id,
            at=deed.at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            boxes=former.boxes,
            words=former.words,
        )
    )
    deed.tell("photo_hidden")
    deed.record("case.photo_hidden", {"attachment_id": photo.id})


def newest_photo(session: Session, photo: Attachment) -> PublicPhoto | None:
    wanted = sa.select(PublicPhoto).where(PublicPhoto.attachment_id == photo.id)
    return session.scalar(wanted.order_by(PublicPhoto.id.desc()).limit(1))


def check_may_show(session: Session, case: CaseRecord, photo: Attachment) -> None:
    """A reporter's own photo only where they were told of that before they sent it; nothing of a
    note or a draft."""
    if photo.case_id != case.id or not photo.media_type.startswith("image/"):
        raise NotFound
    event = session.scalar(sa.select(CaseEvent).where(CaseEvent.id == photo.event_id))
    if event is None or not event.public:
        raise NotPossible(_("Foto ini hanya untuk petugas."))
    if event.actor_kind == "reporter" and not case.photos_told:
        raise NotPossible(_("Kepada pelapor ini dijanjikan bahwa fotonya tidak diumumkan."))


def _public(session: Session, case: CaseRecord) -> PublicCase:
    public = session.get(PublicCase, (case.agency_id, case.id)) if case.published else None
    if public is None:
        raise NotPossible(_("Laporan ini tidak diumumkan, begitu pula fotonya."))
    return public
