"""What reporters have asked for, where it has to wait; how long what is kept, by rule."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, owned_key


class ErasureRequest(AgencyOwned, Base):
    """A reporter wants name and contact gone. `waits_for`: why not at once (`rules.WAITS`); gone
    since `done_at`. By the hour, as times of people without a name are kept."""

    __tablename__ = "erasure_request"
    case_id: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    waits_for: Mapped[str] = mapped_column(server_default="")
    done_at: Mapped[datetime | None]
    __table_args__ = (
        owned_key("case_id", "case_record"),
        sa.Index(
            "ix_erasure_request_waiting",
            "agency_id",
            "case_id",
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )


class RetentionPlan(AgencyOwned, Base):
    """How many years after its end each part of a case is kept, by this agency; the national
    periods where there is no row. Nothing is removed unless it is `running`."""

    __tablename__ = "retention_plan"
    contact: Mapped[int]
    access: Mapped[int]
    files: Mapped[int]
    text: Mapped[int]
    running: Mapped[bool] = mapped_column(server_default=sa.false())
    changed_at: Mapped[datetime]


class RetentionStep(AgencyOwned, Base):
    """How far a step has come, in the order in which cases ended; `removed`: from how many."""

    __tablename__ = "retention_step"
    step: Mapped[str] = mapped_column(primary_key=True)
    through_at: Mapped[datetime]
    through_id: Mapped[int]
    removed: Mapped[int] = mapped_column(server_default="0")
