"""A planted agency's action plan, with canaries in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.accounts.queries import actor_of
from sp4n.action_plans.lines import Line
from sp4n.action_plans.models import PlanProgress, PlanRemark, PlanReminder
from sp4n.action_plans.operations import save_line, start_plan
from sp4n.action_plans.uploads import keep_upload
from sp4n.settings.road_maps import road_maps

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


@dataclass
class Plans:
    """The ids of what was planted."""

    plan: int = 0
    items: list[int] = field(default_factory=list)
    upload: int = 0
    road_map: int = 0

    def plant(self, session: Session, planted: Planted) -> None:
        account = session.get_one(Account, (planted.agency.id, planted.accounts["admin"]))
        actor, word = actor_of(session, account), planted.canary("", "rencana")
        road_map = road_maps(session)[0]
        period = {"period_from": 2026, "period_to": 2027}
        plan = start_plan(session, road_map_id=road_map.id, **period, actor=actor)
        self.plan, self.road_map = plan.id, road_map.id
        for line in (Line("1", "sasaran", name=word), Line("1.1", "program", "1", name=word)):
            item = save_line(
                session, plan_id=plan.id, item_id=None, line=line, revision=None, actor=actor
            )
            self.items.append(item.id)
        table = f"Kode;Uraian\n1;{word}\n".encode()
        self.upload = keep_upload(
            session, plan_id=plan.id, content=table, file_name=f"{word}.csv", actor=actor
        ).id
        about = {"plan_id": plan.id, "code": "1.1"}
        now = clock.now()
        session.add_all(
            (
                PlanRemark(**about, words=word, author_kind="staff", author_name=word, at=now),
                PlanProgress(**about, year=2026, quarter=1, note=word, by_name=word, at=now),
                PlanReminder(road_map_id=road_map.id, at=now),
            )
        )
