"""An agency sends a case on: "bukan wewenang". The other one is asked, and until it has answered
the case stays here, its limits running.

Each step is one transaction in one agency's scope. It owes a knock at the other's door, and what
the other then does it finds by itself (`settling`): a knock that comes late, twice or never at all
changes nothing but when.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.calendars.local_holidays import calendar_of
from sp4n.cases import on_its_way
from sp4n.cases.answers import check_body
from sp4n.cases.handover_models import Custody, Handover
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.cases.operations.holding import clock_goes_on
from sp4n.cases.publication import follow
from sp4n.cases.states import Act, State, allows, can, why_not
from sp4n.cases.words import on_its_way as on_its_way_words
from sp4n.errors import Invalid, NotPossible
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.settings.national import HANDOVER_DAYS, HANDOVER_HOPS, amount_of
from sp4n.tenants.models import Agency, AgencyStatus, AgencySuccession
from sp4n.tenants.resolver import AgencyFacts, agency_by_id

KNOCK: Final = "handover.knock"  # the object is the agency whose door it is
LATE: Final = "handover.late"  # the object is the handover whose time is over
REPORTER_OFFERED: Final = "notice.case_offered"
REPORTER_KEPT: Final = "notice.case_kept"


def send_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    to: AgencyFacts,
    reason: str,
    version: int | None = None,
) -> Handover:
    """`reason`: read by the reporter and by the other agency."""
    text = check_body(reason, field="reason")
    check_receiver(session, case, to)
    deed = begin(session, case=case, actor=actor, version=version)
    _check_case(case)
    if case.state == State.ON_HOLD:
        # What is missing is for the other one to ask; nothing lapses on the way.
        deed.move(Act.RESUME)
        case.reply_due_at = None
        clock_goes_on(deed)
    hop = _next_hop(session, case)
    decides = hop > amount_of(session, HANDOVER_HOPS)
    until = None if decides else _answer_by(session, case, deed.at)
    handover = Handover(
        to_agency_id=to.id,
        case_id=case.id,
        reference=case.reference,
        state="arbitration" if decides else "offered",
        hop=hop,
        reason=text,
        payload={},
        access_code_hash=case.access_code_hash,
        offered_at=deed.at,
        answer_by=until,
    )
    session.add(handover)
    session.flush()
    case.handover_id, case.updated_at = handover.id, deed.at
    data = {"other": to.short_name, "answer_by": until.isoformat() if until else None}
    event = deed.tell("offered", body=text, data=data)
    follow(session, case=case)
    deed.owe_reporter(REPORTER_OFFERED, event)
    if not decides:
        ask(session, handover)
    deed.record("case.offered", {"to_agency": to.short_name, "hop": hop})
    return handover


def ask(session: Session, handover: Handover) -> None:
    on_its_way.point_to(session, handover.reference, handover.to_agency_id)
    owe(session, kind=KNOCK, object_id=handover.to_agency_id, queue=UPKEEP)
    if handover.answer_by is not None:
        after = handover.answer_by + timedelta(seconds=1)
        owe(session, kind=LATE, object_id=handover.id, queue=UPKEEP, due_at=after)


def recall_case(
    session: Session, *, case: CaseRecord, actor: Actor, version: int | None = None
) -> CaseEvent:
    """Before anybody has accepted it."""
    deed = begin(session, case=case, actor=actor, version=version)
    if case.handover_id is None:
        raise NotPossible(_("Laporan ini tidak sedang dikirim ke instansi lain."))
    handover = on_its_way.stop(session, case, "cancelled")
    if handover.decided_by:
        raise NotPossible(_("Koordinator nasional sudah memutuskan siapa yang menanganinya."))
    case.updated_at = deed.at
    other = agency_by_id(handover.to_agency_id)
    event = deed.tell("recalled", data={"other": other.short_name if other else ""})
    deed.owe_reporter(REPORTER_KEPT, event)
    deed.record("case.recalled", {"hop": handover.hop})
    return event


def keep(deed: Deed, handover: Handover, why: str, words: str) -> CaseEvent:
    """It was not taken; `why`: refused, expired, decided, or who was asked is gone. The agency owes
    the case as before."""
    on_its_way.stop(deed.session, deed.case, "expired" if why == "expired" else "refused")
    deed.case.updated_at = deed.at
    other = agency_by_id(handover.to_agency_id)
    data = {"other": other.short_name if other else "", "why": why}
    event = deed.tell("kept", body=words, data=data)
    deed.owe_reporter(REPORTER_KEPT, event)
    owe(deed.session, kind="notice.staff_kept", object_id=event.id, due_at=deed.told_at)
    deed.record("case.kept", {"why": why, "hop": handover.hop})
    return event


def check_receiver(session: Session, case: CaseRecord, to: AgencyFacts) -> None:
    if fault := receiver_fault(session, case, to):
        raise Invalid(fields={"to": fault})


def receiver_fault(session: Session, case: CaseRecord, to: AgencyFacts) -> str:
    """Why this agency cannot be asked, and whom to ask instead; "" for one that can."""
    if to.id == case.agency_id:
        return _("Laporan ini sudah ada di instansi itu. Pilih instansi lain.")
    if to.status == AgencyStatus.ARCHIVED:
        return _archived(session, to)
    if not to.active:
        return _("%(who)s sedang tidak menerima laporan. Pilih instansi lain.", who=to.short_name)
    return ""


def _archived(session: Session, to: AgencyFacts) -> str:
    heirs = sa.select(Agency.short_name).join(
        AgencySuccession, AgencySuccession.successor_id == Agency.id
    )
    names = session.scalars(heirs.where(AgencySuccession.predecessor_id == to.id)).all()
    if names:
        heir = _(" atau ").join(names)
        return _("%(who)s sudah tidak ada. Kirim ke %(heir)s.", who=to.short_name, heir=heir)
    return _("%(who)s sudah tidak ada. Pilih instansi lain.", who=to.short_name)


def _check_case(case: CaseRecord) -> None:
    if case.trial:
        raise NotPossible(_("Laporan uji coba tidak dapat dikirim ke instansi lain."))
    if case.handover_id is not None:
        raise NotPossible(on_its_way_words())
    if not can(case.state, Act.FORWARD) or not allows(case, Act.FORWARD):
        raise NotPossible(why_not(Act.FORWARD, case.state))


def _next_hop(session: Session, case: CaseRecord) -> int:
    """The chain begins with who sends a case for the first time."""
    last = sa.select(sa.func.max(Custody.hop)).where(Custody.reference == case.reference)
    found = session.scalar(last)
    if found is None:
        since = clock.rounded_to_hour(case.filed_at)
        session.add(Custody(reference=case.reference, hop=0, since=since))
        found = 0
    return found + 1


def _answer_by(session: Session, case: CaseRecord, at: datetime) -> datetime:
    agency = agency_by_id(case.agency_id)
    if agency is None:
        raise LookupError("a case of no agency")
    return calendar_of(agency).end_of(at, amount_of(session, HANDOVER_DAYS))
