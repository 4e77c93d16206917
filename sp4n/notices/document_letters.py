"""Letters about documents that run out, to the agency's admins: joined to `words`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.documents.instruments import home_of
from sp4n.documents.kinds import OTHER, kind_label
from sp4n.documents.models import Document
from sp4n.documents.reminders import EXPIRING, remind_of_ends
from sp4n.jobs.registry import OutboxFacts, register_upkeep
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Fact, Letter
from sp4n.notices.words import WORDS, Facts, Spelled
from sp4n.tenants.resolver import agency_by_id

LANGUAGE: Final = "id"


def register_document_letters() -> None:
    register_letters(EXPIRING, letter, admins)
    register_upkeep("ends of documents", remind_of_ends)


def admins(session: Session, _job: OutboxFacts) -> Sequence[int]:
    wanted = sa.select(Account.id).where(Account.active, Account.role == "admin")
    return session.scalars(wanted.order_by(Account.id)).all()


def letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where the account was closed since, or the document was replaced or withdrawn."""
    account = session.scalar(
        sa.select(Account).where(Account.id == job.recipient_id, Account.active)
    )
    one = session.scalar(sa.select(Document).where(Document.id == job.object_id))
    agency = agency_by_id(job.agency_id or 0)
    if account is None or one is None or agency is None:
        return None
    if one.valid_to is None or one.ended_on is not None:
        return None
    days = max((one.valid_to - clock.today(agency.zone)).days, 0)
    facts: dict[str, Fact] = {
        "kind": one.kind,
        "number": one.number,
        "days": days,
        "until": one.valid_to,
    }
    return Letter(EXPIRING, account.email, LANGUAGE, home_of(one), facts)


def document_expiring(facts: Facts) -> Spelled:
    said = facts.letter.facts
    days = int(str(said.get("days", 0)))
    name = kind_label(str(said.get("kind", OTHER)))
    return (
        ngettext(
            "%(name)s habis %(num)s hari lagi", "%(name)s habis %(num)s hari lagi", days, name=name
        ),
        [
            ngettext(
                "%(name)s Nomor %(number)s di %(sender)s hanya berlaku %(num)s hari lagi.",
                "%(name)s Nomor %(number)s di %(sender)s hanya berlaku %(num)s hari lagi.",
                days,
                name=name,
                number=str(said.get("number", "")),
                sender=facts.sender,
            ),
            _("Siapkan penggantinya, lalu catat di halaman Instrumen."),
        ],
        _("Buka dokumen"),
    )


WORDS[EXPIRING] = document_expiring
