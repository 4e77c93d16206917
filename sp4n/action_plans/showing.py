"""What every page about one plan shows, whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from sp4n.action_plans.completeness import completeness
from sp4n.action_plans.lines import Line
from sp4n.action_plans.models import PlanRemark
from sp4n.action_plans.queries import items_of, plan_by_id, remarks_of, years_of
from sp4n.action_plans.states import EDITABLE, LABELS, LEVEL_LABELS, QUARTER_LABELS, SENTIMENTS
from sp4n.settings.road_maps import road_map_by_id

ON_A_PAGE: Final = 100


def facts_of(session: Session, *, plan_id: int, page: int) -> dict[str, Any]:
    """`items`: those of the page that is asked for."""
    found = plan_by_id(session, plan_id=plan_id)
    items = items_of(session, plan_id=plan_id)
    road_map, years = road_map_by_id(session, found.road_map_id), years_of(found)
    remarks = remarks_of(session, plan_id=plan_id)
    return {
        "plan": found,
        "road_map": road_map,
        "years": years,
        "items": items[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        "total": len(items),
        "number": page,
        "on_a_page": ON_A_PAGE,
        "budget": sum(one.budget or 0 for one in items),
        "complete": completeness([Line.of(one) for one in items], road_map, years),
        "editable": found.state in EDITABLE,
        "labels": LABELS,
        "sentiments": SENTIMENTS,
        "levels": LEVEL_LABELS,
        "quarters_words": quarters_label,
        "remarks": [one for one in remarks if not one.code],
        "remarks_of": _by_code(remarks),
    }


def quarters_label(quarters: str) -> str:
    return ", ".join(str(QUARTER_LABELS[int(one)]) for one in quarters)


def _by_code(remarks: Sequence[PlanRemark]) -> dict[str, list[PlanRemark]]:
    found: dict[str, list[PlanRemark]] = {}
    for one in remarks:
        found.setdefault(one.code, []).append(one)
    return found
