"""Addresses that an agency wants replies at, and which of them has answered for itself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered


class ReplyAddress(AgencyOwned, Numbered, Base):
    """Letters name it from `confirmed_at` on."""

    __tablename__ = "reply_address"
    address: Mapped[str]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    __table_args__ = (sa.UniqueConstraint("agency_id", "address"),)
