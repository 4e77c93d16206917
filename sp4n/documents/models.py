"""Documents of an agency, as rows; the bytes of the signed file are in the storage."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key

# Without the marks that would make "SK/12.Org" one word, a path.
WORDS: Final = (
    "to_tsvector('indonesian'::regconfig, translate((((title || ' '::text) || number) || "
    "' '::text) || text, './@_-:'::text, '      '::text))"
)


class Document(AgencyOwned, Numbered, Base):
    """A decree, a policy, a plan …; whether it holds follows from its dates (`standing`).

    state: draft, issued. `ended_on`: the first day on which it holds no more although it was to,
    because another one replaced it or it was withdrawn (`ended_why`). `publicity`: none, entry,
    file. `text`: what the file's text layer says. `dated`: the day that stands on it.
    `told_days`: of its end its keepers were told so many days ahead.
    """

    __tablename__ = "document"
    kind: Mapped[str]
    title: Mapped[str]
    number: Mapped[str] = mapped_column(server_default="")
    dated: Mapped[date | None]
    signatory: Mapped[str] = mapped_column(server_default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    replaces_id: Mapped[int | None]
    unit_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default="draft")
    ended_on: Mapped[date | None]
    ended_why: Mapped[str] = mapped_column(server_default="")
    publicity: Mapped[str] = mapped_column(server_default="none")
    storage_key: Mapped[str] = mapped_column(server_default="")
    file_name: Mapped[str] = mapped_column(server_default="")
    media_type: Mapped[str] = mapped_column(server_default="")
    size: Mapped[int] = mapped_column(server_default="0")
    sha256: Mapped[bytes | None]
    told_days: Mapped[int | None]
    version: Mapped[int] = mapped_column(server_default="1")
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(server_default="", deferred=True)
    words: Mapped[str] = mapped_column(TSVECTOR, sa.Computed(WORDS, persisted=True), deferred=True)
    __table_args__ = (
        owned_key("replaces_id", "document"),
        owned_key("unit_id", "unit"),
        sa.CheckConstraint(
            "kind IN ('decree', 'assignment_letter', 'policy', 'action_plan', 'regulation', 'sop', "
            "'complaint_unit', 'other')",
            name="kind",
        ),
        sa.CheckConstraint("state IN ('draft', 'issued')", name="state"),
        sa.CheckConstraint("ended_why IN ('', 'replaced', 'withdrawn')", name="ended_why"),
        sa.CheckConstraint("publicity IN ('none', 'entry', 'file')", name="publicity"),
        sa.CheckConstraint("valid_to >= valid_from", name="in_order"),
        sa.CheckConstraint(
            "state = 'draft' OR (valid_from IS NOT NULL AND dated IS NOT NULL)", name="issued"
        ),
        sa.Index("ix_document_agency_id_kind", "agency_id", "kind"),
        sa.Index("ix_document_agency_id_replaces_id", "agency_id", "replaces_id"),
        sa.Index("ix_document_agency_id_unit_id", "agency_id", "unit_id"),
        sa.Index("ix_document_agency_id_storage_key", "agency_id", "storage_key"),
    )
