"""The audit trail: rows are appended, never changed; and the national level's entries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered


class Entry:
    """Who (kind, id, name at the time) did what (act) to what (object), when. No personal data of
    reporters."""

    at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(server_default="")
    act: Mapped[str]
    object_kind: Mapped[str] = mapped_column(server_default="")
    object_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class AuditEntry(Entry, AgencyOwned, Numbered, Base):
    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_agency_id_at", "agency_id", "at"),
        sa.Index("ix_audit_entry_agency_id_object", "agency_id", "object_kind", "object_id"),
        # Neither holds what citizens file, which is most of it: it is found by time.
        sa.Index(
            "ix_audit_entry_actor",
            "agency_id",
            "actor_kind",
            "actor_id",
            "at",
            "id",
            postgresql_where=sa.text("actor_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_audit_entry_act",
            "agency_id",
            "act",
            "at",
            "id",
            postgresql_where=sa.text("act <> 'case.filed'"),
        ),
    )


class NationalAuditEntry(Entry, Numbered, Base):
    __tablename__ = "national_audit_entry"
    __table_args__ = (sa.Index("ix_national_audit_entry_at", "at"),)


class OperatorEntry(AgencyOwned, Numbered, Base):
    """A coordinator went into this agency: why, and until when. The agency sees it."""

    __tablename__ = "operator_entry"
    coordinator_id: Mapped[int]
    coordinator_name: Mapped[str]
    reason: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    expires_at: Mapped[datetime]
    __table_args__ = (
        sa.Index("ix_operator_entry_agency_id_coordinator_id", "agency_id", "coordinator_id"),
    )
