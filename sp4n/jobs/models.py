"""The outbox: what is owed to the world after a commit. Ids only: no personal data, no secrets."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered

STATES = ("scheduled", "waiting", "leased", "sending", "done", "dead")


class Owed:
    """scheduled (due_at ahead) -> waiting -> leased (given to a queue) -> sending (a worker has
    begun) -> done | dead.

    A row whose lease has ended is given out again; `attempts` counts the times a worker began, and
    `due_at` slows poison down. `recipient_id`: the account to write to, where one event owes mail
    to several. `done_at`: of a dead one, when it was given up.
    """

    queue: Mapped[str]
    kind: Mapped[str]
    object_id: Mapped[int | None]
    recipient_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    due_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str] = mapped_column(server_default="")
    done_at: Mapped[datetime | None]


class Outbox(Owed, AgencyOwned, Numbered, Base):
    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index(
            "ix_outbox_undone",
            "agency_id",
            "id",
            postgresql_where=sa.text("state IN ('scheduled','waiting','leased','sending')"),
        ),
        sa.Index(
            "ix_outbox_waiting",
            "queue",
            "agency_id",
            "id",
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_outbox_scheduled", "due_at", postgresql_where=sa.text("state = 'scheduled'")),
        sa.Index(
            "ix_outbox_leased",
            "leased_until",
            postgresql_where=sa.text("state IN ('leased','sending')"),
        ),
        sa.Index("ix_outbox_dead", "id", postgresql_where=sa.text("state = 'dead'")),
        sa.Index(
            "ix_outbox_sms",
            "agency_id",
            "object_id",
            postgresql_where=sa.text("kind = 'case.sms'"),
        ),
        sa.Index(
            "ix_outbox_policies",
            "agency_id",
            "object_id",
            postgresql_where=sa.text("kind = 'policy.propose' AND state <> 'done'"),
        ),
    )


class NationalOutbox(Owed, Numbered, Base):
    __tablename__ = "national_outbox"
    __table_args__ = (
        sa.Index(
            "ix_national_outbox_undone",
            "id",
            postgresql_where=sa.text("state IN ('scheduled','waiting','leased','sending')"),
        ),
    )
