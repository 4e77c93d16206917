"""A whole chain, from its first link: looked at in batches, against heads that somebody kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.seals.checking import is_signed, is_whole
from sp4n.seals.hashing import NOTHING_BEFORE, leaf_of, step_of
from sp4n.seals.models import EventSeal, SealLink
from sp4n.tenants.scope import current_agency_id

LINKS_AT_ONCE: Final = 50


def faults_of(
    session: Session, *, secret: str | None, kept: Mapping[int, str], steps: bool = True
) -> Iterator[str]:
    """What is wrong with the chain of the scope's agency, link by link. `kept`: published heads by
    number; `steps`: whether each event's own step is held against its seal, too."""
    previous, number, seen = NOTHING_BEFORE, 0, set()
    while links := _after(session, number):
        leaves = _leaves(session, links)
        for link in links:
            number += 1
            if link.number != number or bytes(link.previous) != previous:
                yield f"link {link.number}: does not follow the one before"
                number = link.number
            if not is_whole(link, leaves[link.number]):
                yield f"link {link.number}: is not what it was made over"
            if secret is not None and not is_signed(link, secret):
                yield f"link {link.number}: was not signed by this server"
            head = bytes(link.head).hex()
            if kept.get(link.number, head) != head:
                yield f"link {link.number}: another head was published"
            seen.add(link.number)
            previous = bytes(link.head)
        if steps:
            yield from _changed_steps(session, links)
        session.expire_all()
    yield from (f"link {one}: was published, and is gone" for one in sorted(set(kept) - seen))


def _after(session: Session, number: int) -> Sequence[SealLink]:
    own = sa.select(SealLink).where(
        SealLink.agency_id == current_agency_id(), SealLink.number > number
    )
    return session.scalars(own.order_by(SealLink.number).limit(LINKS_AT_ONCE)).all()


def _leaves(session: Session, links: Sequence[SealLink]) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = defaultdict(list)
    rows = sa.select(EventSeal.link, EventSeal.leaf).where(_within(links))
    for row in session.execute(rows.order_by(EventSeal.link, EventSeal.place)):
        found[row.link].append(bytes(row.leaf))
    return found


def _changed_steps(session: Session, links: Sequence[SealLink]) -> Iterator[str]:
    same = sa.and_(CaseEvent.agency_id == EventSeal.agency_id, CaseEvent.id == EventSeal.event_id)
    of = sa.and_(CaseRecord.agency_id == EventSeal.agency_id, CaseRecord.id == EventSeal.case_id)
    wanted = (
        sa.select(EventSeal, CaseEvent, CaseRecord)
        .outerjoin(CaseEvent, same)
        .outerjoin(CaseRecord, of)
        .where(_within(links))
    )
    for seal, event, case in session.execute(wanted.order_by(EventSeal.link, EventSeal.place)):
        if event is None or case is None:
            yield f"link {seal.link}, event {seal.event_id}: is gone"
        elif leaf_of(step_of(event, case), bytes(seal.words), bytes(seal.files)) != seal.leaf:
            yield f"link {seal.link}, event {seal.event_id}: {case.reference} was changed"


def _within(links: Sequence[SealLink]) -> sa.ColumnElement[bool]:
    return EventSeal.link.between(links[0].number, links[-1].number)
