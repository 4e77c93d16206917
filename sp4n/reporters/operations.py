"""A reporter asks for a link, uses it, and leaves again."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import REPORTER
from sp4n.audit.operations import record
from sp4n.cases.own_address import address_mark
from sp4n.errors import NotFound
from sp4n.jobs.outbox import owe
from sp4n.reporters.models import ReporterAccess
from sp4n.sealing import Sealer, hashes_match, keyed_hash
from sp4n.tenants.scope import current_agency_id

LINK_LETTER: Final = "notice.own_reports"
LINK_LIFE: Final = timedelta(minutes=30)
IDLE: Final = timedelta(hours=1)
ABSOLUTE: Final = timedelta(hours=12)
SEEN_EVERY: Final = timedelta(minutes=5)


def ask_link(session: Session, *, sealer: Sealer, address: str, language: str) -> None:
    """The same is written whether there is a report at this address or not: the job that mails
    the link looks, when nobody waits for the answer any more."""
    now = clock.now()
    asked = ReporterAccess(
        address_hash=address_mark(sealer, current_agency_id(), address),
        sealed=sealer.seal({"email": address}),
        language=language,
        asked_at=now,
        expires_at=now + LINK_LIFE,
    )
    session.add(asked)
    session.flush()
    owe(session, kind=LINK_LETTER, object_id=asked.id)


def link_key(secret: str, asked: ReporterAccess) -> str:
    """Stands in the link; kept nowhere."""
    return f"{asked.id}-{_signature(secret, asked)}"


def access_with(session: Session, *, key: str, secret: str, lock: bool = False) -> ReporterAccess:
    """NotFound alike for a forged link, one that was used, and one whose time is over."""
    number, _dash, signature = key.partition("-")
    known = number.isascii() and number.isdigit() and len(number) < 19
    wanted = (current_agency_id(), int(number) if known else 0)
    asked = session.get(ReporterAccess, wanted, with_for_update=lock or None)
    if asked is None or asked.used_at is not None or asked.expires_at < clock.now():
        raise NotFound
    right = _signature(secret, asked).encode()
    if not hashes_match(right, signature.encode(errors="replace")):
        raise NotFound
    return asked


def use_link(session: Session, *, key: str, secret: str) -> str:
    """What the browser shows from now on. A link that was used is used up."""
    asked = access_with(session, key=key, secret=secret, lock=True)
    token = secrets.token_urlsafe(32)
    asked.used_at = asked.seen_at = clock.now()
    asked.expires_at = asked.used_at + ABSOLUTE
    asked.session_hash = session_mark(secret, token)
    record(
        session,
        actor=REPORTER,
        act="reporter.signed_in",
        object_kind="reporter",
        object_id=asked.id,
    )
    session.flush()
    return token


def sign_out(session: Session, *, token: str, secret: str) -> None:
    mark = session_mark(secret, token)
    session.execute(sa.delete(ReporterAccess).where(ReporterAccess.session_hash == mark))


def note_seen(access: ReporterAccess) -> None:
    now = clock.now()
    if access.seen_at is None or now - access.seen_at > SEEN_EVERY:
        access.seen_at = now


def forget_access(session: Session) -> None:
    """Links and sign-ins that are over: with them goes the sealed address."""
    now = clock.now()
    over = sa.or_(ReporterAccess.expires_at < now, ReporterAccess.seen_at < now - IDLE)
    mine = ReporterAccess.agency_id == current_agency_id()
    session.execute(sa.delete(ReporterAccess).where(mine, over))


def session_mark(secret: str, token: str) -> bytes:
    return keyed_hash(secret, token, purpose="reporter-session")


def _signature(secret: str, asked: ReporterAccess) -> str:
    about = f"{asked.agency_id}:{asked.id}:{asked.address_hash.hex()}:{asked.asked_at.isoformat()}"
    return keyed_hash(secret, about, purpose="reporter-link").hex()[:40]
