"""Best practices: offered from a ratified plan, copied by another agency with its name on it."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from sp4n.action_plans.models import ActionPlan, PlanItem
from tests.action_plans.making import LIST, a_plan
from tests.factories import make_agency
from tests.scenes import Scene


def test_what_one_offers_others_copy_with_attribution(app: Flask, scene: Scene) -> None:
    plan_id, other = a_plan(scene), Scene(app, make_agency(app))
    theirs, browser = a_plan(other), scene.desk()
    with scene.inside() as session:
        wanted = sa.select(PlanItem.id).where(PlanItem.plan_id == plan_id)
        item_id = session.scalars(wanted.where(PlanItem.code == "1.1.3")).one()
    page = browser.open(f"{LIST}/{plan_id}/tawarkan/{item_id}")
    refused = browser.send(page.form(page.path), why="Waktu jawab turun.")
    assert refused.status == 409
    with scene.inside() as session:
        mine = sa.update(ActionPlan).where(ActionPlan.id == plan_id)
        session.execute(mine.values(state="ratified", ratified_on=sa.func.current_date()))
    refused = browser.send(page.form(page.path), why=" ")
    assert refused.status == 422
    page = browser.send(refused.form(refused.path), why="Waktu jawab turun.")
    assert "Milik Anda" in page.words
    reader = other.desk()
    page = reader.open("/desk/praktik-baik")
    assert "Waktu jawab turun." in page.words
    assert scene.agency.name in page.words
    copy = next(f for f in page.forms() if "into" in f.controls)
    assert copy.choices("into") == [f"{theirs}:1.1"]
    page = reader.send(copy)
    assert f"Disalin dari praktik baik {scene.agency.name}" in page.words
    with other.inside() as session:
        copied = session.scalars(sa.select(PlanItem).where(PlanItem.code == "1.1.8")).one()
        assert (copied.name, copied.section, copied.budget) == ("Kegiatan sdm", "sdm", None)
    page = browser.open(f"{LIST}/{plan_id}/tawarkan/{item_id}")
    browser.send(page.form("/tarik"))
    assert "Waktu jawab turun." not in reader.open("/desk/praktik-baik").words
    gone = reader.send(copy)
    assert gone.status == 404
