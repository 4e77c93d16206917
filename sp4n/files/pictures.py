"""Storing an agency's own pictures, finding them again, and sweeping those that nothing names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.errors import NotFound, NotPossible
from sp4n.files.drawing import Drawn, Sort, main_variant
from sp4n.files.models import BrandPicture
from sp4n.files.operations import store_content
from sp4n.files.storage import Storage

# Tried and thrown away, within the day that they are kept.
MOST_PICTURES = 200


def keep_picture(session: Session, *, storage: Storage, drawn: Drawn) -> str:
    """Its name. The same picture again is the same picture."""
    name = drawn.name
    if _has(session, BrandPicture.name == name):
        return name
    count = sa.func.count(BrandPicture.name.distinct())
    if (session.scalar(sa.select(count)) or 0) >= MOST_PICTURES:
        raise NotPossible(_("Terlalu banyak gambar dicoba hari ini. Coba lagi besok."))
    session.add_all(
        BrandPicture(
            name=name,
            variant=one.name,
            storage_key=store_content(session, storage, one.file),
            media_type=one.file.media_type,
            size=len(one.file.content),
        )
        for one in drawn.variants
    )
    session.flush()
    return name


def has_picture(session: Session, *, name: str, sort: Sort) -> bool:
    return _has(session, BrandPicture.name == name, BrandPicture.variant == main_variant(sort))


def picture_named(session: Session, *, name: str, variant: str) -> BrandPicture:
    """Whether it may be seen is for the door to ask."""
    wanted = (BrandPicture.name == name, BrandPicture.variant == variant)
    found = session.scalar(sa.select(BrandPicture).where(*wanted))
    if found is None:
        raise NotFound
    return found


def sweep_pictures(session: Session, *, named: Collection[str], before: datetime) -> None:
    """Rows of pictures that are older and not `named`; their files go with the files' own sweep."""
    old = (BrandPicture.created_at < before, BrandPicture.name.not_in(named))
    session.execute(sa.delete(BrandPicture).where(*old))


def _has(session: Session, *where: sa.ColumnElement[bool]) -> bool:
    return bool(session.scalar(sa.select(sa.exists(sa.select(BrandPicture.id).where(*where)))))
