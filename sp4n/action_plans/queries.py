"""Reads of action plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.action_plans.lines import Line
from sp4n.action_plans.models import ActionPlan, PlanItem, PlanRemark
from sp4n.errors import NotFound


def plans(session: Session) -> Sequence[ActionPlan]:
    """Of the scope's agency, the newest period and version first; those of the past stay."""
    wanted = sa.select(ActionPlan).order_by(
        ActionPlan.period_from.desc(), ActionPlan.version.desc(), ActionPlan.id.desc()
    )
    return session.scalars(wanted).all()


def plan_by_id(session: Session, *, plan_id: int) -> ActionPlan:
    found = session.scalar(sa.select(ActionPlan).where(ActionPlan.id == plan_id))
    if found is None:
        raise NotFound
    return found


def items_of(session: Session, *, plan_id: int) -> Sequence[PlanItem]:
    wanted = sa.select(PlanItem).where(PlanItem.plan_id == plan_id)
    return session.scalars(wanted.order_by(PlanItem.position, PlanItem.id)).all()


def item_by_id(session: Session, *, plan_id: int, item_id: int) -> PlanItem:
    mine = sa.select(PlanItem).where(PlanItem.id == item_id, PlanItem.plan_id == plan_id)
    found = session.scalar(mine)
    if found is None:
        raise NotFound
    return found


def lines_of(session: Session, *, plan_id: int) -> list[Line]:
    return [Line.of(item) for item in items_of(session, plan_id=plan_id)]


def remarks_of(session: Session, *, plan_id: int) -> Sequence[PlanRemark]:
    wanted = sa.select(PlanRemark).where(PlanRemark.plan_id == plan_id)
    return session.scalars(wanted.order_by(PlanRemark.id)).all()


def numbers_of_lines(session: Session) -> Counter[int]:
    """Plan -> how many lines it has."""
    counted = sa.select(PlanItem.plan_id, sa.func.count()).group_by(PlanItem.plan_id)
    return Counter({row[0]: row[1] for row in session.execute(counted)})


def years_of(plan: ActionPlan) -> list[int]:
    return list(range(plan.period_from, plan.period_to + 1))
