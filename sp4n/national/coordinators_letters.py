"""Letters to coordinators about cases that have climbed to them, or wait for their decision: one a
working day at most, and only where something is new since the last one. Numbers, and where they
are read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Coordinator
from sp4n.calendars.working_days import is_working_day
from sp4n.cases.handover_models import Handover
from sp4n.cases.handover_queries import undecided
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.escalating import LETTERS_FROM
from sp4n.jobs import registry
from sp4n.jobs.outbox import owe_national
from sp4n.jobs.registry import OutboxFacts
from sp4n.national.disputes import DISPUTED, MOST, disputed_cases
from sp4n.national.escalations import AT_COORDINATORS, agencies_with_escalated
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter
from sp4n.notices.words import WORDS, Facts, Spelled

COORDINATORS_ESCALATED: Final = "notice.coordinators_escalated"  # the object is the coordinator
LANGUAGE: Final = "id"
AN_HOUR: Final = timedelta(hours=1)
COUNTED: Final = ("cases", "agencies", "disputes", "moves")


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
        since = person.escalations_told_at
        if climbed_since(session, since) or waits_since(session, since):
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


def waits_since(session: Session, at: datetime | None) -> bool:
    """Whether anything came after that which only a coordinator decides. An hour more is looked
    at: of a traceless reporter's case no finer time is kept."""
    since = at - AN_HOUR if at else None
    disputed = sa.select(CaseRecord.id).where(DISPUTED, CaseRecord.trial.is_(False))
    sent = sa.select(Handover.id).where(Handover.state == "arbitration")
    if since is not None:
        disputed = disputed.where(CaseRecord.updated_at > since)
        sent = sent.where(Handover.offered_at > since)
    return bool(session.scalar(sa.select(sa.or_(disputed.exists(), sent.exists()))))


def letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where the account was closed since, or all of it was answered."""
    mine = sa.select(Coordinator).where(Coordinator.id == job.object_id, Coordinator.active)
    person, agencies = session.scalar(mine), agencies_with_escalated(session)
    facts = {
        "cases": sum(one.cases for one in agencies),
        "agencies": len(agencies),
        "disputes": len(disputed_cases(session, most=MOST)),
        "moves": len(undecided(session)),
    }
    if person is None or not any(facts.values()):
        return None
    return Letter(job.kind, person.email, LANGUAGE, "/nasional/eskalasi", facts)


def coordinators_escalated(facts: Facts) -> Spelled:
    """What is none of is left out; with no number at all it is one, so that it can be looked at."""
    numbers = {name: int(str(n)) for name, n in facts.letter.facts.items() if name in COUNTED}
    cases, agencies = numbers.get("cases", 0 if numbers else 1), numbers.get("agencies", 1)
    disputes, moves = numbers.get("disputes", 0), numbers.get("moves", 0)
    climbed = [
        _("Laporan yang tetap terlambat sesudah pimpinan instansinya diberi tahu."),
        ngettext("Sekarang ada satu laporan", "Sekarang ada %(num)s laporan", cases)
        + " "
        + ngettext("di satu instansi.", "di %(num)s instansi.", agencies),
    ]
    decided = [
        ngettext(
            "Satu sanggahan kedua menunggu putusan koordinator.",
            "%(num)s sanggahan kedua menunggu putusan koordinator.",
            disputes,
        )
        if disputes
        else "",
        ngettext(
            "Satu laporan yang sering berpindah menunggu putusan: siapa yang menanganinya.",
            "%(num)s laporan yang sering berpindah menunggu putusan: siapa yang menanganinya.",
            moves,
        )
        if moves
        else "",
    ]
    rest = _("Email ini merangkum satu hari kerja; Anda tidak menerima satu email tiap laporan.")
    return (
        _("Ada laporan yang naik kepada koordinator nasional")
        if cases
        else _("Ada yang menunggu putusan koordinator nasional"),
        [*(climbed if cases else []), *filter(None, decided), rest],
        _("Lihat laporan itu"),
    )
