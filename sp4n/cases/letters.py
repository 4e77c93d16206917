"""Letters about cases: to the reporter, whose address only this job takes out of the vault, and to
the staff who have to act. They say that something happened, never what was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from sp4n.accounts.deputies import deputies_of
from sp4n.accounts.models import Account
from sp4n.accounts.permissions import ROLES, Permission
from sp4n.accounts.queries import actor_of
from sp4n.audit.actors import SYSTEM
from sp4n.cases.entrusted import people_for
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.vault import MAIL, identity_of
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices.case_words import CASE_WORDS
from sp4n.notices.ending_letters import ENDING_WORDS
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Fact, Letter
from sp4n.notices.words import WORDS
from sp4n.tenants.resolver import agency_by_id

REPORTER_KINDS = (
    "notice.case_filed",
    "notice.case_verified",
    "notice.case_answered",
    "notice.case_closed",
    "notice.case_archived",
    "notice.case_asked",
    "notice.case_lapsed",
    "notice.case_reopened",
    "notice.case_contested",
    "notice.case_appealed",
    "notice.case_upheld",
    "notice.case_overturned",
    "notice.case_withdrawn",
    "notice.case_extended",
    "notice.case_reclassified",
    "notice.case_ombudsman",
    "notice.case_ombudsman_offered",
    "notice.case_split",
)
STAFF_NEW_CASE = "notice.staff_new_case"
STAFF_DRAFT = "notice.staff_draft"
STAFF_KINDS = (
    STAFF_NEW_CASE,
    "notice.staff_assigned",
    "notice.staff_reply",
    "notice.staff_reopened",
    "notice.staff_entrusted",
    STAFF_DRAFT,
    "notice.staff_draft_returned",
    "notice.staff_contested",
    "notice.staff_appealed",
    "notice.staff_upheld",
    "notice.staff_overturned",
    "notice.staff_withdrawn",
    "notice.staff_ombudsman",
)
STAFF_LANGUAGE = "id"


def register_case_letters() -> None:
    WORDS.update({**CASE_WORDS, **ENDING_WORDS})
    for kind in REPORTER_KINDS:
        register_letters(kind, reporter_letter)
    for kind in STAFF_KINDS:
        register_letters(kind, staff_letter, staff_recipients)


@dataclass(frozen=True)
class _Occasion:
    event: CaseEvent
    case: CaseRecord


def reporter_letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where the reporter left no mail address."""
    occasion = _occasion(session, job)
    sealer = current_app.extensions["sp4n.sealer"]
    case = occasion.case
    who = identity_of(session, sealer=sealer, case=case, actor=SYSTEM, purpose=MAIL)
    if who is None or not who.email:
        return None
    path = "/lacak?" + urlencode({"reference": case.reference})
    return Letter(job.kind, who.email, case.language, path, _facts(occasion))


def staff_letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where the account was closed since."""
    occasion = _occasion(session, job)
    email = session.scalar(
        sa.select(Account.email).where(Account.id == job.recipient_id, Account.active)
    )
    if email is None:
        return None
    path = f"/desk/laporan/{occasion.case.reference}"
    return Letter(job.kind, email, STAFF_LANGUAGE, path, _facts(occasion))


def staff_recipients(session: Session, job: OutboxFacts) -> Sequence[int]:
    """Whose case it is by name, else the liaisons of its unit, and who stands in for them; who
    verifies, for a new case and where a unit has none; who approves, for a draft."""
    if job.kind == STAFF_DRAFT:
        return _all_with(session, Permission.CASE_APPROVE)
    case = _occasion(session, job).case
    liaisons = _by_name(session, case) if job.kind != STAFF_NEW_CASE else []
    if not liaisons and job.kind != STAFF_NEW_CASE and case.unit_id is not None:
        liaisons = [
            account.id
            for account in _active(session, "liaison")
            if case.unit_id in actor_of(session, account).unit_ids
        ]
    deputies = deputies_of(session, account_ids=liaisons)
    liaisons += [one for one in deputies if one not in liaisons]
    return liaisons or _all_with(session, Permission.CASE_VERIFY)


def _by_name(session: Session, case: CaseRecord) -> list[int]:
    """Nobody where they may not have it any more: their account closed, their unit another."""
    if case.assignee_id is None:
        return []
    circle = people_for(session, unit_id=case.unit_id)
    return [one.id for one in circle if one.id == case.assignee_id]


def _active(session: Session, *roles: str) -> Sequence[Account]:
    wanted = sa.select(Account).where(Account.active, Account.role.in_(roles)).order_by(Account.id)
    return session.scalars(wanted).all()


def _all_with(session: Session, permission: Permission) -> list[int]:
    roles = [role for role, may in ROLES.items() if permission in may]
    return [account.id for account in _active(session, *roles)]


def _occasion(session: Session, job: OutboxFacts) -> _Occasion:
    same = sa.and_(CaseRecord.agency_id == CaseEvent.agency_id, CaseRecord.id == CaseEvent.case_id)
    about = sa.select(CaseEvent, CaseRecord).join(CaseRecord, same)
    event, case = session.execute(about.where(CaseEvent.id == job.object_id)).one()
    return _Occasion(event, case)


def _is_their_turn(occasion: _Occasion) -> bool:
    """By this event: the final answer, or a question."""
    event = occasion.event
    return bool(event.data.get("final")) or event.kind == "asked"


def _facts(occasion: _Occasion) -> dict[str, Fact]:
    case = occasion.case
    agency = agency_by_id(case.agency_id)
    if agency is None:
        raise LookupError("a case of no agency")
    days: dict[str, datetime | None] = {
        "verify_due": case.verify_due_at,
        "answer_due": case.answer_due_at,
        "reply_due": case.reply_due_at if _is_their_turn(occasion) else None,
        "due": case.due_at,
        "complete_due": case.complete_due_at,
        "contest_until": case.contest_until,
    }
    local = {name: at.astimezone(agency.zone).date() for name, at in days.items() if at}
    return {"reference": case.reference, **local}
