"""Exports that an agency's admins asked for, and what became of each."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered


class AgencyExport(AgencyOwned, Numbered, Base):
    """waiting -> running -> ready -> expired; or cancelled, or failed (`fault` says how).

    `storage_key`: where the file is, or would have been; half of what its link is made from.
    `done` of `total` steps: a row or a file each. `confidential`: confidential cases are in it.
    """

    __tablename__ = "agency_export"
    state: Mapped[str] = mapped_column(server_default="waiting")
    confidential: Mapped[bool] = mapped_column(server_default=sa.false())
    requested_at: Mapped[datetime]
    requested_by: Mapped[int | None]
    requested_by_name: Mapped[str] = mapped_column(server_default="")
    storage_key: Mapped[str]
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(server_default="0")
    fault: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('waiting','running','ready','expired','cancelled','failed')", name="state"
        ),
        # One at a time.
        sa.Index(
            "uq_agency_export_open",
            "agency_id",
            unique=True,
            postgresql_where=sa.text("state IN ('waiting','running')"),
        ),
    )

    @property
    def has_file(self) -> bool:
        return self.open or self.state == "ready"

    @property
    def open(self) -> bool:
        return self.state in ("waiting", "running")
