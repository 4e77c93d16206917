"""Going into an agency: with a reason, for an hour, seen by the agency itself; reading only."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.audit.models import OperatorEntry
from sp4n.audit.operations import record
from sp4n.errors import Invalid

LASTS = timedelta(hours=1)
SHORTEST_REASON = 10
LONGEST_REASON = 500


def enter_agency(session: Session, *, actor: Actor, reason: str) -> OperatorEntry:
    """In the agency's own scope, so that its own trail says so."""
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid(
            fields={
                "reason": _(
                    "Tulis alasan Anda, %(least)s sampai %(most)s huruf. Instansi ini membacanya.",
                    least=SHORTEST_REASON,
                    most=LONGEST_REASON,
                )
            }
        )
    now = clock.now()
    entry = OperatorEntry(
        coordinator_id=actor.id,
        coordinator_name=actor.name,
        reason=reason,
        opened_at=now,
        expires_at=now + LASTS,
    )
    session.add(entry)
    session.flush()
    record(
        session,
        actor=actor,
        act="operator.entered",
        object_kind="operator_entry",
        object_id=entry.id,
        data={"reason": reason},
    )
    return entry


def leave_agency(session: Session, *, actor: Actor) -> None:
    now = clock.now()
    session.execute(
        sa.update(OperatorEntry)
        .where(OperatorEntry.coordinator_id == actor.id, OperatorEntry.expires_at > now)
        .values(expires_at=now)
    )
    record(session, actor=actor, act="operator.left", object_kind="operator_entry")


def open_entry(session: Session, *, actor: Actor) -> OperatorEntry | None:
    """The one under way, if it has not expired."""
    return session.scalar(
        sa.select(OperatorEntry)
        .where(OperatorEntry.coordinator_id == actor.id, OperatorEntry.expires_at > clock.now())
        .order_by(OperatorEntry.expires_at.desc())
        .limit(1)
    )
