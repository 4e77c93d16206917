"""A case on its way from one agency to another, and the chain of those who have had it.

Each row has one writer: the sender offers, the receiver answers, neither can change what the other
has said. Which of two answers at once holds, `tracking` decides, whose row both may lock.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import BetweenTwo, Numbered, SharedByAgency


class Handover(BetweenTwo, Numbered, Base):
    """An offer, as the sender keeps it. `payload`: all of the case that is passed on, no identity.

    `hop`: the how manieth move of the case this is. `reason`: the reporter reads it. `answer_by`:
    none while a coordinator is to decide, whose words are `decision`; what a coordinator has given
    an agency it does not refuse. `contact_allowed`: the reporter lets name and contact go along.
    """

    __tablename__ = "handover"
    case_id: Mapped[int]
    reference: Mapped[str]
    state: Mapped[str]
    hop: Mapped[int]
    reason: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    access_code_hash: Mapped[bytes]
    contact_allowed: Mapped[bool] = mapped_column(server_default=sa.false())
    decided_by: Mapped[str] = mapped_column(server_default="")
    decision: Mapped[str] = mapped_column(server_default="")
    offered_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('offered','arbitration','accepted','refused','expired','cancelled')",
            name="state",
        ),
        sa.Index("ix_handover_agency_id_case_id", "agency_id", "case_id"),
        sa.Index("ix_handover_to_agency_id_reference", "to_agency_id", "reference"),
        sa.Index(
            "ix_handover_open",
            "agency_id",
            "id",
            postgresql_where=sa.text("state IN ('offered','arbitration')"),
        ),
        sa.Index(
            "ix_handover_offered",
            "to_agency_id",
            "id",
            postgresql_where=sa.text("state = 'offered'"),
        ),
    )


class HandoverAnswer(BetweenTwo, Base):
    """What the receiver said, and what the reporter allowed there afterwards. `reason`: of a
    refusal, the reporter reads it. `contact_taken`: the vault there has it."""

    __tablename__ = "handover_answer"
    handover_id: Mapped[int] = mapped_column(primary_key=True)
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime]
    contact_allowed: Mapped[bool] = mapped_column(server_default=sa.false())
    contact_taken: Mapped[bool] = mapped_column(server_default=sa.false())
    __table_args__ = (
        sa.Index("ix_handover_answer_to_agency_id", "to_agency_id", "handover_id"),
        sa.Index(
            "ix_handover_answer_asking",
            "to_agency_id",
            postgresql_where=sa.text("contact_allowed AND NOT contact_taken"),
        ),
    )


class HandoverContact(BetweenTwo, Base):
    """The reporter's sealed name and contacts, from vault to vault: opened by nobody on the way,
    and gone once they are there. `own_address`: the reporter has typed it themself."""

    __tablename__ = "handover_contact"
    handover_id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    reachable: Mapped[bool]
    own_address: Mapped[bool] = mapped_column(server_default=sa.false())
    __table_args__ = (sa.Index("ix_handover_contact_to_agency_id", "to_agency_id"),)


class Custody(SharedByAgency, Base):
    """Who has had the case with this reference, from when to when, by the hour; 0 is where it was
    filed. Of cases that were handed over; read by all, so nothing of the case is in it."""

    __tablename__ = "custody"
    reference: Mapped[str] = mapped_column(primary_key=True)
    hop: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    __table_args__ = (sa.Index("ix_custody_reference", "reference", "hop"),)
