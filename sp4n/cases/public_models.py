"""What others do with a public case: say that it is theirs, too, and follow it by mail."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key


class CaseSupport(AgencyOwned, Base):
    """One browser says "saya juga". By a keyed hash of its token and the case, so that two of its
    rows have nothing in common; no time, no address."""

    __tablename__ = "case_support"
    case_id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    __table_args__ = (owned_key("case_id", "case_record"),)


class CaseFollower(AgencyOwned, Numbered, Base):
    """Who is told by mail what becomes public of a case: the address sealed, found by its hash.

    Nothing is sent before `confirmed_at` but one question. `told`: entries of the public history
    that were written about, `told_before`: before the last letter. `waiting`: a letter about all
    of the hour is owed. `gone_at`: since when the case is not public any more.
    """

    __tablename__ = "case_follower"
    case_id: Mapped[int]
    address_hash: Mapped[bytes]
    sealed: Mapped[bytes]
    language: Mapped[str]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    told: Mapped[int] = mapped_column(server_default="0")
    told_before: Mapped[int] = mapped_column(server_default="0")
    waiting: Mapped[bool] = mapped_column(server_default=sa.false())
    gone_at: Mapped[datetime | None]
    __table_args__ = (
        owned_key("case_id", "case_record"),
        sa.UniqueConstraint("agency_id", "case_id", "address_hash"),
        sa.Index("ix_case_follower_agency_id_address_hash", "agency_id", "address_hash"),
    )
