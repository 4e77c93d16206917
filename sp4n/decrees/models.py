"""What a decree says beside what the register knows of it, and whom it appoints."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key


def of_document() -> sa.ForeignKeyConstraint:
    """A draft that is thrown away takes with it what was written for it."""
    return sa.ForeignKeyConstraint(
        ["agency_id", "document_id"], ["document.agency_id", "document.id"], ondelete="CASCADE"
    )


class Decree(AgencyOwned, Base):
    """Of a document: each of its parts as lines, one for each letter or number of the print.

    `applied_at`: when an admin last decided which roles follow from it.
    """

    __tablename__ = "decree"
    document_id: Mapped[int] = mapped_column(primary_key=True)
    considering: Mapped[str] = mapped_column(server_default="")
    grounds: Mapped[str] = mapped_column(server_default="")
    rulings: Mapped[str] = mapped_column(server_default="")
    copies: Mapped[str] = mapped_column(server_default="")
    place: Mapped[str] = mapped_column(server_default="")
    applied_at: Mapped[datetime | None]
    __table_args__ = (of_document(),)


class DecreeMember(AgencyOwned, Numbered, Base):
    """`post`: their office; `account_id`: who of this agency's staff that is, if known.
    `told_at`: when the admins were told that this account was closed."""

    __tablename__ = "decree_member"
    document_id: Mapped[int]
    position: Mapped[str]
    name: Mapped[str]
    post: Mapped[str] = mapped_column(server_default="")
    unit_id: Mapped[int | None]
    tasks: Mapped[str] = mapped_column(server_default="")
    account_id: Mapped[int | None]
    told_at: Mapped[datetime | None]
    __table_args__ = (
        of_document(),
        owned_key("unit_id", "unit"),
        owned_key("account_id", "account"),
        sa.CheckConstraint(
            "position IN ('pembina', 'penanggung_jawab', 'ketua', 'sekretaris', 'admin', "
            "'pejabat_penghubung', 'anggota')",
            name="position",
        ),
        sa.Index("ix_decree_member_agency_id_document_id", "agency_id", "document_id"),
        sa.Index("ix_decree_member_agency_id_account_id", "agency_id", "account_id"),
    )


class LiaisonReminder(AgencyOwned, Base):
    """That the admins were told in a month, written 202601, of units without a liaison."""

    __tablename__ = "liaison_reminder"
    month: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
