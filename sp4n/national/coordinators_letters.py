"""Letters to coordinators about cases that have climbed to them: one a working day at most, and
only where something is new since the last one. Numbers, and where they are read."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Coordinator
from sp4n.calendars.working_days import is_working_day
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.escalating import LETTERS_FROM
from sp4n.jobs import registry
from sp4n.jobs.outbox import owe_national
from sp4n.jobs.registry import OutboxFacts
from sp4n.national.escalations import AT_COORDINATORS, agencies_with_escalated
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter
from sp4n.notices.words import WORDS, Facts, Spelled

COORDINATORS_ESCALATED: Final = "notice.coordinators_escalated"  # the object is the coordinator
LANGUAGE: Final = "id"


def register_coordinators_letters() -> None:
    WORDS[COORDINATORS_ESCALATED] = coordinators_escalated
    register_letters(COORDINATORS_ESCALATED, letter)
    registry.register_national_upkeep("letters to coordinators", tell_coordinators)


def tell_coordinators(session: Session) -> int:
    """In the national scope: to how many a letter is owed now. Each is noted in the transaction
    that owes it, so that who comes second finds nobody to write to."""
    now = clock.now()
    local = now.astimezone(clock.CAPITAL)
    if local.hour < LETTERS_FROM or not is_working_day(local.date()):
        return 0
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    told = Coordinator.escalations_told_at
    waiting = (
        sa.select(Coordinator)
        .where(Coordinator.active, sa.or_(told.is_(None), told < midnight))
        .order_by(Coordinator.id)
        .with_for_update(skip_locked=True)
    )
    owed = 0
    for person in session.scalars(waiting).all():
        if climbed_since(session, person.escalations_told_at):
            person.escalations_told_at = now
            owe_national(session, kind=COORDINATORS_ESCALATED, object_id=person.id)
            owed += 1
    session.flush()
    return owed


def climbed_since(session: Session, at: datetime | None) -> bool:
    """Whether any of those that stand with the coordinators came up after that."""
    there = sa.select(CaseRecord.id).where(
        AT_COORDINATORS, CaseRecord.due_at.is_not(None), CaseRecord.trial.is_(False)
    )
    if at is not None:
        came = sa.exists().where(
            CaseEvent.agency_id == CaseRecord.agency_id,
            CaseEvent.case_id == CaseRecord.id,
            CaseEvent.kind == "escalated",
            CaseEvent.at > at,
        )
        there = there.where(came)
    return bool(session.scalar(sa.select(there.exists())))


def letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where the account was closed since, or all of it was answered."""
    mine = sa.select(Coordinator).where(Coordinator.id == job.object_id, Coordinator.active)
    person, agencies = session.scalar(mine), agencies_with_escalated(session)
    if person is None or not agencies:
        return None
    facts = {"cases": sum(one.cases for one in agencies), "agencies": len(agencies)}
    return Letter(job.kind, person.email, LANGUAGE, "/nasional/eskalasi", facts)


def coordinators_escalated(facts: Facts) -> Spelled:
    cases = int(str(facts.letter.facts.get("cases", 1)))
    agencies = int(str(facts.letter.facts.get("agencies", 1)))
    return (
        _("Ada laporan yang naik kepada koordinator nasional"),
        [
            _("Laporan yang tetap terlambat sesudah pimpinan instansinya diberi tahu."),
            ngettext("Sekarang ada satu laporan", "Sekarang ada %(num)s laporan", cases)
            + " "
            + ngettext("di satu instansi.", "di %(num)s instansi.", agencies),
            _("Email ini merangkum satu hari kerja; Anda tidak menerima satu email tiap laporan."),
        ],
        _("Lihat laporan itu"),
    )
