"""Who keeps an agency's documents is told before one runs out: ninety, thirty and seven days ahead,
each once, however often this runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from sp4n import clock
from sp4n.documents.models import Document
from sp4n.jobs.outbox import owe
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.scope import current_agency_id

EXPIRING: Final = "notice.document_expiring"
DAYS: Final = (90, 30, 7)
LETTERS_FROM: Final = 6  # o'clock, of the agency's day


def remind_of_ends(session: Session) -> None:
    """Upkeep, in the scope of one agency."""
    agency = agency_by_id(current_agency_id())
    if agency is None or agency.over:
        return
    if clock.now().astimezone(agency.zone).hour < LETTERS_FROM:
        return
    today = clock.today(agency.zone)
    later = aliased(Document)
    succeeded = sa.exists().where(later.replaces_id == Document.id, later.state == "issued")
    ending = (
        sa.select(Document)
        .where(
            Document.state == "issued",
            Document.ended_on.is_(None),
            Document.valid_to >= today,
            Document.valid_to <= today + timedelta(max(DAYS)),
            ~succeeded,
        )
        .order_by(Document.id)
        .with_for_update(skip_locked=True, of=Document)
    )
    for one in session.scalars(ending):
        left = ((one.valid_to or today) - today).days
        step = min(days for days in DAYS if left <= days)
        if one.told_days is None or step < one.told_days:
            one.told_days = step
            owe(session, kind=EXPIRING, object_id=one.id)
    session.flush()
