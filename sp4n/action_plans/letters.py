"""Letters about plans to those who keep them: what the coordinator decided, and that none was sent.

The national level asks by `road_map.reminded_at`; each agency's own upkeep sees it, and writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.accounts.permissions import ROLES, Permission
from sp4n.action_plans.models import ActionPlan, PlanReminder
from sp4n.action_plans.reviewing import DECIDED
from sp4n.action_plans.states import PlanState
from sp4n.jobs.outbox import owe
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices import plan_words  # noqa: F401 - what these letters say
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Fact, Letter
from sp4n.settings.road_maps import RoadMapFacts, road_map_in_force
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.scope import current_agency_id

REMIND: Final = "notice.plan_reminder"
LANGUAGE: Final = "id"
# Days before the plan is due, and after it, on which an agency that sent none is told.
MOMENTS: Final = (30, 7, 1, -1)
FRESH: Final = timedelta(days=5)  # a moment that upkeep slept through is made up for so long
UNSENT: Final = (PlanState.DRAFT,)


def remind(session: Session) -> None:
    """In the scope of one agency; harmless to repeat."""
    agency, road_map = agency_by_id(current_agency_id()), road_map_in_force(session)
    if agency is None or agency.over or road_map is None:
        return
    asked = asked_since(road_map, clock.now())
    if asked is None or _sent(session, road_map) or _reminded(session, road_map, asked):
        return
    row = PlanReminder(road_map_id=road_map.id, at=clock.now())
    session.add(row)
    session.flush()
    owe(session, kind=REMIND, object_id=row.id)


def asked_since(road_map: RoadMapFacts, now: datetime) -> datetime | None:
    """The last moment at which those that sent none were to be told."""
    moments = [road_map.reminded_at] if road_map.reminded_at else []
    if road_map.due_on:
        for days in MOMENTS:
            at = _morning(road_map.due_on - timedelta(days=days))
            if at <= now <= at + FRESH:
                moments.append(at)
    return max(moments, default=None)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), tzinfo=clock.CAPITAL)


def _sent(session: Session, road_map: RoadMapFacts) -> bool:
    mine = sa.select(ActionPlan.id).where(
        ActionPlan.road_map_id == road_map.id, ActionPlan.state.not_in(UNSENT)
    )
    return session.scalar(mine.limit(1)) is not None


def _reminded(session: Session, road_map: RoadMapFacts, since: datetime) -> bool:
    told = sa.select(PlanReminder.id).where(
        PlanReminder.road_map_id == road_map.id, PlanReminder.at >= since
    )
    return session.scalar(told.limit(1)) is not None


def keepers(session: Session, _job: OutboxFacts) -> Sequence[int]:
    roles = [role for role, may in ROLES.items() if Permission.PLAN_EDIT in may]
    wanted = sa.select(Account.id).where(Account.active, Account.role.in_(roles))
    return session.scalars(wanted.order_by(Account.id)).all()


def reminder_letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where it was sent meanwhile, or another road map came."""
    road_map, account = road_map_in_force(session), _account(session, job)
    asked = session.scalar(
        sa.select(PlanReminder.road_map_id).where(PlanReminder.id == job.object_id)
    )
    if road_map is None or road_map.id != asked or account is None or _sent(session, road_map):
        return None
    facts: dict[str, Fact] = {"road_map": road_map.name, "due": road_map.due_on}
    return Letter(REMIND, account.email, LANGUAGE, "/desk/rencana-aksi", facts)


def decision_letter(session: Session, job: OutboxFacts) -> Letter | None:
    plan = session.scalar(sa.select(ActionPlan).where(ActionPlan.id == job.object_id))
    account = _account(session, job)
    if plan is None or account is None:
        return None
    facts: dict[str, Fact] = {
        "accepted": plan.state != PlanState.NEEDS_REVISION,
        "period": f"{plan.period_from}–{plan.period_to}",
    }
    return Letter(DECIDED, account.email, LANGUAGE, f"/desk/rencana-aksi/{plan.id}", facts)


def _account(session: Session, job: OutboxFacts) -> Account | None:
    return session.scalar(sa.select(Account).where(Account.id == job.recipient_id, Account.active))


def register_plan_letters() -> None:
    register_letters(REMIND, reminder_letter, keepers)
    register_letters(DECIDED, decision_letter, keepers)
