"""What rules would remove at every agency, for coordinators, who read and switch nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.models import CaseRecord
from sp4n.cases.part_queries import last_to_end
from sp4n.privacy.models import RetentionPlan, RetentionStep
from sp4n.privacy.periods import PERIODS
from sp4n.privacy.retention import COUNTED
from sp4n.tenants.models import Agency

SHOWN: Final = 100


@dataclass(frozen=True)
class AgencyDue:
    """`due`: by step, COUNTED + 1 at most each."""

    slug: str
    name: str
    running: bool
    due: dict[str, int]


def due_everywhere(session: Session) -> Sequence[AgencyDue]:
    """Agencies where something is due, those with the most first; SHOWN of them."""
    counts = {step: _number(step).label(step) for step in PERIODS}
    every = (
        sa.select(
            Agency.slug,
            Agency.name,
            sa.func.coalesce(RetentionPlan.running, sa.false()).label("running"),
            *counts.values(),
        )
        .outerjoin(RetentionPlan, RetentionPlan.agency_id == Agency.id)
        .subquery()
    )
    total = sum((every.c[step] for step in PERIODS), start=sa.literal(0))
    wanted = sa.select(every).where(total > 0).order_by(total.desc(), every.c.slug).limit(SHOWN)
    return [
        AgencyDue(row.slug, row.name, row.running, {step: getattr(row, step) for step in PERIODS})
        for row in session.execute(wanted)
    ]


def _number(step: str) -> sa.ScalarSelect[int]:
    years = sa.func.coalesce(RetentionPlan.__table__.c[step], PERIODS[step].years)
    passed = (
        sa.select(RetentionStep.through_at)
        .where(RetentionStep.agency_id == Agency.id, RetentionStep.step == step)
        .correlate(Agency)
        .scalar_subquery()
    )
    some = (
        sa.select(CaseRecord.id)
        .where(
            CaseRecord.agency_id == Agency.id,
            CaseRecord.closed_at.is_not(None),
            CaseRecord.closed_at < clock.now() - sa.func.make_interval(sa.cast(years, sa.Integer)),
            CaseRecord.closed_at > sa.func.coalesce(passed, sa.text("'-infinity'::timestamptz")),
            last_to_end(),
        )
        .limit(COUNTED + 1)
        .correlate(Agency, RetentionPlan)
        .lateral()
    )
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()
