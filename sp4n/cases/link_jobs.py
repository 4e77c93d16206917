"""What the workers do for cases of two agencies about the same event; `app.py` registers it."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from sp4n.cases.letters import staff_letter, staff_recipients
from sp4n.cases.operations.linking import KNOCK, settle_links
from sp4n.db import db
from sp4n.jobs import registry
from sp4n.jobs.registry import Effect, OutboxFacts
from sp4n.notices import link_words  # noqa: F401 - what these letters say
from sp4n.notices.jobs import register_letters
from sp4n.tenants.edge import agency_edge

LETTERS = ("notice.staff_linked", "notice.staff_suggested")


def register_links() -> None:
    registry.register(KNOCK, knock)
    registry.register_upkeep("cases of the same event elsewhere", settle_links)
    for kind in LETTERS:
        register_letters(kind, staff_letter, staff_recipients)


def knock(_session: Session, owed: OutboxFacts) -> Effect:
    """The object is the agency at whose door it is: there, what it would do by itself is done."""
    if owed.object_id is None:
        raise ValueError("whose door?")
    other = owed.agency_id if owed.agency_id != owed.object_id else None
    return partial(settle_there, owed.object_id, other)


def settle_there(agency_id: int, other: int | None) -> None:
    """What is between it and who knocked; all, where it did so itself."""
    with agency_edge(agency_id):
        settle_links(db.session(), other)
