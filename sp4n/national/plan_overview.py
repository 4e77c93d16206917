"""Which of all agencies have sent their action plan: "49 of 523", answered on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.action_plans.models import ActionPlan
from sp4n.action_plans.states import PlanState
from sp4n.settings.road_maps import RoadMapFacts
from sp4n.tenants.models import Agency, AgencyKind, AgencyStatus

# What says most about a plan that an agency has in several versions.
ORDER: Final = (
    PlanState.RATIFIED,
    PlanState.ACCEPTED,
    PlanState.SUBMITTED,
    PlanState.NEEDS_REVISION,
    PlanState.DRAFT,
    PlanState.SUPERSEDED,
)


@dataclass(frozen=True)
class PlanRow:
    """`state` "" where there is no plan at all; `plan_id`: the one that it is of."""

    slug: str
    name: str
    kind: str
    plan_id: int | None
    state: str
    sent_at: datetime | None
    due_on: date | None

    @property
    def sent(self) -> bool:
        return self.sent_at is not None and self.state not in ("", PlanState.DRAFT)

    @property
    def late(self) -> bool:
        """Not sent by the day on which it was due, or sent after it."""
        if self.due_on is None:
            return False
        sent = self.sent_at.astimezone(clock.CAPITAL).date() if self.sent_at else None
        return (sent if self.sent and sent else clock.today(clock.CAPITAL)) > self.due_on


@dataclass(frozen=True)
class KindRow:
    kind: str
    agencies: int
    sent: int
    late: int

    @property
    def unsent(self) -> int:
        return self.agencies - self.sent

    @property
    def percent(self) -> float:
        """With two places, cut as the ministry's own figure was: 49 of 523 are 9.37 percent."""
        return round(100 * self.sent / self.agencies, 2) if self.agencies else 0.0


def plan_rows(session: Session, road_map: RoadMapFacts) -> list[PlanRow]:
    """Of the agencies that are not archived, in one statement."""
    rank = sa.case({state: n for n, state in enumerate(ORDER)}, value=ActionPlan.state)
    best = (
        sa.select(
            ActionPlan.agency_id,
            ActionPlan.id,
            ActionPlan.state,
            sa.func.min(ActionPlan.submitted_at)
            .over(partition_by=ActionPlan.agency_id)
            .label("sent_at"),
            sa.func.row_number()
            .over(partition_by=ActionPlan.agency_id, order_by=(rank, ActionPlan.id.desc()))
            .label("place"),
        )
        .where(ActionPlan.road_map_id == road_map.id)
        .subquery()
    )
    wanted = (
        sa.select(Agency.slug, Agency.name, Agency.kind, best.c.id, best.c.state, best.c.sent_at)
        .outerjoin(best, sa.and_(best.c.agency_id == Agency.id, best.c.place == 1))
        .where(Agency.status != AgencyStatus.ARCHIVED)
        .order_by(Agency.name)
    )
    return [
        PlanRow(row[0], row[1], row[2], row[3], row[4] or "", row[5], road_map.due_on)
        for row in session.execute(wanted)
    ]


def by_kind(rows: Sequence[PlanRow]) -> list[KindRow]:
    found = []
    for kind in AgencyKind:
        mine = [row for row in rows if row.kind == kind]
        if mine:
            found.append(_kind_row(kind.value, mine))
    return found


def all_of(rows: Sequence[PlanRow], kinds: Sequence[str] = ()) -> KindRow:
    return _kind_row("", [row for row in rows if not kinds or row.kind in kinds])


def _kind_row(kind: str, rows: Sequence[PlanRow]) -> KindRow:
    sent, late = sum(row.sent for row in rows), sum(row.late for row in rows)
    return KindRow(kind, len(rows), sent, late)
