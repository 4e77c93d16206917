"""What the workers do for seals; `app.py` registers it."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from sp4n.jobs import registry
from sp4n.jobs.registry import OutboxFacts
from sp4n.seals.operations import GO_ON, seal_new


def register_seals(secret: str) -> None:
    registry.register_frequent("seals", partial(seal_new, secret=secret))
    registry.register(GO_ON, partial(seal_more, secret))


def seal_more(secret: str, session: Session, _owed: OutboxFacts) -> None:
    """There were more than go into one link."""
    seal_new(session, secret=secret)
