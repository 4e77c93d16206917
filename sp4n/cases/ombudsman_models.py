"""Cases that their reporters hand to the Ombudsman of the Republic."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key


class OmbudsmanHandoff(AgencyOwned, Numbered, Base):
    """asked (the reporter agrees) -> prepared (the package can be fetched) -> received (the
    Ombudsman has it, under a number of theirs) -> decided (what came of it). Until they have it
    its reporter may withdraw, and ask again.

    The package is the case with its public history until one event (`until_event_id`), and the
    limits that were missed: [{"limit": step, "due_at": iso, "met_at": iso or null}]. It is drawn
    anew whenever it is fetched, and never has the reporter's identity in it.
    """

    __tablename__ = "ombudsman_handoff"
    case_id: Mapped[int]
    reference: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    prepared_at: Mapped[datetime | None]
    until_event_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    missed: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    receipt_number: Mapped[str] = mapped_column(server_default="")
    received_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        owned_key("case_id", "case_record"),
        sa.UniqueConstraint("agency_id", "case_id"),
        sa.CheckConstraint(
            "state IN ('asked','prepared','received','decided','withdrawn')", name="state"
        ),
        sa.Index("ix_ombudsman_handoff_asked_at", "asked_at", "agency_id"),
    )
