"""Reads of cases between agencies: what was sent here, who has had a case, what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from sp4n.cases.handover_models import Custody, Handover, HandoverAnswer
from sp4n.cases.models import CaseRecord, Identity
from sp4n.cases.on_its_way import under_way
from sp4n.errors import NotFound
from sp4n.tenants.models import Agency
from sp4n.tenants.scope import current_agency_id

MOST_OFFERS = 200


@dataclass(frozen=True)
class Offer:
    handover: Handover
    sender: str


def offers(session: Session) -> list[Offer]:
    """What waits for an answer of the scope's agency, the oldest first."""
    wanted = sa.select(Handover, Agency.short_name).join(Agency, Agency.id == Handover.agency_id)
    rows = session.execute(wanted.where(*_unanswered()).order_by(Handover.id).limit(MOST_OFFERS))
    return [Offer(*row) for row in rows]


def offer(session: Session, handover_id: int) -> Offer:
    """NotFound alike for what is not there, is for another agency, or is answered or taken back."""
    wanted = sa.select(Handover, Agency.short_name).join(Agency, Agency.id == Handover.agency_id)
    row = session.execute(wanted.where(Handover.id == handover_id, *_unanswered())).one_or_none()
    if row is None:
        raise NotFound
    return Offer(*row)


def _unanswered() -> tuple[sa.ColumnElement[bool], ...]:
    me = current_agency_id()
    answered = sa.exists().where(
        HandoverAnswer.agency_id == me, HandoverAnswer.handover_id == Handover.id
    )
    asked = (Handover.to_agency_id == me, Handover.state == "offered", Handover.decided_by == "")
    return (*asked, ~answered)


@dataclass(frozen=True)
class Custodian:
    """`until`: None who has it now, or is about to hear that it has not."""

    name: str
    since: datetime
    until: datetime | None


def custodians(session: Session, reference: str) -> list[Custodian]:
    """Every agency that has had the case, the first one first; none where it never moved."""
    chain = sa.select(Agency.name, Custody.since, Custody.until).join(
        Agency, Agency.id == Custody.agency_id
    )
    rows = session.execute(chain.where(Custody.reference == reference).order_by(Custody.hop))
    return [Custodian(*row) for row in rows]


def received(session: Session, case: CaseRecord) -> tuple[Handover, HandoverAnswer] | None:
    """The handover by which the case came here the last time."""
    me = current_agency_id()
    own = sa.and_(HandoverAnswer.agency_id == me, HandoverAnswer.handover_id == Handover.id)
    wanted = sa.select(Handover, HandoverAnswer).join(HandoverAnswer, own)
    mine = (Handover.to_agency_id == me, Handover.reference == case.reference)
    last = wanted.where(*mine, HandoverAnswer.accepted).order_by(Handover.id.desc()).limit(1)
    row = session.execute(last).one_or_none()
    return (row[0], row[1]) if row else None


def waits_for_consent(session: Session, case: CaseRecord) -> bool:
    """Whether there is a contact that does not go along unless its reporter says so."""
    if case.handover_id is not None:
        handover = under_way(session, case)
        there = sa.select(sa.exists().where(Identity.case_id == case.id))
        return bool(handover is not None and not handover.contact_allowed and session.scalar(there))
    found = received(session, case) if case.received_at is not None else None
    if found is None:
        return False
    came, answer = found
    said = came.contact_allowed or answer.contact_allowed
    return bool(came.payload["identified"] and not said)


@dataclass(frozen=True)
class Undecided:
    """Nothing of the case: who decides goes in first, and says why."""

    handover_id: int
    reference: str
    slug: str
    sender: str
    proposed: str
    hop: int
    since: datetime


def undecided(session: Session) -> list[Undecided]:
    """Of all agencies, in the national scope; or of one, in its own. The oldest first."""
    sender, proposed = aliased(Agency), aliased(Agency)
    wanted = (
        sa.select(
            Handover.id,
            Handover.reference,
            sender.slug,
            sender.short_name,
            proposed.short_name,
            Handover.hop,
            Handover.offered_at,
        )
        .join(sender, sender.id == Handover.agency_id)
        .join(proposed, proposed.id == Handover.to_agency_id)
        .where(Handover.state == "arbitration")
        .order_by(Handover.offered_at, Handover.id)
        .limit(MOST_OFFERS)
    )
    return [Undecided(*row) for row in session.execute(wanted)]
