"""What two agencies of the demo have to do with each other: cases handed over, and linked.

After all are furnished; each step in the scope of who takes it, and none twice: whoever was
interrupted is continued.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.accounts.queries import actor_of
from sp4n.audit.actors import Actor
from sp4n.cases.handover_models import Handover, HandoverAnswer
from sp4n.cases.models import CaseRecord, PublicCase
from sp4n.cases.operations import accept_case, link_case, refuse_case
from sp4n.cases.operations.linking import links_of, settle_links
from sp4n.cases.operations.settling import settle
from sp4n.db import db
from sp4n.demo.furnishing import settle_outbox
from sp4n.demo.scenarios import Scenario
from sp4n.demo.specials import Special, told
from sp4n.figures.operations import fold
from sp4n.tenants.edge import agency_edge
from sp4n.tenants.resolver import AgencyFacts, agency_by_slug
from sp4n.tenants.scope import Scope, opened

ANSWERED_AFTER: Final = timedelta(hours=20)
LINKED_BEFORE: Final = timedelta(days=2)


def furnish_between(scenario: Scenario) -> None:
    every = [(slug, one) for slug in scenario.agencies for one in told(slug)]
    for slug, one in every:
        if one.to:
            _hand_over(scenario, agency_named(slug), agency_named(one.to), one)
        if one.link_to:
            _link(scenario, agency_named(slug), one)


def _hand_over(scenario: Scenario, sender: AgencyFacts, to: AgencyFacts, one: Special) -> None:
    """It is met at the receiver's door, and answered where it says so."""
    with _at_work(scenario, to) as session:
        handover = _offered(session, sender, to, one)
        if handover is None:
            return
        with clock.frozen(handover.offered_at + timedelta(minutes=2)):
            settle(session)
        answered_at = handover.offered_at + ANSWERED_AFTER
        with clock.frozen(answered_at):
            if one.outcome == "accepted":
                accept_case(session, handover=handover, agency=to, actor=_admin(session))
            elif one.outcome == "refused":
                refuse_case(session, handover=handover, actor=_admin(session), reason=one.refusal)
    if one.outcome:
        with _at_work(scenario, sender) as session, clock.frozen(answered_at):
            settle(session)


def _offered(
    session: Session, sender: AgencyFacts, to: AgencyFacts, one: Special
) -> Handover | None:
    """None where it was answered already."""
    answered = sa.exists().where(
        HandoverAnswer.agency_id == to.id, HandoverAnswer.handover_id == Handover.id
    )
    wanted = sa.select(Handover).where(
        Handover.agency_id == sender.id,
        Handover.to_agency_id == to.id,
        Handover.payload["title"].as_string() == one.title,
        Handover.state == "offered",
    )
    return session.scalar(wanted.where(~answered))


def _link(scenario: Scenario, agency: AgencyFacts, one: Special) -> None:
    slug, _, key = one.link_to.partition("/")
    other = agency_named(slug)
    title = next(special.title for special in told(slug) if special.key == key)
    moment = scenario.as_of - LINKED_BEFORE
    with _at_work(scenario, agency) as session, clock.frozen(moment):
        mine = CaseRecord.agency_id == agency.id
        case = session.scalars(
            sa.select(CaseRecord).where(mine, CaseRecord.title == one.title)
        ).one()
        theirs = sa.select(PublicCase).where(
            PublicCase.agency_id == other.id, PublicCase.title == title
        )
        if not links_of(session, case.reference):
            link_case(session, case=case, to=session.scalars(theirs).one(), actor=_admin(session))
    for place in (other, agency):
        with _at_work(scenario, place) as session, clock.frozen(moment):
            settle_links(session)


@contextmanager
def _at_work(scenario: Scenario, agency: AgencyFacts) -> Iterator[Session]:
    with agency_edge(agency.id):
        session = db.session()
        yield session
        session.flush()
        settle_outbox(session, scenario)
        fold(session)


def _admin(session: Session) -> Actor:
    wanted = sa.select(Account).where(Account.role == "admin").order_by(Account.id).limit(1)
    return actor_of(session, session.scalars(wanted).one())


def agency_named(slug: str) -> AgencyFacts:
    with opened(Scope("tenant")):
        found = agency_by_slug(slug)
    if found is None:
        raise LookupError(f"the register holds no {slug}")
    return found
