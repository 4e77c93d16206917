"""Is a case as it was when it was sealed? Looked at event by event, and the links they are in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.files.models import Attachment
from sp4n.files.queries import attachments_of_case
from sp4n.sealing import hashes_match
from sp4n.seals.hashing import (
    NOTHING_BEFORE,
    cut,
    file_of,
    head_of,
    leaf_of,
    root_of,
    step_of,
    words_of,
)
from sp4n.seals.models import EventSeal, SealLink, SealSalt
from sp4n.seals.operations import signature_of
from sp4n.tenants.scope import current_agency_id

# Events that say what was removed: `data["parts"]`, any of these.
REMOVED: Final = ("erased", "expired")
TEXT, FILES = "text", "files"

Verdict = Literal["intact", "unsealed", "changed", "partly_removed"]


@dataclass(frozen=True)
class Step:
    """kind: of the event; "" where that is gone. `private`: not for the reporter."""

    kind: str
    at: datetime | None
    private: bool


@dataclass
class Proof:
    """`since`: of the first seal. `waiting`: steps that are not sealed yet. `chain`: whether the
    links that the case is in are whole. `head`: the newest of them, number and hash."""

    since: datetime | None = None
    sealed: int = 0
    waiting: int = 0
    removed: int = 0
    changed: list[Step] = field(default_factory=list)
    chain: bool = True
    head: tuple[int, str] | None = None

    @property
    def verdict(self) -> Verdict:
        if self.changed or not self.chain:
            return "changed"
        if not self.sealed:
            return "unsealed"
        return "partly_removed" if self.removed else "intact"


@dataclass
class _Case:
    """All that is known of a case, in the scope of the agency that has it."""

    case: CaseRecord
    events: Sequence[CaseEvent]
    salts: Mapping[int, bytes]
    files: Sequence[Attachment]

    def removed(self, part: str) -> bool:
        """As its own history says, which is sealed like all of it."""
        told = (one.data.get("parts", ()) for one in self.events if one.kind in REMOVED)
        return any(part in parts for parts in told)


def proof_of(session: Session, *, case: CaseRecord, secret: str) -> Proof:
    known = _known(session, case)
    seals = session.scalars(sa.select(EventSeal).where(EventSeal.case_id == case.id)).all()
    by_event = {seal.event_id: seal for seal in seals}
    proof = Proof(sealed=len(seals))
    for event in known.events:
        seal = by_event.pop(event.id, None)
        if event.kind in REMOVED:
            proof.removed += 1
        if seal is None:
            proof.waiting += 1
        else:
            _check(known, event, seal, proof)
    proof.changed += [Step("", None, True) for _seal in by_event.values()]
    if seals:
        _check_links(session, sorted({seal.link for seal in seals}), secret, proof)
    return proof


def _known(session: Session, case: CaseRecord) -> _Case:
    own = sa.select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    events = session.scalars(own).all()
    salted = sa.select(SealSalt.event_id, SealSalt.salt).where(
        SealSalt.event_id.in_([one.id for one in events])
    )
    salts = {row.event_id: bytes(row.salt) for row in session.execute(salted)}
    return _Case(case, events, salts, attachments_of_case(session, case.id))


def _check(known: _Case, event: CaseEvent, seal: EventSeal, proof: Proof) -> None:
    words, files = bytes(seal.words), bytes(seal.files)
    salt = known.salts.get(event.id)
    whole = leaf_of(step_of(event, known.case), words, files) == bytes(seal.leaf)
    gone = False
    if salt is None:
        gone = True
        whole &= known.removed(TEXT)
    else:
        whole &= words_of(event, known.case, salt) == words
        there = {file_of(one, salt) for one in known.files}
        if not there.issuperset(cut(files)):
            gone = True
            whole &= known.removed(FILES)
    if not whole:
        proof.changed.append(Step(event.kind, event.at, not event.public))
    elif gone:
        proof.removed += 1


def _check_links(session: Session, numbers: Sequence[int], secret: str, proof: Proof) -> None:
    links = _links(session, numbers)
    wanted = sa.select(EventSeal.link, EventSeal.leaf).where(EventSeal.link.in_(numbers))
    leaves: dict[int, list[bytes]] = defaultdict(list)
    for row in session.execute(wanted.order_by(EventSeal.link, EventSeal.place)):
        leaves[row.link].append(bytes(row.leaf))
    proof.chain = all(
        number in links
        and is_whole(links[number], leaves[number])
        and is_signed(links[number], secret)
        and _joins(links, number)
        for number in numbers
    )
    if numbers[0] in links:
        proof.since = links[numbers[0]].at
    if numbers[-1] in links:
        proof.head = (numbers[-1], bytes(links[numbers[-1]].head).hex())


def _links(session: Session, numbers: Sequence[int]) -> dict[int, SealLink]:
    """Those, and their neighbours."""
    around = {number + step for number in numbers for step in (-1, 0, 1)}
    wanted = sa.select(SealLink).where(
        SealLink.agency_id == current_agency_id(), SealLink.number.in_(around)
    )
    return {one.number: one for one in session.scalars(wanted)}


def _joins(links: Mapping[int, SealLink], number: int) -> bool:
    before, after = links.get(number - 1), links.get(number + 1)
    follows = bytes(before.head) if before else NOTHING_BEFORE
    if (number > 1) != (before is not None) or bytes(links[number].previous) != follows:
        return False
    return after is None or bytes(after.previous) == bytes(links[number].head)


def is_whole(link: SealLink, leaves: Sequence[bytes]) -> bool:
    """The seals are those that the link was made over, and its head is its own."""
    root, previous = bytes(link.root), bytes(link.previous)
    head = head_of(link.agency_id, link.number, link.at, link.events, root=root, previous=previous)
    return len(leaves) == link.events and root_of(leaves) == root and head == bytes(link.head)


def is_signed(link: SealLink, secret: str) -> bool:
    return hashes_match(signature_of(secret, bytes(link.head)), link.signature)
