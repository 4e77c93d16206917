"""Once a month an agency's admins are told which units nobody answers for: joined to `words`."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.decrees.models import LiaisonReminder
from sp4n.decrees.roles import units_without_liaison
from sp4n.documents.kinds import DECREE
from sp4n.documents.models import Document
from sp4n.documents.reminders import LETTERS_FROM
from sp4n.documents.standing import holding
from sp4n.jobs.outbox import owe
from sp4n.jobs.registry import OutboxFacts, register_upkeep
from sp4n.notices.document_letters import LANGUAGE, admins
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Fact, Letter
from sp4n.notices.words import WORDS, Facts, Spelled
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.scope import current_agency_id

WITHOUT_LIAISON: Final = "notice.units_without_liaison"
PEOPLE: Final = "/kelola/orang/"
NAMED: Final = 20  # units in a letter; the page has them all


def register_liaison_letters() -> None:
    register_letters(WITHOUT_LIAISON, letter, admins)
    register_upkeep("units without a liaison", tell_of_bare_units)


def tell_of_bare_units(session: Session) -> None:
    """Upkeep, in the scope of one agency: in each month once, on the first morning on which there
    is such a unit. Not while an agency is being set up."""
    agency = agency_by_id(current_agency_id())
    if agency is None or agency.preparing or agency.over:
        return
    if clock.now().astimezone(agency.zone).hour < LETTERS_FROM:
        return
    today = clock.today(agency.zone)
    month = today.year * 100 + today.month
    told = sa.select(LiaisonReminder.month).where(LiaisonReminder.month == month)
    if session.scalar(told) is not None or not units_without_liaison(session):
        return
    row = insert(LiaisonReminder).values(agency_id=agency.id, month=month)
    if session.execute(row.on_conflict_do_nothing().returning(LiaisonReminder.month)).first():
        owe(session, kind=WITHOUT_LIAISON, object_id=month)
    session.flush()


def letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where the account was closed since, or each unit has somebody by now."""
    mine = sa.select(Account).where(Account.id == job.recipient_id, Account.active)
    told = sa.select(LiaisonReminder.month).where(LiaisonReminder.month == job.object_id)
    account, bare = session.scalar(mine), units_without_liaison(session)
    if account is None or not bare or session.scalar(told) is None:
        return None
    named = "; ".join(one.name for one in bare[:NAMED])
    facts: dict[str, Fact] = {"number": len(bare), "units": named}
    return Letter(WITHOUT_LIAISON, account.email, LANGUAGE, _path(session), facts)


def _path(session: Session) -> str:
    """Where it is mended: the roles of the decree in force, else the agency's people."""
    agency = agency_by_id(current_agency_id())
    issued = sa.select(Document).where(
        Document.kind == DECREE, Document.state == "issued", Document.unit_id.is_(None)
    )
    held = holding(session.scalars(issued), clock.today(agency.zone)) if agency else []
    return f"/desk/sk/{held[0].id}/peran" if held else PEOPLE


def units_words(facts: Facts) -> Spelled:
    said = facts.letter.facts
    number, named = int(str(said.get("number", 0))), str(said.get("units", ""))
    more = number - NAMED
    units = named if more <= 0 else _("%(units)s; dan %(n)s unit lain", units=named, n=more)
    return (
        ngettext(
            "%(num)s unit tanpa pejabat penghubung",
            "%(num)s unit tanpa pejabat penghubung",
            number,
        ),
        [
            _(
                "Unit %(sender)s berikut belum mempunyai pejabat penghubung: %(units)s.",
                sender=facts.sender,
                units=units,
            ),
            _("Laporan untuk unit itu tidak ada yang menjawab sampai seseorang ditunjuk."),
            _("Surat ini dikirim sekali sebulan selama masih ada unit seperti itu."),
        ],
        _("Tunjuk pejabat penghubung"),
    )


WORDS[WITHOUT_LIAISON] = units_words
