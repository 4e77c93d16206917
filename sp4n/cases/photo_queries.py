"""Reads of the photos that everyone sees."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase
from sp4n.cases.references import parse_reference
from sp4n.errors import NotFound
from sp4n.files.models import Attachment, PublicPhoto

TOKEN: Final = re.compile("[0-9a-f]{32}")


def public_photo(session: Session, *, reference: str, token: str) -> PublicPhoto:
    """In its agency's scope. NotFound for one that the public case does not name, or not now."""
    same = sa.and_(
        PublicCase.agency_id == PublicPhoto.agency_id, PublicCase.id == PublicPhoto.case_id
    )
    if not TOKEN.fullmatch(token):
        raise NotFound
    wanted = sa.select(PublicPhoto, PublicCase.photos).join(PublicCase, same)
    row = session.execute(
        wanted.where(PublicPhoto.token == token, PublicCase.reference == parse_reference(reference))
    ).one_or_none()
    if row is None or token not in {one["token"] for one in row[1]}:
        raise NotFound
    photo: PublicPhoto = row[0]
    return photo


def photos_of(session: Session, case: CaseRecord) -> Sequence[Attachment]:
    """Those that may be shown: its reporter can see them, and was told of that where they are
    their own."""
    same = sa.and_(CaseEvent.agency_id == Attachment.agency_id, CaseEvent.id == Attachment.event_id)
    wanted = sa.select(Attachment).join(CaseEvent, same)
    return session.scalars(
        wanted.where(
            Attachment.case_id == case.id,
            Attachment.media_type.startswith("image/"),
            CaseEvent.public,
            sa.or_(CaseEvent.actor_kind != "reporter", sa.literal(case.photos_told)),
        ).order_by(Attachment.id)
    ).all()


def decisions_on(session: Session, case: CaseRecord) -> Mapping[int, PublicPhoto]:
    """Attachment id -> the newest."""
    wanted = sa.select(PublicPhoto).where(PublicPhoto.case_id == case.id)
    found = session.scalars(wanted.order_by(PublicPhoto.id)).all()
    return {one.attachment_id: one for one in found}


def public_tokens(session: Session, case: CaseRecord) -> set[str]:
    """Of those that everyone sees now."""
    public = session.get(PublicCase, (case.agency_id, case.id)) if case.published else None
    return {one["token"] for one in public.photos} if public else set()
