"""What is due: periods that are over and not measured yet, each version of a policy by a job.

The upkeep owes a job where there is none; a job measures the oldest period that waits, in one
transaction, and owes the next. So what is done stands in `policy_run`, what is to be done in the
outbox, and both outlive whoever was at it. A job that was given up stays so until somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.jobs.models import Outbox
from sp4n.jobs.operations import dead_again
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.policies.applying import propose
from sp4n.policies.models import PolicyRun, PolicyVersion
from sp4n.policies.periods import ONE_DAY, Period
from sp4n.policies.queries import due_periods, in_force
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from sp4n.tenants.scope import current_agency_id

MEASURE: Final = "policy.propose"  # the object is the version
# Jobs that wait, and those that were given up.
NOT_DONE: Final = (Outbox.kind == MEASURE, Outbox.state != "done")


def judges(version: PolicyVersion, period: Period) -> bool:
    """Whether this version is the one that such a period is judged by."""
    kinds = {rule["period"] for rule in version.rules}
    return in_force(version, period.starts_on) and period.kind in kinds


def measured_from(version: PolicyVersion, period: Period) -> date:
    return period.ends_on + timedelta(days=version.wait_days) + ONE_DAY


def owe_due(session: Session) -> int:
    """Upkeep, in the scope of one agency: how many jobs were owed."""
    agency = agency_by_id(current_agency_id())
    if agency is None or agency.over:
        return 0
    if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_key()))):
        return 0  # a job is at it, and goes on by itself
    waiting = {version.id for version, _period in _waiting(session, agency)}
    missing = waiting - set(session.scalars(sa.select(Outbox.object_id).where(*NOT_DONE)))
    for version_id in sorted(missing):
        owe(session, kind=MEASURE, object_id=version_id, queue=UPKEEP)
    session.flush()
    return len(missing)


def measure_next(session: Session, *, version_id: int) -> bool:
    """The oldest period of a version that waits; whether there was one."""
    agency = agency_by_id(current_agency_id())
    if agency is None or agency.over:
        return False
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_key())))
    waiting = list(_waiting(session, agency, version_id))
    if not waiting:
        return False
    version, period = waiting[0]
    propose(session, version=version, period=period, agency=agency)
    if len(waiting) > 1:
        owe(session, kind=MEASURE, object_id=version.id, queue=UPKEEP)
    session.flush()
    return True


def _key() -> sa.ColumnElement[int]:
    return sa.func.hashtextextended(f"policies/{current_agency_id()}", 0)


def _waiting(
    session: Session, agency: AgencyFacts, version_id: int | None = None
) -> Iterator[tuple[PolicyVersion, Period]]:
    """Of each version the oldest first."""
    published = sa.select(PolicyVersion).where(PolicyVersion.published_at.is_not(None))
    if version_id is not None:
        published = published.where(PolicyVersion.id == version_id)
    versions = session.scalars(published.order_by(PolicyVersion.id)).all()
    done = _done(session, versions)
    for version in versions:
        due = due_periods(version, clock.today(agency.zone))
        for period in sorted(due, key=lambda one: (one.ends_on, one.kind)):
            if (version.id, str(period.kind), period.starts_on) not in done:
                yield version, period


def _done(session: Session, versions: Sequence[PolicyVersion]) -> set[tuple[int, str, date]]:
    wanted = sa.select(PolicyRun.version_id, PolicyRun.period_kind, PolicyRun.starts_on)
    mine = wanted.where(PolicyRun.version_id.in_([one.id for one in versions]))
    return {(row[0], row[1], row[2]) for row in session.execute(mine)} if versions else set()


def given_up(session: Session) -> int:
    """How many jobs of the agency were tried in vain, and are tried no more."""
    dead = sa.select(sa.func.count()).select_from(Outbox).where(*NOT_DONE)
    return session.scalar(dead.where(Outbox.state == "dead")) or 0


def try_again(session: Session, *, actor: Actor) -> int:
    """What was given up; how many jobs it was."""
    number = dead_again(session, kind=MEASURE)
    if number:
        record(session, actor=actor, act="policy.tried_again", data={"number": number})
        session.flush()
    return number
