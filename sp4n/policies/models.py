"""Policies in versions, what they were measured on, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key


class Policy(AgencyOwned, Numbered, Base):
    """What an agency rewards and what it does about what is not good enough."""

    __tablename__ = "policy"
    title: Mapped[str]
    created_at: Mapped[datetime]


class PolicyVersion(AgencyOwned, Numbered, Base):
    """A draft (`published_at` is None), one a policy at most, or what was published and is never
    changed again; in force from `starts_on` until `ends_on`, the day before the next one's.

    `rules`: as `rules.Rule.written`. `wait_days`: so long after a period's end it is measured.
    `objection_days`: so many working days a unit may object. `ladder_months`: so far back earlier
    sanctions count. `document_id`: the signed one, in the register of documents.
    """

    __tablename__ = "policy_version"
    policy_id: Mapped[int]
    number: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    wait_days: Mapped[int]
    objection_days: Mapped[int]
    ladder_months: Mapped[int]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str] = mapped_column(server_default="")
    document_id: Mapped[int | None]
    edits: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        owned_key("policy_id", "policy"),
        owned_key("document_id", "document"),
        sa.UniqueConstraint("agency_id", "policy_id", "number"),
        sa.Index(
            "uq_policy_version_draft",
            "agency_id",
            "policy_id",
            unique=True,
            postgresql_where=sa.text("published_at IS NULL"),
        ),
    )


class PolicyRun(AgencyOwned, Numbered, Base):
    """The rules of a version measured over one period: once, and what was found stays.

    `judged`: how many subjects had enough cases for one rule at least; `proposed`, `decided`: how
    many proposals came of it, and how many of them are decided.
    """

    __tablename__ = "policy_run"
    version_id: Mapped[int]
    period_kind: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    run_at: Mapped[datetime]
    judged: Mapped[int]
    proposed: Mapped[int]
    decided: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        owned_key("version_id", "policy_version"),
        sa.UniqueConstraint("agency_id", "version_id", "period_kind", "starts_on"),
        sa.CheckConstraint("period_kind IN ('month','quarter','year')", name="period_kind"),
    )


class PolicyProposal(AgencyOwned, Numbered, Base):
    """One rule that fired for one unit or person: proposed, maybe objected to, granted or waived.

    `rule`: as it was in the version. `measured`: number of cases, of these good ones, and the
    value, as text. `cases`: [[case id, good, value], …], the very ones behind it; where several
    rules fired for one number, one proposal keeps them and the others none (`queries.kept_cases`).
    `step`: what is proposed, of the ladder the next rung; what was decided stands in it afterwards.
    """

    __tablename__ = "policy_proposal"
    run_id: Mapped[int]
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    subject_kind: Mapped[str]
    unit_id: Mapped[int | None]
    account_id: Mapped[int | None]
    measured: Mapped[dict[str, Any]] = mapped_column(JSONB)
    cases: Mapped[list[list[Any]]] = mapped_column(JSONB)
    effect: Mapped[str]
    step: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="proposed")
    object_until: Mapped[datetime]
    objection: Mapped[str] = mapped_column(server_default="")
    objected_by: Mapped[str] = mapped_column(server_default="")
    objected_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default="")
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime | None]
    letter_number: Mapped[str] = mapped_column(server_default="")
    signatory: Mapped[str] = mapped_column(server_default="")
    signatory_title: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        owned_key("run_id", "policy_run"),
        owned_key("unit_id", "unit"),
        owned_key("account_id", "account"),
        sa.CheckConstraint("state IN ('proposed','objected','granted','waived')", name="state"),
        sa.CheckConstraint("effect IN ('reward','sanction')", name="effect"),
        sa.CheckConstraint(
            "(subject_kind = 'unit' AND unit_id IS NOT NULL) OR "
            "(subject_kind = 'person' AND account_id IS NOT NULL)",
            name="subject",
        ),
        sa.Index("ix_policy_proposal_agency_id_run_id", "agency_id", "run_id", "id"),
        sa.Index("ix_policy_proposal_agency_id_unit_id", "agency_id", "unit_id", "id"),
        sa.Index("ix_policy_proposal_agency_id_account_id", "agency_id", "account_id", "id"),
    )
