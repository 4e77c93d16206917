"""Sealing what has happened. Filing never waits for it: a job comes by every few minutes."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.models import CaseEvent, CaseRecord, Identity
from sp4n.files.models import Attachment
from sp4n.jobs.models import Outbox
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.sealing import keyed_hash
from sp4n.seals.hashing import (
    NOTHING_BEFORE,
    file_of,
    head_of,
    leaf_of,
    root_of,
    step_of,
    words_of,
)
from sp4n.seals.models import EventSeal, SealLink, SealSalt
from sp4n.tenants.scope import current_agency_id

GO_ON: Final = "seals.go_on"
AT_ONCE: Final = 500
# Longer than any transaction lives that may still bring an event with a number below others, and
# than those of people without a name wait for their hour.
LOOKED_AT_AGAIN: Final = timedelta(hours=27)

Found = Sequence[tuple[CaseEvent, CaseRecord]]


def seal_new(session: Session, *, secret: str) -> int:
    """The scope's agency's next link: how many events are in it. What is left waits in line."""
    agency_id = current_agency_id()
    key = sa.func.hashtextextended(f"seals/{agency_id}", 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
    newest = _newest(session)
    found = _unsealed(session, newest)
    if not found:
        return 0
    link = _link(session, newest, found, secret)
    if len(found) == AT_ONCE and not _goes_on(session):
        owe(session, kind=GO_ON, object_id=link.number, queue=UPKEEP)
    session.flush()
    return len(found)


def signature_of(secret: str, head: bytes) -> bytes:
    return keyed_hash(secret, head.hex(), purpose="seal-link")


def drop_salts(session: Session, *, event_ids: Sequence[int]) -> None:
    """Their words are gone: with the salt goes what a guess could be held against."""
    session.execute(sa.delete(SealSalt).where(SealSalt.event_id.in_(event_ids)))


def _newest(session: Session) -> SealLink | None:
    own = sa.select(SealLink).where(SealLink.agency_id == current_agency_id())
    return session.scalars(own.order_by(SealLink.number.desc()).limit(1)).one_or_none()


def _unsealed(session: Session, newest: SealLink | None) -> Found:
    """In the order of their numbers; those of people without a name when their hour is over: the
    company of others would tell the minute."""
    sealed = sa.exists().where(
        EventSeal.agency_id == CaseEvent.agency_id, EventSeal.event_id == CaseEvent.id
    )
    named = sa.exists().where(
        Identity.agency_id == CaseRecord.agency_id, Identity.case_id == CaseRecord.id
    )
    over = CaseEvent.at < clock.rounded_to_hour(clock.now())
    wanted = (
        sa.select(CaseEvent, CaseRecord)
        .join(
            CaseRecord,
            sa.and_(
                CaseRecord.agency_id == CaseEvent.agency_id, CaseRecord.id == CaseEvent.case_id
            ),
        )
        .where(
            CaseEvent.agency_id == current_agency_id(),
            CaseEvent.id > _mark(session, newest),
            ~sealed,
            sa.or_(over, sa.not_(CaseRecord.anonymous), named),
        )
        .order_by(CaseEvent.id)
        .limit(AT_ONCE)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


def _mark(session: Session, newest: SealLink | None) -> int:
    """All events up to this number are sealed: counted back from the newest link, not from now, so
    that nothing is passed over when the job was away."""
    if newest is None:
        return 0
    before = sa.select(SealLink.through).where(
        SealLink.agency_id == current_agency_id(), SealLink.at < newest.at - LOOKED_AT_AGAIN
    )
    return session.scalar(before.order_by(SealLink.at.desc(), SealLink.number.desc()).limit(1)) or 0


def _link(session: Session, newest: SealLink | None, found: Found, secret: str) -> SealLink:
    number = newest.number + 1 if newest else 1
    rows, salts = _leaves(session, found, number)
    at = clock.rounded_to_hour(clock.now())
    if newest is not None:
        at = max(at, newest.at)
    link = _made(number, at, newest, [row["leaf"] for row in rows])
    link.signature = signature_of(secret, link.head)
    link.through = max(found[-1][0].id, newest.through if newest else 0)
    session.add(link)
    session.flush()
    session.execute(sa.insert(EventSeal), rows)
    session.execute(sa.insert(SealSalt), salts)
    return link


def _made(number: int, at: datetime, newest: SealLink | None, leaves: list[bytes]) -> SealLink:
    agency_id = current_agency_id()
    root, previous = root_of(leaves), bytes(newest.head) if newest else NOTHING_BEFORE
    head = head_of(agency_id, number, at, len(leaves), root=root, previous=previous)
    return SealLink(
        agency_id=agency_id,
        number=number,
        at=at,
        events=len(leaves),
        root=root,
        previous=previous,
        head=head,
    )


def _leaves(
    session: Session, found: Found, number: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    agency_id, rows, salts = current_agency_id(), [], []
    files = _files(session, [event for event, _ in found])
    for place, (event, case) in enumerate(found):
        own = {"agency_id": agency_id, "event_id": event.id}
        salt = secrets.token_bytes(32)
        words = words_of(event, case, salt)
        came = b"".join(sorted(file_of(file, salt) for file in files[event.id]))
        leaf = leaf_of(step_of(event, case), words, came)
        seal = {"link": number, "place": place, "words": words, "files": came, "leaf": leaf}
        rows.append({**own, "case_id": event.case_id, **seal})
        salts.append({**own, "salt": salt})
    return rows, salts


def _files(session: Session, events: list[CaseEvent]) -> dict[int, list[Attachment]]:
    wanted = sa.select(Attachment).where(
        Attachment.case_id.in_({event.case_id for event in events}),
        Attachment.event_id.in_([event.id for event in events]),
    )
    by_event: dict[int, list[Attachment]] = defaultdict(list)
    for one in session.scalars(wanted):
        by_event[one.event_id or 0].append(one)
    return by_event


def _goes_on(session: Session) -> bool:
    waits = sa.exists().where(
        Outbox.agency_id == current_agency_id(),
        Outbox.state.in_(("scheduled", "waiting", "leased")),
        Outbox.kind == GO_ON,
    )
    return bool(session.scalar(sa.select(waits)))
