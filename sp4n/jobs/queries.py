"""What is asked of the outbox. By an operator, over all agencies: how far behind, and what is dead,
in the relay's scope, which sees ids, kinds and states, and nobody's data. By an agency: its letters
that were given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.jobs.models import NationalOutbox, Outbox
from sp4n.jobs.registry import NeverPossible
from sp4n.tenants.scope import current_agency_id

# The scheduler ticks every 15 s: what it left lying this long, it has missed.
SCHEDULER_IS_LATE = timedelta(minutes=2)
# Letters, as their kinds begin.
MAIL = ("notice.", "account.")


@dataclass(frozen=True)
class QueueState:
    """`oldest_due_at` is known to the hour only (see `outbox.owe`); `overdue` is scheduled work
    whose time has passed."""

    waiting: int
    under_way: int
    dead: int
    oldest_due_at: datetime | None
    overdue: int


@dataclass(frozen=True)
class DeadLetter:
    """`agency_id` is None for a row of the national outbox."""

    agency_id: int | None
    id: int
    kind: str
    attempts: int
    last_error: str


@dataclass(frozen=True)
class LostLetter:
    """`refused`: the recipient's server says that there is no such address."""

    kind: str
    object_id: int | None
    recipient_id: int | None
    refused: bool


def lost_letters(session: Session, *, since: datetime, limit: int) -> list[LostLetter]:
    """Of the scope's agency, given up since then; newest first."""
    kept = sa.or_(*(Outbox.kind.startswith(start) for start in MAIL))
    wanted = sa.select(
        Outbox.kind,
        Outbox.object_id,
        Outbox.recipient_id,
        Outbox.last_error.startswith(NeverPossible.__name__),
    ).where(
        Outbox.agency_id == current_agency_id(),
        Outbox.state == "dead",
        Outbox.done_at >= since,
        kept,
    )
    rows = session.execute(wanted.order_by(Outbox.id.desc()).limit(limit))
    return [LostLetter(*row) for row in rows]


def queue_state(session: Session) -> QueueState:
    """A branch for each partial index, so that what is done, and grows for ever, is not read; but
    dead letters of the national outbox, which is small, have no index of their own."""
    late = clock.now() - SCHEDULER_IS_LATE
    owed = sa.union_all(
        *(
            sa.select(table.state, table.due_at).where(condition)
            for table in (Outbox, NationalOutbox)
            for condition in (
                table.state == "waiting",
                table.state.in_(("leased", "sending")),
                table.state == "dead",
                sa.and_(table.state == "scheduled", table.due_at < late),
            )
        )
    ).subquery()
    count = sa.func.count()
    row = session.execute(
        sa.select(
            count.filter(owed.c.state == "waiting"),
            count.filter(owed.c.state.in_(("leased", "sending"))),
            count.filter(owed.c.state == "dead"),
            sa.func.min(owed.c.due_at).filter(owed.c.state == "waiting"),
            count.filter(owed.c.state == "scheduled"),
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
