"""Letters about cases that have climbed: one a day to a person, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.accounts.deputies import DEPUTIES, running
from sp4n.accounts.models import Absence, Account, AccountUnit
from sp4n.cases.escalation import Level
from sp4n.cases.escalation_models import EscalationDigest
from sp4n.cases.letters import STAFF_LANGUAGE
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.escalating import STAFF_ESCALATED
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices import escalation_words  # noqa: F401 - what these letters say
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter
from sp4n.organisation.queries import unit_tree

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
    new = Counter(
        (row.unit_id, row.assignee_id)
        for row in climbed
        if row.came_from < Level.OFFICER <= row.level
    )
    found: Counter[int] = Counter()
    if not new:
        return found
    working = {one.id: one.role for one in staff if one.role in DEPUTIES}
    answering, above = _liaisons_by_unit(session, working), _units_above(session)
    stand_ins = _stand_ins(session, working)
    for (unit_id, assignee_id), number in new.items():
        theirs: set[int] = set().union(*(answering.get(one, set()) for one in above(unit_id)))
        if assignee_id in theirs or working.get(assignee_id) == "admin":
            theirs = {assignee_id}
        theirs = theirs.union(*(stand_ins.get(one, set()) for one in theirs))
        found.update(dict.fromkeys(theirs, number))
    return found


def _liaisons_by_unit(session: Session, working: Mapping[int, str]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for row in session.execute(sa.select(AccountUnit.account_id, AccountUnit.unit_id)):
        if working.get(row.account_id) == "liaison":
            found.setdefault(row.unit_id, set()).add(row.account_id)
    return found


def _units_above(session: Session) -> Callable[[int | None], list[int]]:
    """A unit and those that it stands below."""
    parents = {node.id: node.parent_id for node in unit_tree(session)}

    def chain(unit_id: int | None) -> list[int]:
        found: list[int] = []
        while unit_id is not None:
            found.append(unit_id)
            unit_id = parents.get(unit_id)
        return found

    return chain


def _stand_ins(session: Session, working: Mapping[int, str]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    away = sa.select(Absence.account_id, Absence.deputy_id).where(*running())
    for row in session.execute(away):
        if row.deputy_id in working:
            found.setdefault(row.account_id, set()).add(row.deputy_id)
    return found
