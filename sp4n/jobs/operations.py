"""What an operator does with the outbox, in the relay's scope."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.jobs.models import NationalOutbox, Outbox
from sp4n.jobs.queries import DeadLetter


def replay(session: Session, *, letter: DeadLetter | None = None) -> int:
    """Owe a dead letter once more, with all its attempts, or all of them; how many there were."""
    agencies = [Outbox.state == "dead"]
    national = [NationalOutbox.state == "dead"]
    if letter is not None:
        agencies += [Outbox.id == letter.id, Outbox.agency_id == letter.agency_id]
        national += [NationalOutbox.id == letter.id, sa.literal(letter.agency_id is None)]
    again = {
        "state": "waiting",
        "attempts": 0,
        "due_at": clock.rounded_to_hour(clock.now()),
    }
    replayed = 0
    for table, dead in ((Outbox, agencies), (NationalOutbox, national)):
        owed = sa.update(table).where(*dead).values(**again).returning(table.id)
        replayed += len(session.scalars(owed).all())
    return replayed
