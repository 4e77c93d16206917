"""Cases that were taken out of another one, which held several complaints."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, owned_key


class CasePart(AgencyOwned, Base):
    """`part_id`: the new case; `whole_id`: the one that it was taken out of, itself no part."""

    __tablename__ = "case_part"
    part_id: Mapped[int] = mapped_column(primary_key=True)
    whole_id: Mapped[int]
    at: Mapped[datetime]
    __table_args__ = (
        owned_key("part_id", "case_record"),
        owned_key("whole_id", "case_record"),
        sa.Index("ix_case_part_agency_id_whole_id", "agency_id", "whole_id"),
    )
