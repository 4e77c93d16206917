"""Pages of action plans, for those who sign in."""

from __future__ import annotations

from tests.action_plans.making import LIST, a_plan, free_year, in_force
from tests.journeys.gallery import Gallery, States
from tests.journeys.visitor import Visitor


def plan_pages(visitor: Visitor, gallery: Gallery) -> States:
    plan = f"{LIST}/{a_plan(gallery.scene, first=free_year(gallery.scene))}"
    for name, path in {
        "plans": LIST,
        "plan": plan,
        "plan, upload": f"{plan}/unggah",
        "plan, new line": f"{plan}/baris/baru",
        "best practices": "/desk/praktik-baik",
    }.items():
        visitor.open(gallery.site + path)
        yield f"desk: {name}"
    in_force(gallery.scene, plan_id=int(plan.rpartition("/")[2]))
    for name, path in {
        "documents": "/dokumen",
        "action plan": f"/dokumen/rencana-aksi/{plan.rpartition('/')[2]}",
    }.items():
        visitor.open(gallery.site + path)
        yield f"everyone: {name}"
