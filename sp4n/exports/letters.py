"""Letters to all admins of an agency: that somebody asks for everything it owns, and what came of
it. They lead to the page, never to the file."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account
from sp4n.accounts.permissions import ROLES, Permission
from sp4n.accounts.queries import person_by_id
from sp4n.errors import NotFound
from sp4n.exports.operations import ASKED, FAILED, READY
from sp4n.exports.queries import export_by_id
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter
from sp4n.tenants.resolver import agency_by_id

PATH = "/kelola/ekspor/"


def admins(session: Session, _job: OutboxFacts) -> Sequence[int]:
    keepers = [role for role, may in ROLES.items() if Permission.DATA_EXPORT in may]
    wanted = sa.select(Account.id).where(Account.active, Account.role.in_(keepers))
    return session.scalars(wanted.order_by(Account.id)).all()


def export_letter(session: Session, job: OutboxFacts) -> Letter | None:
    if job.object_id is None or job.recipient_id is None or job.agency_id is None:
        raise ValueError("of which export, and to whom?")
    try:
        person = person_by_id(session, person_id=job.recipient_id)
        export = export_by_id(session, export_id=job.object_id)
    except NotFound:
        return None
    agency = agency_by_id(job.agency_id)
    if not person.active or agency is None:
        return None
    until = export.expires_at.astimezone(agency.zone).date() if export.expires_at else None
    facts = {"who": export.requested_by_name, "until": until}
    return Letter(kind=job.kind, to=person.email, language="id", path=PATH, facts=facts)


def register_export_letters() -> None:
    for kind in (ASKED, READY, FAILED):
        register_letters(kind, export_letter, admins)
