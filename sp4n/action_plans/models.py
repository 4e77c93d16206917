"""Plans with their lines, what reviewers remark, what was achieved; uploads that wait; and what an
agency offers to others."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, SharedByAgency, owned_key

STATES = "'draft', 'submitted', 'needs_revision', 'accepted', 'ratified', 'superseded'"


class ActionPlan(AgencyOwned, Numbered, Base):
    """One version for one period. `revision` counts its changes, so that nobody overwrites another;
    `decision`: what the coordinator said last; `number`, `ratified_on`, `ratified_by`: of the
    head's decree, whose signed PDF is `document_id` in the register."""

    __tablename__ = "action_plan"
    road_map_id: Mapped[int] = mapped_column(sa.ForeignKey("road_map.id"))
    period_from: Mapped[int]
    period_to: Mapped[int]
    version: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[str] = mapped_column(server_default="draft")
    revision: Mapped[int] = mapped_column(server_default="1")
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(server_default="")
    decision: Mapped[str] = mapped_column(server_default="")
    number: Mapped[str] = mapped_column(server_default="")
    ratified_on: Mapped[date | None]
    ratified_by: Mapped[str] = mapped_column(server_default="")
    document_id: Mapped[int | None]
    __table_args__ = (
        owned_key("document_id", "document"),
        sa.UniqueConstraint("agency_id", "period_from", "period_to", "version"),
        sa.CheckConstraint(f"state IN ({STATES})", name="state"),
        sa.CheckConstraint("period_from <= period_to", name="period"),
        sa.Index(
            "uq_action_plan_open",
            "agency_id",
            "period_from",
            "period_to",
            unique=True,
            postgresql_where=sa.text(
                "state IN ('draft', 'submitted', 'needs_revision', 'accepted')"
            ),
        ),
        sa.Index(
            "uq_action_plan_ratified",
            "agency_id",
            "period_from",
            "period_to",
            unique=True,
            postgresql_where=sa.text("state = 'ratified'"),
        ),
        sa.Index("ix_action_plan_road_map_id", "road_map_id"),
        sa.Index("ix_action_plan_agency_id_document_id", "agency_id", "document_id"),
    )


class PlanItem(AgencyOwned, Numbered, Base):
    """A line of a plan. `level`: sasaran, program, kegiatan; `parent_code`: the line above it, of
    the same plan. `targets`: by year; `quarters`: digits. `credit`: whose it was, if it was
    copied."""

    __tablename__ = "plan_item"
    plan_id: Mapped[int]
    position: Mapped[int]
    code: Mapped[str]
    level: Mapped[str]
    parent_code: Mapped[str] = mapped_column(server_default="")
    name: Mapped[str]
    section: Mapped[str] = mapped_column(server_default="")
    objective: Mapped[str] = mapped_column(server_default="")
    indicator: Mapped[str] = mapped_column(server_default="")
    unit_of_measure: Mapped[str] = mapped_column(server_default="")
    baseline: Mapped[str] = mapped_column(server_default="")
    targets: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    responsible: Mapped[str] = mapped_column(server_default="")
    supporting: Mapped[str] = mapped_column(server_default="")
    budget: Mapped[int | None] = mapped_column(sa.BigInteger)
    budget_source: Mapped[str] = mapped_column(server_default="")
    quarters: Mapped[str] = mapped_column(server_default="")
    evidence: Mapped[str] = mapped_column(server_default="")
    credit: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        owned_key("plan_id", "action_plan"),
        sa.UniqueConstraint("agency_id", "plan_id", "code"),
        sa.CheckConstraint("level IN ('sasaran', 'program', 'kegiatan')", name="level"),
        sa.CheckConstraint("budget >= 0", name="budget"),
    )


class PlanRemark(AgencyOwned, Numbered, Base):
    """What was said about a plan, or about one line of it, which its code names."""

    __tablename__ = "plan_remark"
    plan_id: Mapped[int]
    code: Mapped[str] = mapped_column(server_default="")
    words: Mapped[str]
    author_kind: Mapped[str]
    author_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        owned_key("plan_id", "action_plan"),
        sa.Index("ix_plan_remark_agency_id_plan_id", "agency_id", "plan_id", "id"),
    )


class PlanUpload(AgencyOwned, Numbered, Base):
    """A spreadsheet that waits to be mended and imported: its cells (`sheets`), which sheet and
    column is which, what was typed instead of a cell (`mended`, by row and column)."""

    __tablename__ = "plan_upload"
    plan_id: Mapped[int]
    account_id: Mapped[int]
    file_name: Mapped[str]
    sheets: Mapped[list[Any]] = mapped_column(JSONB)
    notes: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    chosen: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    mended: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    imported: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        owned_key("plan_id", "action_plan"),
        owned_key("account_id", "account"),
        sa.Index("ix_plan_upload_agency_id_plan_id", "agency_id", "plan_id"),
        sa.Index("ix_plan_upload_agency_id_expires_at", "agency_id", "expires_at"),
    )


class PlanProgress(AgencyOwned, Numbered, Base):
    """What was achieved of one line in one quarter; said anew, it is changed."""

    __tablename__ = "plan_progress"
    plan_id: Mapped[int]
    code: Mapped[str]
    year: Mapped[int]
    quarter: Mapped[int]
    achieved: Mapped[str] = mapped_column(server_default="")
    spent: Mapped[int | None] = mapped_column(sa.BigInteger)
    evidence: Mapped[str] = mapped_column(server_default="")
    link: Mapped[str] = mapped_column(server_default="")
    forecast: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        owned_key("plan_id", "action_plan"),
        sa.UniqueConstraint("agency_id", "plan_id", "code", "year", "quarter"),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter"),
    )


class BestPractice(SharedByAgency, Numbered, Base):
    """A line of a ratified plan that an agency offers to all others; `content`: as it was then."""

    __tablename__ = "best_practice"
    plan_id: Mapped[int]
    number: Mapped[str]
    name: Mapped[str]
    section: Mapped[str] = mapped_column(server_default="")
    why: Mapped[str] = mapped_column(server_default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    offered_at: Mapped[datetime]
    __table_args__ = (sa.UniqueConstraint("agency_id", "plan_id", "number"),)


class PlanReminder(AgencyOwned, Numbered, Base):
    """That an agency was reminded of the plan that it owes: when, and of which road map."""

    __tablename__ = "plan_reminder"
    road_map_id: Mapped[int] = mapped_column(sa.ForeignKey("road_map.id"))
    at: Mapped[datetime]
    __table_args__ = (
        sa.Index("ix_plan_reminder_agency_id_road_map_id", "agency_id", "road_map_id"),
    )
