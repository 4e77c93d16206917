"""The tree of units of an agency."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key


class Unit(AgencyOwned, Numbered, Base):
    """A department, work unit or service unit (OPD, unit kerja, UPT).

    `phone` and `service_hours` are what citizens are told of it.
    """

    __tablename__ = "unit"
    parent_id: Mapped[int | None]
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    service_hours: Mapped[str] = mapped_column(server_default="")
    active: Mapped[bool] = mapped_column(server_default=sa.true())

    __table_args__ = (
        owned_key("parent_id", "unit"),
        sa.UniqueConstraint("agency_id", "name"),
        sa.Index("ix_unit_agency_id_parent_id", "agency_id", "parent_id"),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )
