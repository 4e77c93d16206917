"""Following a public case by mail: asked for, confirmed by a link, told of what becomes public, and
ended by a link. Who asks learns nothing of whether an address follows anything.

A letter goes out at once; what happens within the hour after it comes in one more, at its end.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.models import PublicCase
from sp4n.cases.public_models import CaseFollower, CaseSupport
from sp4n.errors import NotFound
from sp4n.jobs.outbox import owe
from sp4n.jobs.registry import OutboxFacts
from sp4n.sealing import Sealer, hashes_match, keyed_hash
from sp4n.tenants.scope import current_agency_id

CONFIRM: Final = "notice.follow_asked"
TELL: Final = "follow.tell"
DIGEST: Final = "follow.digest"
CHANGED: Final = "notice.follow_changed"
GONE: Final = "notice.follow_gone"
CONFIRM_KEY: Final = "notice.follow_asked"
END_KEY: Final = "follow-end"

PAUSE: Final = timedelta(hours=1)
ASKED_AGAIN: Final = timedelta(days=1)
FORGOTTEN: Final = timedelta(days=7)
# Questions to one address that it has not answered, at one agency.
MOST_ASKED: Final = 3


def ask_to_follow(
    session: Session, *, case: PublicCase, address: str, language: str, sealer: Sealer, secret: str
) -> None:
    """Owes the question whether it was meant, unless the address has just been asked."""
    now, digest = clock.now(), _address_hash(secret, address)
    theirs = session.scalars(
        sa.select(CaseFollower).where(CaseFollower.address_hash == digest)
    ).all()
    found = next((one for one in theirs if one.case_id == case.id), None)
    unanswered = [one for one in theirs if one.confirmed_at is None]
    if found is not None and (found.confirmed_at or found.asked_at > now - ASKED_AGAIN):
        return
    if len([one for one in unanswered if one.asked_at > now - ASKED_AGAIN]) >= MOST_ASKED:
        return
    if found is not None:
        found.language, found.asked_at = language, now
        owe(session, kind=CONFIRM, object_id=found.id)
        return
    values = {"agency_id": case.agency_id, "case_id": case.id, "address_hash": digest}
    about = {"sealed": sealer.seal({"email": address}), "language": language, "asked_at": now}
    made = insert(CaseFollower).values(**values, **about).on_conflict_do_nothing()
    number = session.scalar(made.returning(CaseFollower.id))
    if number is not None:  # else asked at this very moment from elsewhere
        owe(session, kind=CONFIRM, object_id=number)


def follower_key(secret: str, follower: CaseFollower, purpose: str) -> str:
    """Stands in a link: nobody can make one who has not read the mail."""
    return f"{follower.id}-{_signature(secret, follower, purpose)}"


def follower_with(session: Session, *, key: str, secret: str, purpose: str) -> CaseFollower:
    """NotFound alike for a wrong key and for who has ended it."""
    number, _dash, signature = key.partition("-")
    known = number.isascii() and number.isdigit() and len(number) < 19
    follower = session.get(CaseFollower, (current_agency_id(), int(number))) if known else None
    if follower is None:
        raise NotFound
    right = _signature(secret, follower, purpose).encode()
    if not hashes_match(right, signature.encode(errors="replace")):
        raise NotFound
    return follower


def confirm_follower(session: Session, *, follower: CaseFollower) -> None:
    """From now on: what was public before is not told."""
    if follower.confirmed_at is not None:
        return
    follower.confirmed_at = clock.now()
    public = session.get(PublicCase, (follower.agency_id, follower.case_id))
    if public is not None:
        follower.told = follower.told_before = len(public.timeline)
    session.flush()
    _count(session, follower, +1)


def end_following(session: Session, *, follower: CaseFollower) -> None:
    if follower.confirmed_at is not None:
        _count(session, follower, -1)
    session.delete(follower)
    session.flush()


def kept_of(session: Session, case_id: int) -> tuple[int, int]:
    """Supports and followers of a case, whether it is public or not."""
    supports = sa.select(sa.func.count()).where(CaseSupport.case_id == case_id)
    followers = sa.select(sa.func.count()).where(
        CaseFollower.case_id == case_id, CaseFollower.confirmed_at.is_not(None)
    )
    found = session.execute(sa.select(supports.scalar_subquery(), followers.scalar_subquery()))
    row = found.one()
    return row[0], row[1]


def owe_news(session: Session, case_id: int) -> None:
    """That more of a case, or nothing any more, is public."""
    owe(session, kind=TELL, object_id=case_id)


def tell_followers(session: Session, owed: OutboxFacts) -> None:
    """Kind TELL: the object is a case of which more, or nothing any more, is public."""
    now = clock.now()
    followers = session.scalars(
        sa.select(CaseFollower)
        .where(CaseFollower.case_id == owed.object_id, CaseFollower.confirmed_at.is_not(None))
        .order_by(CaseFollower.id)
        .with_for_update()
    ).all()
    public = session.get(PublicCase, (current_agency_id(), owed.object_id))
    for one in followers:
        if one.waiting:
            continue
        if one.told_at is not None and one.told_at > now - PAUSE:
            one.waiting = True
            owe(session, kind=DIGEST, object_id=one.id, due_at=one.told_at + PAUSE)
        else:
            _write(session, one, public)


def tell_of_the_hour(session: Session, owed: OutboxFacts) -> None:
    """Kind DIGEST: the object is a follower."""
    key = (current_agency_id(), owed.object_id)
    follower = session.get(CaseFollower, key, with_for_update=True)
    if follower is None:
        return
    follower.waiting = False
    _write(session, follower, session.get(PublicCase, (follower.agency_id, follower.case_id)))


def _write(session: Session, follower: CaseFollower, public: PublicCase | None) -> None:
    """Owes the letter, and notes what it is about: the letter itself may be written twice."""
    if public is None:
        if follower.gone_at is None:
            follower.gone_at = clock.now()
            owe(session, kind=GONE, object_id=follower.id)
        return
    happened, follower.gone_at = len(public.timeline), None
    if happened == follower.told:
        return
    follower.told_before = follower.told if follower.told < happened else 0
    follower.told, follower.told_at = happened, clock.now()
    owe(session, kind=CHANGED, object_id=follower.id)


def forget_followers(session: Session) -> None:
    """Who never answered, and who followed what is not public any more."""
    before = clock.now() - FORGOTTEN
    never = sa.and_(CaseFollower.confirmed_at.is_(None), CaseFollower.asked_at < before)
    session.execute(sa.delete(CaseFollower).where(sa.or_(never, CaseFollower.gone_at < before)))


def _count(session: Session, follower: CaseFollower, by: int) -> None:
    session.execute(
        sa.update(PublicCase)
        .where(PublicCase.agency_id == follower.agency_id, PublicCase.id == follower.case_id)
        .values(followers=sa.func.greatest(PublicCase.followers + by, 0))
    )


def _address_hash(secret: str, address: str) -> bytes:
    """Another one at each agency: their rows cannot be laid side by side."""
    who = f"{current_agency_id()}:{address.casefold()}"
    return keyed_hash(secret, who, purpose="follower")


def _signature(secret: str, follower: CaseFollower, purpose: str) -> str:
    about = f"{follower.agency_id}:{follower.id}:{follower.address_hash.hex()}"
    return keyed_hash(secret, about, purpose=purpose).hex()[:40]
