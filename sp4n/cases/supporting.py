""" "Saya juga": others say that a public case is theirs, too. Once for each browser, and nothing is
kept of who it was: the count is a hint, no vote.

Only who has just opened the case's page of it may: that page holds a ticket, which is good for this
browser and this case, and for half an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.models import PublicCase
from sp4n.cases.public_models import CaseSupport
from sp4n.sealing import hashes_match, keyed_hash

TICKET_LIVES: Final = timedelta(minutes=30)


def support_ticket(*, case: PublicCase, token: str, secret: str) -> str:
    since = int(clock.now().timestamp())
    return f"{since}-{_signature(secret, token, case, since)}"


def ticket_holds(ticket: str, *, case: PublicCase, token: str, secret: str) -> bool:
    stamp, _dash, signature = ticket.partition("-")
    if not (token and stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return False
    age = clock.now().timestamp() - int(stamp)
    right = _signature(secret, token, case, int(stamp)).encode()
    ours = hashes_match(right, signature.encode(errors="replace"))
    return ours and -60 <= age <= TICKET_LIVES.total_seconds()


def supports(session: Session, *, case: PublicCase, token: str, secret: str) -> bool:
    """Whether the browser with this token does."""
    one = sa.select(CaseSupport.case_id).where(
        CaseSupport.case_id == case.id, CaseSupport.token_hash == _hash(secret, token, case)
    )
    return bool(token) and session.scalar(one) is not None


def support_case(session: Session, *, case: PublicCase, token: str, secret: str) -> bool:
    """False where it did already."""
    values = {"agency_id": case.agency_id, "case_id": case.id}
    made = insert(CaseSupport).values(**values, token_hash=_hash(secret, token, case))
    new = made.on_conflict_do_nothing().returning(CaseSupport.case_id)
    return _counted(session, case, new, +1)


def withdraw_support(session: Session, *, case: PublicCase, token: str, secret: str) -> bool:
    """False where it did not."""
    gone = sa.delete(CaseSupport).where(
        CaseSupport.case_id == case.id, CaseSupport.token_hash == _hash(secret, token, case)
    )
    return _counted(session, case, gone.returning(CaseSupport.case_id), -1)


def _counted(session: Session, case: PublicCase, change: sa.Executable, by: int) -> bool:
    if session.execute(change).one_or_none() is None:
        return False
    session.execute(
        sa.update(PublicCase)
        .where(PublicCase.agency_id == case.agency_id, PublicCase.id == case.id)
        .values(supports=sa.func.greatest(PublicCase.supports + by, 0))
    )
    return True


def _hash(secret: str, token: str, case: PublicCase) -> bytes:
    return keyed_hash(secret, f"{token}:{case.agency_id}:{case.id}", purpose="support")


def _signature(secret: str, token: str, case: PublicCase, since: int) -> str:
    about = f"{token}:{case.agency_id}:{case.id}:{since}"
    return keyed_hash(secret, about, purpose="support-ticket").hex()[:40]
