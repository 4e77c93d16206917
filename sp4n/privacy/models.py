"""What reporters have asked for, where it has to wait."""

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
