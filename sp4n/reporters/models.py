"""Mailed links to one's own reports, and who is signed in with one."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered


class ReporterAccess(AgencyOwned, Numbered, Base):
    """Asked for, with or without any report at that address; used once; then a sign-in until
    nobody uses it any more. Nothing of it is about a person of the staff.

    `address_hash`: as in the vault (`cases.own_address`). `session_hash`: of what the browser
    shows, from its use on.
    """

    __tablename__ = "reporter_access"
    address_hash: Mapped[bytes]
    sealed: Mapped[bytes]
    language: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    session_hash: Mapped[bytes | None]
    __table_args__ = (
        sa.UniqueConstraint("agency_id", "session_hash"),
        sa.Index("ix_reporter_access_agency_id_expires_at", "agency_id", "expires_at"),
    )
