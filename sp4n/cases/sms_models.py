"""Mobile numbers of reporters, by a mark: asked whether they are theirs, and confirmed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, owned_key


class SmsNumber(AgencyOwned, Base):
    """Of one case; the number itself lies in the vault, sealed.

    `asked_at`: when its code was last sent, `asked`: how often, `asked_for`: by which row of the
    outbox, so that an attempt that failed is made again. `sent`: messages on the day `sent_on`.
    """

    __tablename__ = "sms_number"
    case_id: Mapped[int] = mapped_column(primary_key=True)
    number_hash: Mapped[bytes]
    asked_at: Mapped[datetime | None]
    asked_for: Mapped[int | None]
    asked: Mapped[int] = mapped_column(server_default="0")
    confirmed_at: Mapped[datetime | None]
    sent_on: Mapped[date | None]
    sent: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        owned_key("case_id", "case_record"),
        sa.Index("ix_sms_number_agency_id_number_hash", "agency_id", "number_hash"),
    )
