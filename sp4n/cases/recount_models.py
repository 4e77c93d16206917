"""The table of recounts of due dates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered


class DueRecount(AgencyOwned, Numbered, Base):
    """Due dates being counted anew after settings were published, and how far that has come.

    In the order of the cases' ids; `last_case_id` is the last one seen. `version_number`: 0 where
    the country's days off or limits have changed, as `counted_by` tells (`national_mark`); with
    total 0 it only says what was counted by until then.
    """

    __tablename__ = "due_recount"
    version_number: Mapped[int]
    total: Mapped[int]
    seen: Mapped[int] = mapped_column(server_default="0")
    moved: Mapped[int] = mapped_column(server_default="0")
    last_case_id: Mapped[int] = mapped_column(server_default="0")
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    counted_by: Mapped[str] = mapped_column(server_default="")
