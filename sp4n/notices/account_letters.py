"""Letters to people who sign in: a link that is made here, in the job that mails it, and nowhere
else; so no secret ever waits in a queue."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.absences import DEPUTY_LETTER
from sp4n.accounts.deputies import last_day
from sp4n.accounts.handover import HANDOVER
from sp4n.accounts.lifetimes import LINKS
from sp4n.accounts.models import Absence
from sp4n.accounts.operations import make_token
from sp4n.accounts.queries import person_by_id
from sp4n.errors import NotFound
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter
from sp4n.notices.reply_addresses import register_reply_addresses
from sp4n.tenants.resolver import agency_by_id

INVITATION = "account.invitation"
RESET = "account.reset"
NATIONAL_ZONE = ZoneInfo("Asia/Jakarta")


def register_account_letters() -> None:
    for kind in (INVITATION, RESET):
        register_letters(kind, account_letter)
    register_letters(HANDOVER, handover_letter)
    register_letters(DEPUTY_LETTER, deputy_letter)
    register_reply_addresses()


def account_letter(session: Session, job: OutboxFacts) -> Letter | None:
    """Of an agency's staff in its scope, of coordinators in the national one; `object_id` is the
    account's. None when it was closed meanwhile."""
    if job.object_id is None:
        raise ValueError("whose account?")
    purpose = job.kind.rpartition(".")[2]
    try:
        token = make_token(session, account_id=job.object_id, purpose=purpose)
        person = person_by_id(session, person_id=job.object_id)
    except NotFound:
        return None
    agency = agency_by_id(job.agency_id) if job.agency_id is not None else None
    zone = agency.zone if agency else NATIONAL_ZONE
    until = (clock.now() + LINKS[purpose]).astimezone(zone)
    return Letter(
        kind=job.kind,
        to=person.email,
        language="id",
        path=f"/atur-sandi/{token}",
        facts={"until": until.date()},
        secret_path=True,
    )


def handover_letter(session: Session, job: OutboxFacts) -> Letter | None:
    """To who took over; None when that account was closed, too."""
    person = person_by_id(session, person_id=job.object_id or 0)
    if not person.active:
        return None
    return Letter(kind=job.kind, to=person.email, language="id", path="/desk/")


def deputy_letter(session: Session, job: OutboxFacts) -> Letter | None:
    """To who stands in; None when it was called off meanwhile."""
    absence = session.scalars(sa.select(Absence).where(Absence.id == job.object_id)).one()
    person = person_by_id(session, person_id=absence.deputy_id)
    agency = agency_by_id(absence.agency_id)
    if absence.cancelled_at is not None or not person.active or agency is None:
        return None
    first = absence.starts_at.astimezone(agency.zone).date()
    days = {"from": first, "until": last_day(absence.ends_at, agency.zone)}
    return Letter(kind=job.kind, to=person.email, language="id", path="/desk/", facts=days)
