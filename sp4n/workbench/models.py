"""Reply templates: an agency's own, and those that the national level offers to all."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key


class ReplyTemplate(AgencyOwned, Numbered, Base):
    """`final`: "yes" or "no", what it says of the answer; "" where it leaves that open.

    `topic`: the token of the one that it is for, with what stands below it; "" for all. `unit_id`:
    for cases of this unit only.
    """

    __tablename__ = "reply_template"
    name: Mapped[str]
    body: Mapped[str]
    final: Mapped[str] = mapped_column(server_default="")
    topic: Mapped[str] = mapped_column(server_default="")
    unit_id: Mapped[int | None]
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    __table_args__ = (
        owned_key("unit_id", "unit"),
        sa.UniqueConstraint("agency_id", "name"),
        sa.CheckConstraint("final IN ('', 'yes', 'no')", name="final"),
    )


class NationalReplyTemplate(Base):
    """The same, for every agency; its topic is one of the national catalogue."""

    __tablename__ = "national_reply_template"
    id: Mapped[int] = mapped_column(sa.Identity(always=False), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    body: Mapped[str]
    final: Mapped[str] = mapped_column(server_default="")
    topic: Mapped[str] = mapped_column(server_default="")
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    __table_args__ = (sa.CheckConstraint("final IN ('', 'yes', 'no')", name="final"),)
