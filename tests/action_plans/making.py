"""Plans for the tests: whole ones, and pages of theirs."""

from __future__ import annotations

import sqlalchemy as sa

from sp4n import clock
from sp4n.action_plans.lines import Line
from sp4n.action_plans.models import ActionPlan
from sp4n.action_plans.operations import replace_lines, start_plan
from sp4n.action_plans.reviewing import ratify_plan
from sp4n.documents.operations import SignedFile
from sp4n.settings.road_maps import road_maps
from tests.documents.making import cleaned
from tests.scenes import Scene

LIST = "/desk/rencana-aksi"


def whole_lines(years: tuple[int, ...] = (2026, 2027)) -> list[Line]:
    """An activity for each section of the guideline."""
    lines = [
        Line("1", "sasaran", name="Pengaduan dijawab cepat", objective="SS"),
        Line("1.1", "program", "1", name="Penguatan pengelola"),
    ]
    keys = "kelembagaan tata_laksana sdm pengawasan komunikasi pemasaran kolaborasi"
    for number, key in enumerate(keys.split(), 1):
        lines.append(
            Line(
                f"1.1.{number}",
                "kegiatan",
                "1.1",
                name=f"Kegiatan {key}",
                section=key,
                indicator="Jumlah kegiatan",
                targets={str(year): "10" for year in years},
                responsible="Dinas Kominfo",
                budget=1_000_000 * number,
                budget_source="APBD",
                quarters="12",
                evidence="Laporan kegiatan",
            )
        )
    return lines


def a_plan(scene: Scene, lines: list[Line] | None = None, first: int = 2026) -> int:
    """Of two years."""
    with scene.inside() as session:
        road_map = road_maps(session)[0]
        period = {"period_from": first, "period_to": first + 1}
        plan = start_plan(session, road_map_id=road_map.id, **period, actor=scene.admin)
        replace_lines(
            session,
            plan=plan,
            lines=whole_lines((first, first + 1)) if lines is None else lines,
            actor=scene.admin,
        )
        return plan.id


def free_year(scene: Scene) -> int:
    """After all plans that the agency has."""
    with scene.inside() as session:
        last = session.scalar(sa.select(sa.func.max(ActionPlan.period_to)))
        return (last or 2025) + 1


def as_stored(scene: Scene, plan_id: int) -> ActionPlan:
    with scene.inside() as session:
        plan = session.get_one(ActionPlan, (scene.agency.id, plan_id))
        session.refresh(plan)
        session.expunge(plan)
        return plan


def in_force(
    scene: Scene, lines: list[Line] | None = None, plan_id: int | None = None, signed: bool = True
) -> int:
    """Ratified; `signed`: with its PDF in the register."""
    plan_id = plan_id or a_plan(scene, lines)
    with scene.inside() as session:
        mine = sa.update(ActionPlan).where(ActionPlan.id == plan_id)
        session.execute(mine.values(state="accepted"))
        ratify_plan(
            session,
            plan_id=plan_id,
            number="188/7/2026",
            on=clock.today(clock.CAPITAL),
            by="Bupati Uji",
            actor=scene.admin,
            signed=SignedFile(cleaned("Rencana"), "Rencana") if signed else None,
            storage=scene.app.extensions["sp4n.storage"],
        )
    return plan_id
