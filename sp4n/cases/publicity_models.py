"""What of a case everyone may read, version by version."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key

# Why passages are hidden, or why nothing is any more; `publicity_words` says each.
REASONS = ("personal_data", "asked_by_reporter", "other_person", "security", "mistake", "received")


class Publicity(AgencyOwned, Numbered, Base):
    """One decision; the newest one of a case counts. `number` counts from 1 for each case.

    `title`, `body`, `location`: as the agency words them for everyone, with everything in them.
    `hidden`: passages that are put out of sight in these, and in answers. Only the masked text
    goes into `public_case`.
    """

    __tablename__ = "publicity"
    case_id: Mapped[int]
    number: Mapped[int]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(server_default="")
    published: Mapped[bool]
    title: Mapped[str]
    body: Mapped[str]
    location: Mapped[str] = mapped_column(server_default="")
    hidden: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    reason: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        owned_key("case_id", "case_record"),
        sa.UniqueConstraint("agency_id", "case_id", "number"),
    )
