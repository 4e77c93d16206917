"""Letters about cases between agencies: to the reporter by who has their contact, and to the staff
of both, who have something to do now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account
from sp4n.accounts.permissions import ROLES, Permission
from sp4n.audit.actors import SYSTEM
from sp4n.cases.handover_models import Handover
from sp4n.cases.letters import STAFF_LANGUAGE
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.settling import STAFF_OFFERED
from sp4n.cases.vault import MAIL, identity_of
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices import handover_words  # noqa: F401 - what these letters say
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Fact, Letter
from sp4n.tenants.resolver import agency_by_id

TO_REPORTERS = ("notice.case_offered", "notice.case_forwarded", "notice.case_kept")
STAFF_KEPT = "notice.staff_kept"


def register_handover_letters() -> None:
    for kind in TO_REPORTERS:
        register_letters(kind, to_reporter)
    register_letters(STAFF_OFFERED, to_receiver, who_answers)
    register_letters(STAFF_KEPT, to_sender, who_answers)


def to_reporter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where they left no mail address."""
    event, case = _occasion(session, job)
    sealer = current_app.extensions["sp4n.sealer"]
    who = identity_of(session, sealer=sealer, case=case, actor=SYSTEM, purpose=MAIL)
    if who is None or not who.email:
        return None
    path = "/lacak?" + urlencode({"reference": case.reference})
    return Letter(job.kind, who.email, case.language, path, _facts(event, case))


def to_receiver(session: Session, job: OutboxFacts) -> Letter | None:
    """None where it was answered or taken back since."""
    wanted = sa.select(Handover).where(Handover.id == job.object_id)
    handover = session.scalars(wanted).one_or_none()
    email = _email(session, job)
    if handover is None or email is None or handover.state not in ("offered", "accepted"):
        return None
    sender = agency_by_id(handover.agency_id)
    decided = bool(handover.decided_by)
    facts: dict[str, Fact] = {
        "reference": handover.reference,
        "other": sender.short_name if sender else "",
        "decided": decided,
        "answer_by": _day(handover.answer_by, handover.to_agency_id),
    }
    path = f"/desk/laporan/{handover.reference}" if decided else f"/desk/kiriman/{handover.id}"
    return Letter(job.kind, email, STAFF_LANGUAGE, path, facts)


def to_sender(session: Session, job: OutboxFacts) -> Letter | None:
    event, case = _occasion(session, job)
    email = _email(session, job)
    if email is None:
        return None
    path = f"/desk/laporan/{case.reference}"
    return Letter(job.kind, email, STAFF_LANGUAGE, path, _facts(event, case))


def who_answers(session: Session, _job: OutboxFacts) -> Sequence[int]:
    roles = [role for role, may in ROLES.items() if Permission.CASE_FORWARD in may]
    wanted = sa.select(Account.id).where(Account.active, Account.role.in_(roles))
    return session.scalars(wanted.order_by(Account.id)).all()


def _email(session: Session, job: OutboxFacts) -> str | None:
    mine = sa.select(Account.email).where(Account.id == job.recipient_id, Account.active)
    return session.scalar(mine)


def _occasion(session: Session, job: OutboxFacts) -> tuple[CaseEvent, CaseRecord]:
    same = sa.and_(CaseRecord.agency_id == CaseEvent.agency_id, CaseRecord.id == CaseEvent.case_id)
    about = sa.select(CaseEvent, CaseRecord).join(CaseRecord, same)
    row = session.execute(about.where(CaseEvent.id == job.object_id)).one()
    return row[0], row[1]


def _facts(event: CaseEvent, case: CaseRecord) -> dict[str, Fact]:
    until = event.data.get("answer_by")
    return {
        "reference": case.reference,
        "other": str(event.data.get("other", "")),
        "why": str(event.data.get("why", "")),
        "answer_by": _day(datetime.fromisoformat(until) if until else None, case.agency_id),
        "anonymous": case.anonymous,
    }


def _day(at: datetime | None, agency_id: int) -> Fact:
    agency = agency_by_id(agency_id)
    return at.astimezone(agency.zone).date() if at and agency else None
