"""What the workers do of acts on many cases; `app.py` registers it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from sp4n.errors import NotFound
from sp4n.jobs.registry import OutboxFacts, register
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.scope import current_agency_id
from sp4n.workbench.operations import GO_ON, go_on


def next_batch(session: Session, owed: OutboxFacts) -> None:
    """One batch; the next is owed with it."""
    agency = agency_by_id(current_agency_id())
    if agency is None:
        raise NotFound
    go_on(session, bulk_id=owed.object_id or 0, agency=agency)


def register_bulk() -> None:
    register(GO_ON, next_batch)
