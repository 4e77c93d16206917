"""What an operator does with the outbox, in the relay's scope; and what a long job does with its
own row, in its agency's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.jobs.models import NationalOutbox, Outbox
from sp4n.jobs.queries import DeadLetter
from sp4n.jobs.registry import OutboxFacts
from sp4n.tenants.scope import current_agency_id

# Of a job that says again and again that it is at it: gone this long after it fell silent.
LEASE = timedelta(seconds=90)


def replay(session: Session, *, letter: DeadLetter | None = None) -> int:
    """Owe a dead letter once more, with all its attempts, or all of them; how many there were."""
    agencies = [Outbox.state == "dead"]
    national = [NationalOutbox.state == "dead"]
    if letter is not None:
        agencies += [Outbox.id == letter.id, Outbox.agency_id == letter.agency_id]
        national += [NationalOutbox.id == letter.id, sa.literal(letter.agency_id is None)]
    replayed = 0
    for table, dead in ((Outbox, agencies), (NationalOutbox, national)):
        owed = sa.update(table).where(*dead).values(**_again()).returning(table.id)
        replayed += len(session.scalars(owed).all())
    return replayed


def keep_lease(session: Session, *, job: OutboxFacts) -> bool:
    """False where the row is not this attempt's any more: another worker has taken over."""
    ours = (Outbox.id == job.id, Outbox.state == "sending", Outbox.attempts == job.attempt)
    kept = sa.update(Outbox).where(*ours).values(leased_until=clock.now() + LEASE)
    return session.execute(kept.returning(Outbox.id)).one_or_none() is not None


def dead_again(session: Session, *, kind: str) -> int:
    """Of the scope's agency: its dead rows of one kind, with all their attempts; how many."""
    dead = (Outbox.agency_id == current_agency_id(), Outbox.kind == kind, Outbox.state == "dead")
    owed = sa.update(Outbox).where(*dead).values(**_again()).returning(Outbox.id)
    return len(session.scalars(owed).all())


def _again() -> dict[str, Any]:
    return {
        "state": "waiting",
        "attempts": 0,
        "due_at": clock.rounded_to_hour(clock.now()),
        "done_at": None,
    }
