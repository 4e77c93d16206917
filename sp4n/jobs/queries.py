"""What an operator asks of the outbox, over all agencies: how far behind, and what is dead.

In the relay's scope: it sees ids, kinds and states, and nobody's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.jobs.models import NationalOutbox, Outbox


@dataclass(frozen=True)
class QueueState:
    """`oldest_due_at` is known to the hour only (see `outbox.owe`)."""

    waiting: int
    under_way: int
    dead: int
    oldest_due_at: datetime | None


@dataclass(frozen=True)
class DeadLetter:
    """`agency_id` is None for a row of the national outbox."""

    agency_id: int | None
    id: int
    kind: str
    attempts: int
    last_error: str


def queue_state(session: Session) -> QueueState:
    both = sa.union_all(
        *(
            sa.select(table.state, table.due_at).where(
                table.state.in_(("waiting", "leased", "sending", "dead"))
            )
            for table in (Outbox, NationalOutbox)
        )
    ).subquery()
    count = sa.func.count()
    under_way = both.c.state.in_(("leased", "sending"))
    row = session.execute(
        sa.select(
            count.filter(both.c.state == "waiting"),
            count.filter(under_way),
            count.filter(both.c.state == "dead"),
            sa.func.min(both.c.due_at).filter(both.c.state == "waiting"),
        )
    ).one()
    return QueueState(*row)


def dead_letters(session: Session, *, limit: int = 100) -> list[DeadLetter]:
    """Newest first."""
    both = sa.union_all(
        *(
            sa.select(agency_id, table.id, table.kind, table.attempts, table.last_error).where(
                table.state == "dead"
            )
            for table, agency_id in (
                (Outbox, Outbox.agency_id),
                (NationalOutbox, sa.null().cast(sa.BigInteger).label("agency_id")),
            )
        )
    ).subquery()
    rows = session.execute(sa.select(both).order_by(both.c.id.desc()).limit(limit))
    return [DeadLetter(*row) for row in rows]
