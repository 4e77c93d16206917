"""Letters about cases that have climbed: one a day to a person, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.accounts.deputies import deputies_of
from sp4n.accounts.models import Account
from sp4n.accounts.queries import actor_of
from sp4n.cases.escalation import Level
from sp4n.cases.escalation_models import EscalationDigest
from sp4n.cases.letters import STAFF_LANGUAGE
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.escalating import STAFF_ESCALATED
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices import escalation_words  # noqa: F401 - what these letters say
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter

TOLD_OF = {"admin": Level.ADMIN, "head": Level.HEAD}


def register_escalation_letters() -> None:
    register_letters(STAFF_ESCALATED, letter, recipients)


def recipients(session: Session, job: OutboxFacts) -> Sequence[int]:
    return sorted(numbers(session, job.object_id))


def letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where the account was closed since, or all of it was answered."""
    mine = sa.select(Account).where(Account.id == job.recipient_id, Account.active)
    account = session.scalar(mine)
    number = numbers(session, job.object_id).get(account.id, 0) if account else 0
    if account is None or not number:
        return None
    path = "/desk/?dieskalasi=1" if account.role in TOLD_OF else "/desk/?terlambat=1"
    return Letter(STAFF_ESCALATED, account.email, STAFF_LANGUAGE, path, {"cases": number})


def numbers(session: Session, digest_id: int | None) -> dict[int, int]:
    """Account -> how many cases have come up to them since the last letters, and are late yet."""
    digest = session.scalars(
        sa.select(EscalationDigest).where(EscalationDigest.id == digest_id)
    ).one()
    climbed = _climbed(session, digest)
    staff = _staff(session)
    found: Counter[int] = Counter()
    for role, level in TOLD_OF.items():
        number = sum(row.came_from < level <= row.level for row in climbed)
        found.update({one.id: number for one in staff if one.role == role})
    found.update(_of_officers(session, climbed, staff))
    return {account_id: number for account_id, number in found.items() if number}


def _climbed(session: Session, digest: EscalationDigest) -> list[Any]:
    """Each case once: from where it stood to how high it came."""
    level, came_from = (
        sa.cast(CaseEvent.data[name].astext, sa.BigInteger) for name in ("level", "from")
    )
    same = sa.and_(CaseRecord.agency_id == CaseEvent.agency_id, CaseRecord.id == CaseEvent.case_id)
    about = (CaseRecord.id, CaseRecord.unit_id, CaseRecord.assignee_id, CaseRecord.verified_at)
    highest, lowest = sa.func.max(level), sa.func.min(came_from)
    wanted = (
        sa.select(*about, highest.label("level"), lowest.label("came_from"))
        .join(CaseRecord, same)
        .where(
            CaseEvent.kind == sa.literal_column("'escalated'"),
            CaseEvent.id > digest.after_event_id,
            CaseEvent.id <= digest.until_event_id,
            CaseRecord.escalation_level > 0,
        )
        .group_by(*about)
    )
    return list(session.execute(wanted))


def _staff(session: Session) -> Sequence[Account]:
    wanted = sa.select(Account).where(Account.active, Account.role.in_((*TOLD_OF, "liaison")))
    return session.scalars(wanted.order_by(Account.id)).all()


def _of_officers(session: Session, climbed: list[Any], staff: Sequence[Account]) -> Counter[int]:
    """To whom a case is entrusted, else its unit's liaisons, and who stands in for them. What has
    no unit lies with the admins, who hear of it in time."""
    new = [row for row in climbed if row.came_from < Level.OFFICER <= row.level]
    liaisons = {one.id: actor_of(session, one).unit_ids for one in staff if one.role == "liaison"}
    found: Counter[int] = Counter()
    for row in new:
        theirs = [one for one, units in liaisons.items() if row.unit_id in units]
        found.update([row.assignee_id] if row.assignee_id in theirs else theirs)
    for account_id in list(found):
        for deputy in deputies_of(session, account_ids=[account_id]):
            if deputy not in liaisons:
                found[deputy] += found[account_id]
    return found
