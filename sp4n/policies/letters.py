"""Letters about proposals: one a person and period to who decides and who may object; and one when
it is decided. `app.py` registers them, and the work of the upkeep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account, AccountUnit
from sp4n.cases.letters import STAFF_LANGUAGE
from sp4n.jobs import registry
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices import policy_words  # noqa: F401 - what these letters say
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter
from sp4n.policies.applying import DECIDED, PROPOSED
from sp4n.policies.due import MEASURE, measure_next, owe_due
from sp4n.policies.models import PolicyProposal, PolicyRun
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.scope import current_agency_id

DECIDING = ("admin", "head")


def register_policies() -> None:
    registry.register(MEASURE, measured)
    registry.register_upkeep("rewards and sanctions", owe_due)
    register_letters(PROPOSED, proposed, recipients)
    register_letters(DECIDED, decided, recipients_of_decision)


def measured(session: Session, job: OutboxFacts) -> None:
    """One of the release before names no version: the upkeep owes what is due by then."""
    if job.object_id is not None:
        measure_next(session, version_id=job.object_id)


def recipients(session: Session, job: OutboxFacts) -> Sequence[int]:
    return sorted(numbers(session, job.object_id))


def proposed(session: Session, job: OutboxFacts) -> Letter | None:
    account = _account(session, job.recipient_id)
    run = session.scalar(sa.select(PolicyRun).where(PolicyRun.id == job.object_id))
    number = numbers(session, job.object_id).get(account.id, 0) if account else 0
    if account is None or run is None or not number:
        return None
    until = session.scalar(
        sa.select(sa.func.min(PolicyProposal.object_until)).where(PolicyProposal.run_id == run.id)
    )
    agency = agency_by_id(current_agency_id())
    day = until.astimezone(agency.zone).date() if until and agency else None
    path = f"/desk/kebijakan/hasil/{run.id}"
    facts = {"number": number, "until": day}
    return Letter(PROPOSED, account.email, STAFF_LANGUAGE, path, facts)


def numbers(session: Session, run_id: int | None) -> dict[int, int]:
    """Account -> how many open proposals of this run are theirs to see to."""
    wanted = sa.select(PolicyProposal.unit_id, PolicyProposal.account_id).where(
        PolicyProposal.run_id == run_id, PolicyProposal.state.in_(("proposed", "objected"))
    )
    rows = session.execute(wanted).all()
    found: Counter[int] = Counter(row.account_id for row in rows if row.account_id is not None)
    by_unit = Counter(row.unit_id for row in rows if row.unit_id is not None)
    answering = sa.select(AccountUnit.account_id, AccountUnit.unit_id).where(
        AccountUnit.unit_id.in_(by_unit)
    )
    for row in session.execute(answering):
        found[row.account_id] += by_unit[row.unit_id]
    deciding = sa.select(Account.id).where(Account.active, Account.role.in_(DECIDING))
    if rows:
        found.update(dict.fromkeys(session.scalars(deciding), len(rows)))
    return dict(found)


def recipients_of_decision(session: Session, job: OutboxFacts) -> Sequence[int]:
    """Whom it is about: the liaisons of the unit, or the person."""
    proposal = session.scalar(sa.select(PolicyProposal).where(PolicyProposal.id == job.object_id))
    if proposal is None:
        return ()
    if proposal.account_id is not None:
        return (proposal.account_id,)
    answering = sa.select(AccountUnit.account_id).where(AccountUnit.unit_id == proposal.unit_id)
    return session.scalars(answering.order_by(AccountUnit.account_id)).all()


def decided(session: Session, job: OutboxFacts) -> Letter | None:
    account = _account(session, job.recipient_id)
    if account is None:
        return None
    path = f"/desk/kebijakan/usulan/{job.object_id}"
    return Letter(DECIDED, account.email, STAFF_LANGUAGE, path)


def _account(session: Session, account_id: int | None) -> Account | None:
    return session.scalar(sa.select(Account).where(Account.id == account_id, Account.active))
