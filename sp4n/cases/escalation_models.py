"""What the people of an agency were written of cases that have climbed."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered


class EscalationDigest(AgencyOwned, Numbered, Base):
    """The letters of one day, one a person: about what climbed by the events after one and until
    another."""

    __tablename__ = "escalation_digest"
    day: Mapped[date]
    after_event_id: Mapped[int] = mapped_column(sa.BigInteger)
    until_event_id: Mapped[int] = mapped_column(sa.BigInteger)
    __table_args__ = (sa.UniqueConstraint("agency_id", "day"),)
