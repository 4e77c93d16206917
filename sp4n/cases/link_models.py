"""Public cases of two agencies about the same event."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import BetweenTwo


class CaseLink(BetweenTwo, Base):
    """One side's word about it: each agency has a row of its own, and takes over what the other has
    decided later (`at`). Nothing but the two public numbers is in it.

    `heard`: how many public answers the other had given when the last of them was offered here;
    `seen_at`: of when its public face was that was looked at for it.
    """

    __tablename__ = "case_link"
    reference: Mapped[str] = mapped_column(primary_key=True)
    to_reference: Mapped[str] = mapped_column(primary_key=True)
    linked: Mapped[bool]
    at: Mapped[datetime]
    heard: Mapped[int] = mapped_column(server_default="0")
    seen_at: Mapped[datetime | None]
    __table_args__ = (sa.Index("ix_case_link_to_agency_id", "to_agency_id", "to_reference"),)
