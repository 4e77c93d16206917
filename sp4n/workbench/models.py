"""Reply templates: an agency's own, and those that the national level offers to all; and acts on
many cases, with what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key


class ReplyTemplate(AgencyOwned, Numbered, Base):
    """`final`: "yes" or "no", what it says of the answer; "" where it leaves that open.

    `topic`: the token of the one that it is for, with what stands below it; "" for all. `unit_id`:
    for cases of this unit only. `macro`: sent at one click; the case goes to `assign_to` with it.
    """

    __tablename__ = "reply_template"
    name: Mapped[str]
    body: Mapped[str]
    final: Mapped[str] = mapped_column(server_default="")
    topic: Mapped[str] = mapped_column(server_default="")
    unit_id: Mapped[int | None]
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    macro: Mapped[bool] = mapped_column(server_default=sa.false())
    assign_to: Mapped[int | None]
    __table_args__ = (
        owned_key("unit_id", "unit"),
        owned_key("assign_to", "unit"),
        sa.UniqueConstraint("agency_id", "name"),
        sa.CheckConstraint("final IN ('', 'yes', 'no')", name="final"),
        sa.CheckConstraint("NOT macro OR final <> ''", name="macro"),
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


class BulkAct(AgencyOwned, Numbered, Base):
    """One act on many cases: what was asked for, by whom, and how far it has come.

    act: assign, answer, archive; `asked`: what its form said (`workbench.bulk.Order`).
    state: waiting, running, done, stopped; of an assignment that is taken back undoing, undone.
    """

    __tablename__ = "bulk_act"
    act: Mapped[str]
    state: Mapped[str]
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    account_id: Mapped[int]
    account_name: Mapped[str]
    total: Mapped[int]
    acted: Mapped[int] = mapped_column(server_default="0")
    refused: Mapped[int] = mapped_column(server_default="0")
    undone: Mapped[int] = mapped_column(server_default="0")
    made_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        owned_key("account_id", "account"),
        sa.CheckConstraint("act IN ('assign', 'answer', 'archive')", name="act"),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'stopped', 'undoing', 'undone')", name="state"
        ),
        sa.Index("ix_bulk_act_agency_id_account_id", "agency_id", "account_id", "id"),
    )


class BulkItem(AgencyOwned, Base):
    """One case of a bulk act. `version`: the case's when it was looked at; then, once acted on,
    the one that it had afterwards.

    state: waiting, acted, refused (`why`), left (what happened since stands in the way of taking it
    back), undone.
    """

    __tablename__ = "bulk_item"
    bulk_id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="waiting")
    former_unit_id: Mapped[int | None]
    why: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        owned_key("bulk_id", "bulk_act"),
        owned_key("case_id", "case_record"),
        sa.CheckConstraint(
            "state IN ('waiting', 'acted', 'refused', 'left', 'undone')", name="state"
        ),
        sa.Index("ix_bulk_item_agency_id_case_id", "agency_id", "case_id"),
    )


class SavedView(AgencyOwned, Numbered, Base):
    """A list of cases that somebody comes back to: `asked` is what its address says. `shared`: for
    all of the agency's staff, each of whom finds in it what they may see."""

    __tablename__ = "saved_view"
    account_id: Mapped[int]
    name: Mapped[str]
    shared: Mapped[bool] = mapped_column(server_default=sa.false())
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    __table_args__ = (
        owned_key("account_id", "account"),
        sa.UniqueConstraint("agency_id", "account_id", "name"),
    )
