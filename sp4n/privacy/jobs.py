"""What the workers do for reporters' rights; `app.py` registers it."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from sp4n.db import db
from sp4n.jobs import registry
from sp4n.jobs.registry import Effect, OutboxFacts
from sp4n.privacy.operations import ELSEWHERE, agencies_to_ask, erase_here, erase_waiting
from sp4n.privacy.retention import GO_ON, retain
from sp4n.tenants.edge import agency_edge


def register_privacy() -> None:
    registry.register(ELSEWHERE, erase_elsewhere)
    registry.register_upkeep("erasures that waited", erase_waiting)
    registry.register(GO_ON, retain_on)
    registry.register_upkeep("retention", retain)


def retain_on(session: Session, _owed: OutboxFacts) -> None:
    """There were more than one batch takes."""
    retain(session)


def erase_elsewhere(session: Session, owed: OutboxFacts) -> Effect | None:
    reference, others = agencies_to_ask(session, case_id=owed.object_id or 0)
    return partial(_erase_in, reference, others) if others else None


def _erase_in(reference: str, agencies: list[int]) -> None:
    for agency_id in agencies:
        with agency_edge(agency_id):
            erase_here(db.session(), reference=reference)
