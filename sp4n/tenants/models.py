"""Agencies, where they are, the addresses they answer on; and the mixins every other table uses."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base


class AgencyOwned:
    """A row of one agency: walled by RLS, filtered and stamped by the ORM.

    sort_order puts agency_id first in the primary key; without it the key is (id, agency_id).
    """

    agency_id: Mapped[int] = mapped_column(
        sa.ForeignKey("agency.id"), primary_key=True, sort_order=-10
    )


class SharedByAgency:
    """Readable by all, each row writable by its agency only."""

    agency_id: Mapped[int] = mapped_column(
        sa.ForeignKey("agency.id"), primary_key=True, sort_order=-10
    )


class BetweenTwo:
    """Written by `agency_id` alone, and read by `to_agency_id`, too; by nobody else."""

    agency_id: Mapped[int] = mapped_column(
        sa.ForeignKey("agency.id"), primary_key=True, sort_order=-10
    )
    to_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))


class Numbered:
    """A bigint made by the database.

    autoincrement is said, because the key is composite: so that several rows go in one INSERT.
    """

    id: Mapped[int] = mapped_column(
        sa.BigInteger,
        sa.Identity(always=False),
        primary_key=True,
        autoincrement=True,
        sort_order=-9,
    )


def owned_key(column: str, table: str) -> sa.ForeignKeyConstraint:
    """A composite foreign key inside one agency: `column` -> `table`.id."""
    return sa.ForeignKeyConstraint(["agency_id", column], [f"{table}.agency_id", f"{table}.id"])


class AgencyKind(StrEnum):
    KEMENTERIAN = "kementerian"
    LEMBAGA = "lembaga"
    PROVINSI = "provinsi"
    KABUPATEN = "kabupaten"
    KOTA = "kota"


class AgencyStatus(StrEnum):
    """preparing: its admin sets it up; it goes live by the function `agency_goes_live` alone."""

    PREPARING = "preparing"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"


class Region(Base):
    """A province, regency or city by its Kemendagri code ("51", "51.03")."""

    __tablename__ = "region"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(sa.ForeignKey("region.code"))


class Agency(Base):
    """A ministry, an institution or a regional government: one tenant."""

    __tablename__ = "agency"
    id: Mapped[int] = mapped_column(sa.Identity(always=False), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    region_code: Mapped[str | None] = mapped_column(sa.ForeignKey("region.code"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    time_zone: Mapped[str] = mapped_column(server_default="Asia/Jakarta")
    colour: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="active")
    status_reason: Mapped[str] = mapped_column(server_default="")
    # Of an archived one: what it is again once its last day is taken back; None is active.
    status_before: Mapped[str | None]
    connected_from: Mapped[date | None]
    connected_to: Mapped[date | None]
    contact_email: Mapped[str] = mapped_column(server_default="")
    contact_phone: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
    search_text: Mapped[str] = mapped_column(server_default="")
    demo: Mapped[bool] = mapped_column(server_default=sa.false())
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    __table_args__ = (
        sa.Index("ix_agency_kind_region", "kind", "region_code"),
        sa.Index("ix_agency_parent_id", "parent_id"),
        sa.Index(
            "ix_agency_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        sa.CheckConstraint(
            "kind IN ('kementerian','lembaga','provinsi','kabupaten','kota')", name="kind"
        ),
        sa.CheckConstraint(
            "status IN ('preparing','active','suspended','archived')", name="status"
        ),
    )


class AgencySuccession(Base):
    """Who took over from whom, and when."""

    __tablename__ = "agency_succession"
    predecessor_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True)
    on_date: Mapped[date | None]

    __table_args__ = (sa.Index("ix_agency_succession_successor_id", "successor_id"),)


class AgencyFormerSlug(Base):
    """What an agency was called before: leads to it for ever, and is nobody else's. Written by the
    function `rename_agency` alone."""

    __tablename__ = "agency_former_slug"
    slug: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    until: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    __table_args__ = (sa.Index("ix_agency_former_slug_agency_id", "agency_id"),)


class AgencyDomain(SharedByAgency, Numbered, Base):
    """A domain of an agency's own; answered only once verified.

    Several may say that one is theirs, one at most has shown it, by `method` (dns, file). `fault`:
    why the last check did not succeed; `failing_since`: of a verified one, which lapses in time;
    `arrived_at`: when the last visit to it came out here.
    """

    __tablename__ = "agency_domain"
    domain: Mapped[str]
    token: Mapped[str] = mapped_column(server_default="")
    verified_at: Mapped[datetime | None]
    method: Mapped[str] = mapped_column(server_default="")
    fault: Mapped[str] = mapped_column(server_default="")
    is_primary: Mapped[bool] = mapped_column(server_default=sa.false())
    added_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    asked_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_agency_domain_verified",
            "domain",
            unique=True,
            postgresql_where=sa.text("verified_at IS NOT NULL"),
        ),
        sa.Index("uq_agency_domain_own", "agency_id", "domain", unique=True),
        sa.Index(
            "uq_agency_domain_primary",
            "agency_id",
            unique=True,
            postgresql_where=sa.text("is_primary"),
        ),
    )


class AgencyProfile(SharedByAgency, Base):
    """What an agency has published of itself, by name of the fact; the rest is the register's."""

    __tablename__ = "agency_profile"
    version: Mapped[int]
    shown: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
