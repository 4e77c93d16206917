"""Inviting everybody on a list: read first, so that it can be looked at; then all in one act."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.accounts.invitation_file import Reading, checked, rows_of
from sp4n.accounts.models import Account
from sp4n.accounts.operations import invite
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.errors import NotPossible
from sp4n.organisation.queries import unit_tree


def read_guests(session: Session, *, text: str) -> Reading:
    """What would happen with this list now. Raises Invalid where it is no list."""
    rows = rows_of(text)
    emails = {row.email for row in rows if row.email}
    there = sa.select(Account.email, Account.active).where(Account.email.in_(emails))
    accounts = {row.email: row.active for row in session.execute(there)}
    return checked(rows, units=unit_tree(session, active_only=True), accounts=accounts)


def invite_many(session: Session, *, text: str, expected: int, actor: Actor) -> int:
    """All good lines of the list, or nobody. `expected`: how many those were when it was looked
    at; NotPossible when that has changed since."""
    reading = read_guests(session, text=text)
    if not reading.guests or len(reading.guests) != expected:
        raise NotPossible(
            _("Daftar ini berubah sejak diperiksa. Belum ada yang diundang: periksa sekali lagi.")
        )
    for guest in reading.guests:
        invite(
            session,
            email=guest.email,
            name=guest.name,
            role=guest.role,
            unit_ids=guest.unit_ids,
            actor=actor,
        )
    record(session, actor=actor, act="account.invite_many", data={"people": len(reading.guests)})
    session.flush()
    return len(reading.guests)
