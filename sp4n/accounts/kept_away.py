"""What was typed waits here while its owner signs in at the agency's provider: no form can be taken
along there. Sealed, for half an hour, found by a key that only the owner's browser has."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import KeptAway
from sp4n.sealing import Sealer, keyed_hash
from sp4n.tenants.scope import current_agency_id

LIFE: Final = timedelta(minutes=30)
# Of an agency at one time, however many try; and characters of one.
MOST: Final = 200
LONGEST: Final = 400_000
LONGEST_KEY: Final = 100


def keep_away(session: Session, *, sealed: str, sealer: Sealer, secret: str) -> str:
    """The key; "" where there is no room."""
    live = sa.select(sa.func.count()).where(
        KeptAway.agency_id == current_agency_id(), KeptAway.kept_at > clock.now() - LIFE
    )
    if len(sealed) > LONGEST or (session.scalar(live) or 0) >= MOST:
        return ""
    key = secrets.token_urlsafe(24)
    row = KeptAway(key_hash=_mark(secret, key), kept_at=clock.now())
    row.sealed = sealer.seal(sealed.encode())
    session.add(row)
    session.flush()
    return key


def kept_with(session: Session, *, key: str, sealer: Sealer, secret: str) -> str:
    """As it was; "" where it is over, or another agency's."""
    if not 0 < len(key) <= LONGEST_KEY:
        return ""
    wanted = sa.select(KeptAway.sealed).where(
        KeptAway.agency_id == current_agency_id(),
        KeptAway.key_hash == _mark(secret, key),
        KeptAway.kept_at > clock.now() - LIFE,
    )
    found = session.scalar(wanted)
    return sealer.open_bytes(found).decode() if found is not None else ""


def forget_kept(session: Session) -> None:
    over = KeptAway.kept_at < clock.now() - LIFE
    session.execute(sa.delete(KeptAway).where(KeptAway.agency_id == current_agency_id(), over))


def _mark(secret: str, key: str) -> bytes:
    return keyed_hash(secret, key, purpose="kept-away")
