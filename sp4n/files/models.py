"""Uploaded files, as rows; their bytes are in the storage under `storage_key`."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key


class Attachment(AgencyOwned, Numbered, Base):
    """A checked and cleaned file: of a draft (`draft_key`) until it is filed, then of a case."""

    __tablename__ = "attachment"
    case_id: Mapped[int | None]
    event_id: Mapped[int | None]
    draft_key: Mapped[bytes | None]
    storage_key: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes]
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    __table_args__ = (
        owned_key("case_id", "case_record"),
        owned_key("event_id", "case_event"),
        sa.Index("ix_attachment_agency_id_case_id", "agency_id", "case_id"),
        sa.Index("ix_attachment_agency_id_draft_key", "agency_id", "draft_key"),
        sa.Index("ix_attachment_agency_id_storage_key", "agency_id", "storage_key"),
    )


class BrandPicture(AgencyOwned, Numbered, Base):
    """One size of a picture that an agency shows of itself; `name` is that of all its sizes, and
    what versions of its settings hold. Whether it may be seen, they say."""

    __tablename__ = "brand_picture"
    name: Mapped[str]
    variant: Mapped[str]
    storage_key: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    __table_args__ = (
        sa.UniqueConstraint("agency_id", "name", "variant"),
        sa.Index("ix_brand_picture_agency_id_storage_key", "agency_id", "storage_key"),
    )


class PublicPhoto(AgencyOwned, Numbered, Base):
    """A decision about a photo of a case: shown to everyone, or not; the newest one counts.

    `token`: under which everyone gets what was drawn for them, for as long as the public case names
    it; "" of one that is not shown. `boxes`: what is black in it, [left, top, width, height] each.
    """

    __tablename__ = "public_photo"
    case_id: Mapped[int]
    attachment_id: Mapped[int]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(server_default="")
    token: Mapped[str] = mapped_column(server_default="")
    storage_key: Mapped[str] = mapped_column(server_default="")
    size: Mapped[int] = mapped_column(server_default="0")
    boxes: Mapped[list[list[float]]] = mapped_column(JSONB, server_default="[]")
    words: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        owned_key("case_id", "case_record"),
        owned_key("attachment_id", "attachment"),
        sa.Index("ix_public_photo_agency_id_case_id", "agency_id", "case_id", "id"),
        sa.Index("ix_public_photo_agency_id_storage_key", "agency_id", "storage_key"),
    )
