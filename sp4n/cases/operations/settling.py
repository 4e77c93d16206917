"""What an agency does by itself about cases on their way: a job at a knock, and every half hour.

Nothing here is asked of anybody, and all of it may be done late, or twice: it looks at what the
two agencies have written, and does what follows from it and is not done yet.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM
from sp4n.audit.models import AuditEntry
from sp4n.audit.operations import record
from sp4n.cases import on_its_way
from sp4n.cases.handover_models import Custody, Handover, HandoverAnswer, HandoverContact
from sp4n.cases.models import CaseRecord, Identity
from sp4n.cases.operations.deeds import begin
from sp4n.cases.operations.grouping import before_leaving, leave_group
from sp4n.cases.operations.handover import keep
from sp4n.cases.operations.linking import tell_linked
from sp4n.cases.operations.receiving import accept_case
from sp4n.cases.own_address import NOBODYS
from sp4n.cases.publication import withdraw
from sp4n.cases.states import Act
from sp4n.files.queries import attachments_of_case
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.tenants.models import AgencyStatus
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.scope import current_agency_id

FILE_GOES = "handover.pass_file"  # the object is the attachment
STAFF_OFFERED = "notice.staff_offered"  # the object is the handover
ARRIVED = "handover.arrived"


def settle(session: Session) -> None:
    """All that the scope's agency owes for cases between it and others."""
    key = f"handovers/{current_agency_id()}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
    _hear_answers(session)
    _give_contacts(session)
    _clear_contacts(session)
    _meet_offers(session)
    _take_contacts(session)
    session.flush()


# -- as the sender ----------------------------------------------------------------------------


def _hear_answers(session: Session) -> None:
    mine = Handover.agency_id == current_agency_id()
    said = sa.and_(
        HandoverAnswer.agency_id == Handover.to_agency_id,
        HandoverAnswer.handover_id == Handover.id,
        HandoverAnswer.to_agency_id == Handover.agency_id,
    )
    wanted = sa.select(Handover, HandoverAnswer).outerjoin(HandoverAnswer, said)
    open_ones = wanted.where(mine, Handover.state == "offered").order_by(Handover.id)
    found = session.execute(open_ones).all()
    rows: list[tuple[Handover, HandoverAnswer | None]] = [(row[0], row[1]) for row in found]
    for handover, answer in rows:
        if answer is not None and answer.accepted:
            _forward(session, handover, answer)
        elif answer is not None:
            _keep(session, handover, "refused", answer.reason)
        elif _is_gone(handover):
            _keep(session, handover, "gone", "")
        elif handover.answer_by is not None and handover.answer_by < clock.now():
            _keep(session, handover, "expired", "")


def _is_gone(handover: Handover) -> bool:
    """Who was asked is no more; or takes no reports now, and a coordinator has given it this one:
    that waits for no answer, so it would wait for ever."""
    to = agency_by_id(handover.to_agency_id)
    if to is None or to.status == AgencyStatus.ARCHIVED:
        return True
    return bool(handover.decided_by) and not to.active


def _case(session: Session, handover: Handover) -> CaseRecord:
    return session.scalars(sa.select(CaseRecord).where(CaseRecord.id == handover.case_id)).one()


def _keep(session: Session, handover: Handover, why: str, words: str) -> None:
    deed = begin(session, case=_case(session, handover), actor=SYSTEM, version=None)
    # Accepted while the time ran out: the answer is seen at the next knock, which is on its way.
    if deed.case.handover_id == handover.id and on_its_way.hold(session, handover.reference):
        keep(deed, handover, why, words)


def _forward(session: Session, handover: Handover, answer: HandoverAnswer) -> None:
    """The other agency has it: here it is over, and what belongs to it goes along."""
    case = _case(session, handover)
    before_leaving(session, case)
    deed = begin(session, case=case, actor=SYSTEM, version=None)
    handover.state = "accepted"
    if deed.case.handover_id != handover.id:
        return
    other = agency_by_id(handover.to_agency_id)
    name = other.short_name if other else ""
    deed.case.handover_id = None
    deed.move(Act.FORWARD)
    deed.case.closed_at = deed.at
    withdraw(session, case=deed.case)
    event = deed.tell("forwarded", data={"other": name})
    deed.owe_reporter("notice.case_forwarded", event)
    chain = sa.update(Custody).where(
        Custody.agency_id == handover.agency_id,
        Custody.reference == handover.reference,
        Custody.until.is_(None),
    )
    session.execute(chain.values(until=clock.rounded_to_hour(answer.at)))
    for one in attachments_of_case(session, deed.case.id):
        owe(session, kind=FILE_GOES, object_id=one.id, queue=UPKEEP)
    tell_linked(session, deed.case)
    deed.record("case.forwarded", {"to_agency": name, "hop": handover.hop})
    leave_group(session, deed.case, SYSTEM)


def _give_contacts(session: Session) -> None:
    """As they lie in the vault: sealed, and looked at by nobody."""
    me = current_agency_id()
    said = sa.and_(
        HandoverAnswer.agency_id == Handover.to_agency_id,
        HandoverAnswer.handover_id == Handover.id,
    )
    given = sa.exists().where(
        HandoverContact.agency_id == me, HandoverContact.handover_id == Handover.id
    )
    wanted = (
        sa.select(Handover, Identity)
        .join(HandoverAnswer, said)
        .join(Identity, Identity.case_id == Handover.case_id)
        .where(
            Handover.agency_id == me,
            Identity.agency_id == me,
            HandoverAnswer.to_agency_id == me,
            HandoverAnswer.accepted,
            HandoverAnswer.contact_taken.is_(False),
            sa.or_(Handover.contact_allowed, HandoverAnswer.contact_allowed),
            ~given,
        )
    )
    for handover, identity in session.execute(wanted).all():
        session.add(
            HandoverContact(
                to_agency_id=handover.to_agency_id,
                handover_id=handover.id,
                sealed=identity.sealed,
                reachable=identity.reachable,
                own_address=bool(identity.address_hash),
            )
        )
        owe(session, kind="handover.knock", object_id=handover.to_agency_id, queue=UPKEEP)


def _clear_contacts(session: Session) -> None:
    me = current_agency_id()
    taken = sa.select(HandoverAnswer.handover_id).where(
        HandoverAnswer.to_agency_id == me, HandoverAnswer.contact_taken
    )
    mine = sa.delete(HandoverContact).where(HandoverContact.agency_id == me)
    session.execute(mine.where(HandoverContact.handover_id.in_(taken)))


# -- as the receiver --------------------------------------------------------------------------


def _meet_offers(session: Session) -> None:
    me = current_agency_id()
    answered = sa.exists().where(
        HandoverAnswer.agency_id == me, HandoverAnswer.handover_id == Handover.id
    )
    offered = sa.select(Handover).where(
        Handover.to_agency_id == me, Handover.state == "offered", ~answered
    )
    for handover in session.scalars(offered.order_by(Handover.id)).all():
        if handover.decided_by:
            _accept_decided(session, handover)
        elif not _has_arrived(session, handover):
            record(
                session,
                actor=SYSTEM,
                act=ARRIVED,
                object_kind="handover",
                object_id=handover.id,
                data={"hop": handover.hop},
            )
            owe(session, kind=STAFF_OFFERED, object_id=handover.id)


def _accept_decided(session: Session, handover: Handover) -> None:
    agency = agency_by_id(handover.to_agency_id)
    if agency is not None and agency.active:
        case = accept_case(session, handover=handover, agency=agency, actor=SYSTEM)
        record(
            session,
            actor=SYSTEM,
            act=ARRIVED,
            object_kind="case",
            object_id=case.id,
            data={"hop": handover.hop},
        )
        owe(session, kind=STAFF_OFFERED, object_id=handover.id)


def _has_arrived(session: Session, handover: Handover) -> bool:
    noted = sa.exists().where(
        AuditEntry.object_kind == "handover",
        AuditEntry.object_id == handover.id,
        AuditEntry.act == ARRIVED,
    )
    return bool(session.scalar(sa.select(noted)))


def _take_contacts(session: Session) -> None:
    """Into the vault here, as they are."""
    me = current_agency_id()
    mine = sa.and_(
        HandoverAnswer.agency_id == me, HandoverAnswer.handover_id == HandoverContact.handover_id
    )
    wanted = (
        sa.select(HandoverContact, HandoverAnswer, CaseRecord.id)
        .join(HandoverAnswer, mine)
        .join(Handover, Handover.id == HandoverContact.handover_id)
        .join(CaseRecord, CaseRecord.reference == Handover.reference)
        .where(HandoverContact.to_agency_id == me, HandoverAnswer.contact_taken.is_(False))
    )
    for contact, answer, case_id in session.execute(wanted).all():
        there = sa.select(sa.exists().where(Identity.case_id == case_id))
        if not session.scalar(there):
            mark = None if contact.own_address else NOBODYS
            kept = {"sealed": contact.sealed, "reachable": contact.reachable}
            session.add(Identity(case_id=case_id, address_hash=mark, **kept))
        answer.contact_taken = True
        owe(session, kind="handover.knock", object_id=contact.agency_id, queue=UPKEEP)
