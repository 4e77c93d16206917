"""Action plans before the national level: reviewed by the coordinator in charge, ratified, renewed;
and who has sent one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.accounts.models import Coordinator
from sp4n.action_plans.letters import remind
from sp4n.action_plans.models import ActionPlan
from sp4n.db import db
from sp4n.jobs.models import Outbox
from sp4n.national.plan_overview import KindRow, all_of, by_kind, plan_rows
from sp4n.settings.models import RoadMap
from sp4n.settings.road_maps import road_maps
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from tests.action_plans.making import LIST, a_plan, as_stored
from tests.desk.test_plan_uploads import codes, ours, send
from tests.factories import make_agency
from tests.files.making import document, pdf_bytes
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser
from tests.spreadsheets.making import xlsx


def submitted(scene: Scene) -> int:
    plan_id, browser = a_plan(scene), scene.desk()
    browser.send(browser.open(f"{LIST}/{plan_id}").form("/ajukan"))
    return plan_id


def reviewed(app: Flask, scene: Scene, plan_id: int, verdict: str, **typed: Any) -> Page:
    browser = coordinator_browser(app)
    page = browser.open(f"/nasional/instansi/{scene.agency.slug}/rencana-aksi/{plan_id}")
    return browser.send(page.form("/putusan"), verdict=verdict, **typed)


def office(app: Flask, office: str) -> Browser:
    browser = coordinator_browser(app)
    with app.app_context(), edge(NATIONAL):
        newest = sa.select(sa.func.max(Coordinator.id)).scalar_subquery()
        wanted = sa.update(Coordinator).where(Coordinator.id == newest)
        db.session().execute(wanted.values(office=office))
    return browser


def owed(scene: Scene, kind: str) -> int:
    with scene.inside() as session:
        wanted = sa.select(sa.func.count()).select_from(Outbox).where(Outbox.kind == kind)
        return session.scalar(wanted) or 0


def test_it_goes_back_with_remarks_at_its_rows_and_comes_again(app: Flask, scene: Scene) -> None:
    plan_id = submitted(scene)
    browser = coordinator_browser(app)
    path = f"/nasional/instansi/{scene.agency.slug}/rencana-aksi/{plan_id}"
    page = browser.open(path)
    assert "Kegiatan sdm" in page.words
    remark = next(f for f in page.forms() if f.values.get("code") == "1.1.3")
    assert browser.send(remark, words=" ").status == 422
    page = browser.send(remark, words="Targetnya terlalu rendah.")
    assert "Targetnya terlalu rendah." in page.words
    refused = browser.send(page.form("/putusan"), verdict="revise")
    assert refused.status == 422
    page = browser.send(refused.form("/putusan"), words="Lihat catatan.")
    assert "Keputusan dicatat" in page.words
    assert not page.has_form("/putusan")
    assert owed(scene, "notice.plan_decided") == 1
    desk = scene.desk()
    page = desk.open(f"{LIST}/{plan_id}")
    assert "Lihat catatan." in page.words
    assert "Targetnya terlalu rendah." in page.words
    page = desk.send(page.form("/ajukan"))
    assert as_stored(scene, plan_id).state == "submitted"
    assert "Memberi catatan pada rencana aksi" in desk.open("/desk/jejak").words


def test_a_draft_is_nobodys_but_its_agencys(app: Flask, scene: Scene) -> None:
    plan_id = a_plan(scene)
    browser = coordinator_browser(app)
    browser.strict = False
    path = f"/nasional/instansi/{scene.agency.slug}/rencana-aksi/{plan_id}"
    assert browser.open(path).status == 404


def test_only_the_ministry_in_charge_decides(app: Flask, scene: Scene) -> None:
    """This agency is a regional government."""
    plan_id = submitted(scene)
    path = f"/nasional/instansi/{scene.agency.slug}/rencana-aksi/{plan_id}"
    other, own = office(app, "panrb"), office(app, "kemendagri")
    form = own.open(path).form("/putusan")
    page = other.open(path)
    assert "Diperiksa Kementerian Dalam Negeri" in page.words
    assert not page.has_form("/putusan")
    other.strict = False
    typed = {**form.values, "verdict": "accept", "csrf_token": csrf(other)}
    assert other.client.post(form.action, data=typed).status_code == 403
    assert as_stored(scene, plan_id).state == "submitted"
    own.send(form, verdict="accept")
    assert as_stored(scene, plan_id).state == "accepted"


def csrf(browser: Browser) -> str:
    return str(browser.open("/nasional/rencana-aksi").form("/ingatkan").values["csrf_token"])


def ratified(
    app: Flask, scene: Scene, plan_id: int, number: str = "188/12/2026", signed: bool = False
) -> Page:
    reviewed(app, scene, plan_id, "accept")
    head = scene.desk(scene.person("head"))
    page = head.follow(head.open(f"{LIST}/{plan_id}"), "Sahkan")
    refused = head.send(page.form("/sahkan"), number="")
    assert refused.status == 422
    day = clock.today(clock.CAPITAL).isoformat()
    typed: dict[str, Any] = {"number": number, "on": day, "by": "Bupati Uji"}
    if signed:
        typed["file"] = ("sk.pdf", pdf_bytes(document()))
    return head.send(refused.form("/sahkan"), **typed)


def test_the_head_ratifies_and_a_new_upload_is_a_new_version(app: Flask, scene: Scene) -> None:
    plan_id = submitted(scene)
    assert "menunggu koordinator" in scene.desk().open("/desk/instrumen").words
    page = ratified(app, scene, plan_id, signed=True)
    assert "Disahkan dan berlaku" in scene.desk().open("/desk/instrumen").words
    assert "188/12/2026" in scene.desk().follow(page, "PDF yang ditandatangani").words
    assert "Disahkan Bupati Uji dengan nomor 188/12/2026" in page.words
    browser = scene.desk()
    page = send(browser, plan_id, xlsx(ours()))
    copy_id = int(page.path.split("/")[3])
    assert copy_id != plan_id
    browser.send(page.form("/impor"))
    assert as_stored(scene, plan_id).state == "ratified"
    assert len(codes(scene, plan_id)) == 9
    assert as_stored(scene, copy_id).version == 2
    page = browser.follow(browser.open(f"{LIST}/{copy_id}"), "Bandingkan")
    assert "Dihapus" in page.words
    assert "Cepat dijawab" in page.words
    with scene.inside() as session:
        session.execute(
            sa.update(ActionPlan).where(ActionPlan.id == copy_id).values(state="submitted")
        )
    ratified(app, scene, copy_id, "188/13/2026")
    assert as_stored(scene, plan_id).state == "superseded"
    assert "versi 1" in browser.open(LIST).words


def test_progress_says_the_variance_and_where_it_is_heading(app: Flask, scene: Scene) -> None:
    plan_id = submitted(scene)
    browser = scene.desk()
    page = browser.open(f"{LIST}/{plan_id}/capaian?tahun=2026")
    assert "Belum dilaporkan" in page.words
    ratified(app, scene, plan_id)
    page = browser.follow(browser.open(f"{LIST}/{plan_id}/capaian?tahun=2026"), "1.1.3")
    typed = {"year": "2026", "quarter": "2", "achieved": "6", "spent": "Rp 1 juta"}
    refused = browser.send(page.form(page.path), **typed, link="ftp://contoh.go.id")
    assert refused.status == 422
    assert refused.form(refused.path).values["achieved"] == "6"
    page = browser.send(refused.form(refused.path), link="https://contoh.go.id/bukti")
    assert "-4 (60%)" in page.words
    assert " 12 " in page.words
    assert "Rp 2.000.000" in page.words
    page = browser.follow(page, "1.1.3")
    page = browser.send(page.form(page.path), year="2026", quarter="2", achieved="7")
    assert "-3 (70%)" in page.words


def test_who_has_sent_one_is_answered_on_one_page(app: Flask, scene: Scene) -> None:
    other = Scene(app, make_agency(app))
    submitted(scene)
    a_plan(other)
    browser = coordinator_browser(app)
    page = browser.open("/nasional/rencana-aksi?hanya=terkirim")
    assert scene.agency.name in page.words
    assert other.agency.name not in page.words
    assert "Terlambat" in page.words
    page = browser.open(f"/nasional/rencana-aksi?hanya=belum&q={other.agency.slug.upper()}")
    assert other.agency.name in page.words
    assert scene.agency.name not in page.words
    with app.app_context(), edge(NATIONAL):
        road_map = road_maps(db.session())[0]
        rows = plan_rows(db.session(), road_map)
    mine = {row.slug: row for row in rows}
    assert mine[scene.agency.slug].sent
    assert not mine[other.agency.slug].sent
    assert mine[other.agency.slug].late
    total = all_of(rows)
    assert total.sent + total.unsent == total.agencies == sum(one.agencies for one in by_kind(rows))
    assert KindRow("", 523, 49, 0).percent == 9.37


def test_that_page_sends_few_statements(app: Flask, scene: Scene) -> None:
    submitted(scene)
    browser = coordinator_browser(app)
    browser.open("/nasional/rencana-aksi")
    sent: list[str] = []
    with app.app_context():
        engine = db.engines["national"]

    def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SET", "SHOW", "BEGIN")):
            sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        browser.client.get("/nasional/rencana-aksi")
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    assert len(sent) <= 3, sent


@pytest.fixture
def reminded(app: Flask) -> Any:
    browser = coordinator_browser(app)
    browser.send(browser.open("/nasional/rencana-aksi").form("/ingatkan"))
    yield
    with app.app_context(), edge(NATIONAL):
        db.session().execute(sa.update(RoadMap).values(reminded_at=None))


def test_who_owes_a_plan_is_reminded_once(app: Flask, scene: Scene, reminded: None) -> None:
    sender = Scene(app, make_agency(app))
    submitted(sender)
    for one in (scene, scene, sender):
        with one.inside() as session:
            remind(session)
    assert owed(scene, "notice.plan_reminder") == 1
    assert owed(sender, "notice.plan_reminder") == 0


def test_nobody_is_reminded_unasked_years_after(scene: Scene) -> None:
    with scene.inside() as session:
        remind(session)
    assert owed(scene, "notice.plan_reminder") == 0
    due = datetime(2021, 12, 24, 3, tzinfo=clock.CAPITAL) + timedelta(hours=12)
    with clock.frozen(due), scene.inside() as session:
        remind(session)
        remind(session)
    assert owed(scene, "notice.plan_reminder") == 1
