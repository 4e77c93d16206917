"""National reference data: rule sets with their citations, the catalogue of categories."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base


class RuleSet(Base):
    """Time limits that were in force from a date on, with the rule that says so."""

    __tablename__ = "rule_set"
    id: Mapped[int] = mapped_column(sa.Identity(always=False), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    citation: Mapped[str]
    source: Mapped[str]
    verified: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class TimeLimit(Base):
    """One limit: a step (verification, first_answer, reply, contest,
    completion), a class or "" for all."""

    __tablename__ = "time_limit"
    rule_set_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_set.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    case_class: Mapped[str] = mapped_column(primary_key=True, server_default="")
    amount: Mapped[int]
    unit: Mapped[str]
    citation: Mapped[str]


class Category(Base):
    """A topic of the national catalogue."""

    __tablename__ = "category"
    id: Mapped[int] = mapped_column(sa.Identity(always=False), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    position: Mapped[int] = mapped_column(server_default="0")
    active: Mapped[bool] = mapped_column(server_default=sa.true())


class NationalSetting(Base):
    """A number that the national level has set, and why: one of `settings.national`'s.
    `citation`: what says so, where it holds whatever agencies want."""

    __tablename__ = "national_setting"
    key: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]
    basis: Mapped[str] = mapped_column(server_default="")
    citation: Mapped[str] = mapped_column(server_default="")
    changed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    changed_by: Mapped[str] = mapped_column(server_default="")


class RoadMap(Base):
    """A national road map, of which agencies' action plans are made: its objectives, and the
    sections that the guideline asks for. `due_on`: when plans were to be sent. `reminded_at`: when
    the national level last asked for those that are missing. state: draft, published;
    `in_force_from` None: since it is known. `revision` counts what is changed of a draft."""

    __tablename__ = "road_map"
    id: Mapped[int] = mapped_column(sa.Identity(always=False), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    version: Mapped[str]
    name: Mapped[str]
    citation: Mapped[str]
    source: Mapped[str] = mapped_column(server_default="")
    verified: Mapped[bool] = mapped_column(server_default=sa.false())
    period_from: Mapped[int]
    period_to: Mapped[int]
    due_on: Mapped[date | None]
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    objectives: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reminded_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="published")
    in_force_from: Mapped[date | None]
    revision: Mapped[int] = mapped_column(server_default="1")
    __table_args__ = (sa.CheckConstraint("state IN ('draft', 'published')", name="state"),)


class InstrumentDuty(Base):
    """A document that every agency must have from a day on, and who says so.

    `kind`: as the register of documents names it. `force`: law, asked (by the national level),
    advised. `verified`: whether the source itself was read, not only what others say of it.
    """

    __tablename__ = "instrument_duty"
    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    force: Mapped[str]
    citation: Mapped[str]
    source: Mapped[str]
    verified: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    position: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (sa.CheckConstraint("force IN ('law', 'asked', 'advised')", name="force"),)
