"""Many cases in hand at once: locked and read in a few statements, so that acting on one of them
asks nothing again that its neighbours have asked already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseRecord, Identity, PublicCase
from sp4n.cases.visibility import visible_to
from sp4n.organisation.models import Unit
from sp4n.tenants.resolver import AgencyFacts, agency_by_id

_KEY: Final = "sp4n.cases.in_hand"


@dataclass(frozen=True)
class InHand:
    """`reachable`: of those whose reporter is known, whether they can be written to. `public` and
    `units` keep alive what the session would forget and read again."""

    agency: AgencyFacts
    cases: Mapping[int, CaseRecord]
    reachable: Mapping[int, bool]
    public: Mapping[int, PublicCase]
    units: Mapping[int, Unit]


@contextmanager
def cases_in_hand(
    session: Session, ids: Sequence[int], *, actor: Actor, agency: AgencyFacts
) -> Iterator[InHand]:
    """Of these, those that this actor may see; locked in the order of their ids until the
    transaction ends, whatever becomes of them here. For one act on each."""
    seen = sa.select(CaseRecord).where(CaseRecord.id.in_(ids), visible_to(actor))
    locked = seen.order_by(CaseRecord.id).with_for_update(of=CaseRecord)
    as_they_are: dict[str, Any] = {"execution_options": {"populate_existing": True}}
    cases = {one.id: one for one in session.scalars(locked, **as_they_are)}
    known = sa.select(Identity.case_id, Identity.reachable).where(Identity.case_id.in_(cases))
    published = [one.id for one in cases.values() if one.published]
    public = sa.select(PublicCase).where(
        PublicCase.agency_id == agency.id, PublicCase.id.in_(published)
    )
    session.info[_KEY] = InHand(
        agency,
        cases,
        {row.case_id: row.reachable for row in session.execute(known)},
        {one.id: one for one in session.scalars(public, **as_they_are)},
        {one.id: one for one in session.scalars(sa.select(Unit))},
    )
    try:
        yield session.info[_KEY]
    finally:
        del session.info[_KEY]


def locked_with_reach(session: Session, case: CaseRecord) -> bool | None:
    """Lock the case and read it anew. Whether its reporter can be written to; None where nobody
    knows who that is."""
    hand = _hand(session)
    if hand is not None and case.id in hand.cases:
        return hand.reachable.get(case.id)
    session.refresh(case, with_for_update=True)
    return session.scalar(sa.select(Identity.reachable).where(Identity.case_id == case.id))


def agency_of(case: CaseRecord) -> AgencyFacts:
    """Of a case that a session holds."""
    session = object_session(case)
    hand = _hand(session) if session is not None else None
    agency = hand.agency if hand is not None else agency_by_id(case.agency_id)
    if agency is None or agency.id != case.agency_id:
        raise LookupError(f"no agency {case.agency_id}")
    return agency


def _hand(session: Session) -> InHand | None:
    found: InHand | None = session.info.get(_KEY)
    return found
