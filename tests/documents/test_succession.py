"""An agency that was merged into another: asked for nothing any more, and still read."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.action_plans.letters import remind
from sp4n.db import db
from sp4n.decrees.letters import tell_of_lost_posts
from sp4n.decrees.liaison_letters import tell_of_bare_units
from sp4n.documents.reminders import remind_of_ends
from sp4n.jobs.models import Outbox
from sp4n.policies.due import owe_due
from sp4n.settings.models import RoadMap
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency, AgencySuccession
from sp4n.tenants.succession import pairs
from tests.action_plans.making import in_force
from tests.documents.making import a_document, in_days
from tests.factories import make_agency
from tests.policies.test_pages import JANUARY, RULE, published
from tests.scenes import Scene, coordinator_browser

STEPS = (remind_of_ends, remind, tell_of_bare_units, tell_of_lost_posts, owe_due)


@pytest.fixture
def heir(app: Flask) -> Scene:
    return Scene(app, make_agency(app))


def merged(scene: Scene, heir: Scene) -> None:
    with scene.app.app_context(), edge(NATIONAL):
        db.session().get_one(Agency, scene.agency.id).status = "archived"
        ids = {"predecessor_id": scene.agency.id, "successor_id": heir.agency.id}
        db.session().add(AgencySuccession(**ids))
    pairs.forget()


def asked(scene: Scene) -> set[str]:
    """What all steps of the upkeep owe."""
    with clock.frozen(JANUARY), scene.inside() as session:
        session.execute(sa.update(Outbox).values(state="done", kind="test"))
        for step in STEPS:
            step(session)
        kinds = set(session.scalars(sa.select(Outbox.kind).where(Outbox.state != "done")))
        session.rollback()
        return kinds


def test_who_was_merged_is_reminded_of_nothing_and_chased_by_no_list(
    app: Flask, scene: Scene, heir: Scene
) -> None:
    scene.unit("Dinas tanpa penghubung")
    published(scene, RULE)
    with app.app_context(), edge(NATIONAL):
        db.session().execute(sa.update(RoadMap).values(reminded_at=JANUARY))
    chased = asked(scene)
    assert {"notice.units_without_liaison", "policy.propose"} <= chased
    merged(scene, heir)
    assert asked(scene) == set()
    with clock.frozen(JANUARY):
        console = coordinator_browser(app)
        for path in ("dokumen?q=", "kebijakan/perhitungan?periode=2026-11&x=", "rencana-aksi?x="):
            assert scene.agency.name not in console.open(f"/nasional/{path}").words
        page = console.open(f"/nasional/instansi/{scene.agency.slug}")
        assert f"Digantikan oleh {heir.agency.name}." in page.words
        page = console.open(f"/nasional/instansi/{heir.agency.slug}")
        assert f"Menggantikan {scene.agency.name}." in page.words


def test_what_it_had_is_still_read_and_its_successor_knows_where(
    app: Flask, scene: Scene, heir: Scene
) -> None:
    storage: Any = app.extensions["sp4n.storage"]
    with scene.inside() as session:
        made = a_document(session, storage, publicity="file", valid_to=in_days(300)).id
    plan_id = in_force(scene)
    published(scene, RULE)
    merged(scene, heir)
    citizen = scene.browser()
    with clock.frozen(JANUARY):
        for path in ("/dokumen", "/dokumen/kebijakan", f"/dokumen/rencana-aksi/{plan_id}"):
            page = citizen.open(path)
            assert page.status == 200
            assert f"Penggantinya: {heir.agency.name}." in page.words
    assert "Belum ada" not in citizen.open("/dokumen").words
    assert citizen.client.get(f"/dokumen/{made}/berkas").status_code == 200
    assert citizen.client.get(f"/dokumen/rencana-aksi/{plan_id}/data.json").status_code == 200
    said = citizen.client.get("/dokumen.json").json["agency"]
    assert (said["status"], said["successors"]) == ("closed", [heir.agency.slug])
    assert citizen.client.get("/lapor").status_code == 403
    for page in (
        heir.browser().open("/dokumen"),
        heir.desk().open("/desk/instrumen"),
        heir.desk().open("/desk/dokumen"),
    ):
        assert "Dokumen instansi pendahulu" in page.words
        assert scene.agency.name in page.words
    assert "pendahulu" not in Scene(app, make_agency(app)).browser().open("/dokumen").words
