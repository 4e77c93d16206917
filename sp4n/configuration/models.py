"""Every state that an agency's settings were in, or are about to be in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered


class ConfigurationVersion(AgencyOwned, Numbered, Base):
    """One whole configuration: what differs from the defaults, by key of the catalogue.

    draft -> published -> past, or draft -> scheduled -> published; a draft that nobody wants is
    discarded, and kept. `edits` counts all changes that the agency ever made, up to this version's
    last: who saves says which they saw, and no two drafts have the same number.
    """

    __tablename__ = "configuration_version"
    number: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="draft")
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    edits: Mapped[int] = mapped_column(server_default="0")
    reason: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    changed_by: Mapped[str] = mapped_column(server_default="")
    publish_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        sa.UniqueConstraint("agency_id", "number"),
        sa.CheckConstraint(
            "state IN ('draft','scheduled','published','past','discarded')", name="state"
        ),
        # One that is being made and one that holds, never two of either.
        sa.Index(
            "uq_configuration_version_open",
            "agency_id",
            unique=True,
            postgresql_where=sa.text("state IN ('draft','scheduled')"),
        ),
        sa.Index(
            "uq_configuration_version_published",
            "agency_id",
            unique=True,
            postgresql_where=sa.text("state = 'published'"),
        ),
    )
