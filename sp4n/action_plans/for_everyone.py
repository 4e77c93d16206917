"""Ratified plans as everyone may read them: what is to be done, until when, with which money, and
how far it has come. Of those responsible their office; no evidence, no remarks, nobody's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.action_plans.models import ActionPlan, PlanItem
from sp4n.action_plans.offices import office_of, office_words
from sp4n.action_plans.progress import Standing, progress_of, standings
from sp4n.action_plans.queries import items_of, years_of
from sp4n.action_plans.states import Level, PlanState
from sp4n.documents.models import Document
from sp4n.errors import NotFound
from sp4n.organisation.queries import unit_names

ON_A_PAGE: Final = 60


@dataclass(frozen=True, slots=True)
class Activity:
    """`office`: "" where what is written there may be somebody's name."""

    item: PlanItem
    office: str
    years: Mapping[int, Standing]


@dataclass(frozen=True, slots=True)
class Branch:
    """An objective, or one of its programmes with what is below; `activity` where it ends there."""

    objective: PlanItem
    programme: PlanItem | None
    activity: Activity | None


@dataclass(frozen=True, slots=True)
class Programme:
    item: PlanItem | None
    activities: Sequence[Activity]


@dataclass(frozen=True, slots=True)
class Objective:
    item: PlanItem
    programmes: Sequence[Programme]


def public_plans(session: Session) -> Sequence[ActionPlan]:
    """Ratified, and not kept back in the register; the newest period first."""
    wanted = _shown().where(ActionPlan.state == PlanState.RATIFIED)
    return session.scalars(
        wanted.order_by(ActionPlan.period_from.desc(), ActionPlan.id.desc())
    ).all()


def public_plan(session: Session, *, plan_id: int) -> ActionPlan:
    """Of one that was renewed, its present version."""
    asked = session.scalar(
        sa.select(ActionPlan).where(
            ActionPlan.id == plan_id,
            ActionPlan.state.in_((PlanState.RATIFIED, PlanState.SUPERSEDED)),
        )
    )
    if asked is None:
        raise NotFound
    found: ActionPlan | None = session.scalar(
        _shown().where(
            ActionPlan.state == PlanState.RATIFIED,
            ActionPlan.period_from == asked.period_from,
            ActionPlan.period_to == asked.period_to,
        )
    )
    if found is None:
        raise NotFound
    return found


def _shown() -> sa.Select[Any]:
    there = sa.and_(
        Document.agency_id == ActionPlan.agency_id, Document.id == ActionPlan.document_id
    )
    shown = sa.or_(ActionPlan.document_id.is_(None), Document.publicity != "none")
    return sa.select(ActionPlan).outerjoin(Document, there).where(shown)


def branches(session: Session, plan: ActionPlan, agency: str) -> list[Branch]:
    """The whole cascade in its own order, an entry for each line where it ends."""
    items = items_of(session, plan_id=plan.id)
    known = office_words([agency, *unit_names(session).values()])
    noted = progress_of(session, plan_id=plan.id)
    by_year = {
        year: {one.item.code: one for one in standings(items, noted, year)}
        for year in years_of(plan)
    }
    below: dict[str, list[PlanItem]] = {}
    for item in items:
        below.setdefault(item.parent_code.casefold(), []).append(item)

    def activity(item: PlanItem) -> Activity:
        years = {year: some[item.code] for year, some in by_year.items() if item.code in some}
        return Activity(item, office_of(item.responsible, known), years)

    def under(objective: PlanItem) -> Iterator[Branch]:
        programmes = below.get(objective.code.casefold(), [])
        for programme in programmes:
            activities = below.get(programme.code.casefold(), [])
            for one in activities:
                yield Branch(objective, programme, activity(one))
            if not activities:
                yield Branch(objective, programme, None)
        if not programmes:
            yield Branch(objective, None, None)

    top = [item for item in items if item.level == Level.OBJECTIVE]
    return [branch for objective in top for branch in under(objective)]


def grouped(some: Sequence[Branch]) -> list[Objective]:
    """As they are read: each objective with its programmes, each of those with its activities."""
    found = []
    for objective, its in groupby(some, key=lambda one: one.objective):
        programmes = []
        for programme, below in groupby(its, key=lambda one: one.programme):
            ends = [one.activity for one in below if one.activity is not None]
            if programme is not None or ends:
                programmes.append(Programme(programme, ends))
        found.append(Objective(objective, programmes))
    return found


def reported(some: Sequence[Branch], year: int) -> tuple[int, int]:
    """Of how many activities something was said for a year, and how many there are."""
    activities = [one.activity for one in some if one.activity is not None]
    said = [one for one in activities if year in one.years and one.years[year].last is not None]
    return len(said), len(activities)


def line_for_machines(activity: Activity) -> dict[str, Any]:
    item = activity.item
    return {
        "code": item.code,
        "name": item.name,
        "section": item.section or None,
        "objective": item.objective or None,
        "indicator": item.indicator,
        "unit_of_measure": item.unit_of_measure,
        "baseline": item.baseline,
        "responsible_office": activity.office or None,
        "budget_idr": item.budget,
        "budget_source": item.budget_source,
        "quarters": [int(one) for one in item.quarters],
        "years": [_year(year, one) for year, one in activity.years.items()],
    }


def _year(year: int, one: Standing) -> dict[str, Any]:
    last = one.last
    return {
        "year": year,
        "target": one.target,
        "achieved": last.achieved if last else None,
        "up_to_quarter": last.quarter if last else None,
        "percent": one.percent,
        "spent_idr": last.spent if last else None,
    }
