"""Letters to the admins when somebody whom a decree in force names has left: joined to `words`."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.decrees.models import DecreeMember
from sp4n.decrees.queries import APPOINTING
from sp4n.decrees.roles import members_who_left, units_without_liaison
from sp4n.documents.models import Document
from sp4n.documents.standing import holding
from sp4n.jobs.outbox import owe
from sp4n.jobs.registry import OutboxFacts, register_upkeep
from sp4n.notices.document_letters import LANGUAGE, admins
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter
from sp4n.notices.words import WORDS, Facts, Spelled
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.scope import current_agency_id

MEMBER_LEFT: Final = "notice.decree_member_left"


def register_decree_letters() -> None:
    register_letters(MEMBER_LEFT, letter, admins)
    register_upkeep("members of decrees who left", tell_of_lost_posts)


def tell_of_lost_posts(session: Session) -> None:
    """Upkeep, in the scope of one agency: of each member once."""
    agency = agency_by_id(current_agency_id())
    closed = sa.select(Account.id).where(~Account.active)
    left = sa.select(DecreeMember).where(
        DecreeMember.told_at.is_(None), DecreeMember.account_id.in_(closed)
    )
    members = session.scalars(left.order_by(DecreeMember.id).with_for_update()).all()
    if agency is None or agency.over or not members:
        return
    ids = {one.document_id for one in members}
    wanted = sa.select(Document).where(Document.id.in_(ids), Document.kind.in_(APPOINTING))
    held = {one.id for one in holding(session.scalars(wanted), clock.today(agency.zone))}
    for one in members:
        if one.document_id in held:
            one.told_at = clock.now()
    for document_id in sorted(held):
        owe(session, kind=MEMBER_LEFT, object_id=document_id)
    session.flush()


def letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where the account was closed since, or nobody is missing any more."""
    mine = sa.select(Account).where(Account.id == job.recipient_id, Account.active)
    account, left = session.scalar(mine), members_who_left(session, job.object_id or 0)
    if account is None or not left:
        return None
    numbers = {"left": len(left), "units": len(units_without_liaison(session))}
    return Letter(MEMBER_LEFT, account.email, LANGUAGE, f"/desk/sk/{job.object_id}/peran", numbers)


def decree_member_left(facts: Facts) -> Spelled:
    left, units = (int(str(facts.letter.facts.get(name, 0))) for name in ("left", "units"))
    said = [
        ngettext(
            "%(num)s orang yang disebut dalam keputusan %(sender)s tidak lagi mempunyai akun.",
            "%(num)s orang yang disebut dalam keputusan %(sender)s tidak lagi mempunyai akun.",
            left,
            sender=facts.sender,
        )
    ]
    if units:
        said.append(
            ngettext(
                "%(num)s unit tanpa pejabat penghubung.",
                "%(num)s unit tanpa pejabat penghubung.",
                units,
            )
        )
    said.append(_("Tetapkan penggantinya dalam keputusan baru, lalu terapkan perannya."))
    return _("Tim pengelola pengaduan tidak lengkap lagi"), said, _("Buka keputusan")


WORDS[MEMBER_LEFT] = decree_member_left
