"""Road maps at the national level: drafted, imported, published; and never changed after that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.action_plans.models import ActionPlan
from sp4n.db import db
from sp4n.settings.models import RoadMap
from sp4n.settings.operations import _data, load_reference_data
from sp4n.settings.road_maps import road_map_in_force, road_maps
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from tests.action_plans.making import a_plan
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser

LIST = "/nasional/rencana-aksi/road-map"
KEY = "uji-2040"


@pytest.fixture
def browser(app: Flask) -> Iterator[Browser]:
    """Of somebody who may set what holds for all; what they made is gone afterwards."""
    yield coordinator_browser(app, "super_admin")
    with app.app_context(), edge(NATIONAL):
        db.session().execute(sa.delete(RoadMap).where(RoadMap.key.like(f"{KEY}%")))


def entry(**over: Any) -> dict[str, Any]:
    period = {"key": KEY, "period_from": 2040, "period_to": 2044, "due_on": None}
    return {**_data("road_maps.json")[0], **period, **over}


def sent(browser: Browser, content: Any) -> Page:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return browser.send(browser.open(LIST).form("/impor"), file=("road-map.json", data))


def in_force(app: Flask) -> str:
    with app.app_context(), edge(NATIONAL):
        found = road_map_in_force(db.session())
        return found.key if found else ""


def row_of(app: Flask, key: str = KEY) -> RoadMap:
    with app.app_context(), edge(NATIONAL):
        row = db.session().scalars(sa.select(RoadMap).where(RoadMap.key == key)).one()
        db.session().expunge(row)
        return row


def published(browser: Browser, page: Page, days: int = 0) -> Page:
    day = clock.today(clock.CAPITAL) + timedelta(days)
    typed = {"citation": "Permen Uji 1/2040", "in_force_from": day.isoformat()}
    return browser.send(page.form("/terbitkan"), **typed)


def test_one_is_imported_as_a_draft_changed_and_published(app: Flask, browser: Browser) -> None:
    before = in_force(app)
    page = sent(browser, [entry()])
    assert "1 draf road map diimpor" in page.words
    assert in_force(app) == before
    page = browser.open(f"{LIST}/{row_of(app).id}")
    form = browser.follow(page, "Ubah draf").form("/ubah")
    refused = browser.send(form, objectives="SS | Cepat | 90%\nrusak", period_to="2039")
    assert refused.status == 422
    assert "Baris 2 tidak lengkap" in refused.words
    assert "Tahun akhir mendahului" in refused.words
    assert refused.form("/ubah").values["objectives"] == "SS | Cepat | 90%\nrusak"
    page = browser.send(
        refused.form("/ubah"), objectives="SS | Cepat | 90%\nT | Tuntas", period_to="2045"
    )
    assert "Tuntas" in page.words
    refused = browser.send(page.form("/terbitkan"), citation="", in_force_from="")
    assert refused.status == 422
    page = published(browser, refused)
    assert "Road map terbit" in page.words
    assert not page.has_form("/terbitkan")
    row = row_of(app)
    assert (row.citation, row.period_to, in_force(app)) == ("Permen Uji 1/2040", 2045, KEY)
    assert [one["code"] for one in row.objectives] == ["SS", "T"]
    # The file that one takes away is one that comes in again, and changes nothing.
    file = browser.client.get(f"{LIST}/{row.id}/data.json").data
    assert "tidak ada yang berubah" in sent(browser, file).words


def test_what_is_published_is_never_rewritten(app: Flask, browser: Browser, tmp_path: Any) -> None:
    sent(browser, [entry()])
    number = row_of(app).id
    draft = browser.open(f"{LIST}/{number}")
    change = browser.open(f"{LIST}/{number}/ubah").form("/ubah")
    published(browser, draft)
    other = entry(objectives=[{"code": "X", "name": "Lain", "targets": ""}])
    refused = sent(browser, [entry(key=f"{KEY}-b"), other])
    assert refused.status == 422
    assert "sudah terbit dan tidak diubah" in refused.words
    assert browser.open(f"{LIST}/{number}/ubah").path == f"{LIST}/{number}"
    browser.strict = False
    browser.send(change, objectives="X | Lain")
    browser.client.post(f"{LIST}/{number}/hapus", data=csrf_of(browser))
    file = tmp_path / "road-map.json"
    file.write_text(json.dumps([other]))
    assert app.test_cli_runner().invoke(args=["road-maps", "import", str(file)]).exit_code == 1
    (shipped,) = _data("road_maps.json")
    with app.app_context(), edge(NATIONAL):
        mine = sa.update(RoadMap).where(RoadMap.key == shipped["key"])
        db.session().execute(mine.values(name="Nama lain"))
        load_reference_data(db.session())
        kept = db.session().scalar(sa.select(RoadMap.name).where(RoadMap.key == shipped["key"]))
        db.session().execute(mine.values(name=shipped["name"]))
    assert kept == "Nama lain"
    assert row_of(app).objectives == entry()["objectives"]
    # Its next version is a draft of its own.
    page = browser.send(browser.open(f"{LIST}/{number}").form("/salin"))
    assert page.form("/ubah").values["key"] == f"{KEY}-2"
    assert in_force(app) == KEY


def csrf_of(browser: Browser) -> dict[str, str]:
    return {"csrf_token": browser.open(LIST).form("/impor").values["csrf_token"]}


def test_one_that_is_to_come_is_not_offered_yet(app: Flask, browser: Browser, scene: Scene) -> None:
    sent(browser, [entry()])
    page = published(browser, browser.open(f"{LIST}/{row_of(app).id}"), days=9)
    assert "Belum mulai berlaku" in page.words
    assert in_force(app) != KEY
    with scene.inside() as session:
        assert KEY not in [one.key for one in road_maps(session)]
        with clock.frozen(clock.now() + timedelta(days=9)):
            assert road_maps(session)[0].key == KEY


BROKEN = {
    "nothing": b"",
    "no JSON": b"{",
    "no list": b"{}",
    "an empty list": b"[]",
    "deep": b"[" * 100_000,
    "half": json.dumps([entry(sections=[])]).encode(),
    "not words": json.dumps([entry(objectives=[{"code": "A", "name": {"x": 1}}])]).encode(),
    "a zero byte": json.dumps([entry(name="a\x00b")]).encode(),
    "no year": json.dumps([entry(period_from=2040.5)]).encode(),
    "a bad key": json.dumps([entry(key="Uji 2040/..")]).encode(),
    "too large": b" " * (1024 * 1024 + 1),
}


def test_a_file_that_is_none_changes_nothing(browser: Browser) -> None:
    for name, content in BROKEN.items():
        page = sent(browser, content)
        assert page.status == 422, name
        assert page.errors, name
    assert KEY not in browser.open(LIST).text


def test_which_objectives_nobody_serves_is_shown(
    app: Flask, browser: Browser, scene: Scene
) -> None:
    with scene.inside() as session:
        shipped = road_maps(session)[0].id
    plan_id = a_plan(scene)
    words = "Sasaran yang belum dilayani instansi mana pun"
    with scene.inside() as session:
        mine = sa.update(ActionPlan).where(ActionPlan.id == plan_id)
        session.execute(mine.values(state="submitted"))
    page = browser.open(f"{LIST}/{shipped}")
    assert words in page.words
    assert "B: Peningkatan partisipasi masyarakat" in page.words
    assert "SS: Terwujudnya" not in page.words


def test_coordinators_look_and_do_not_touch(app: Flask, browser: Browser) -> None:
    sent(browser, [entry()])
    number = row_of(app).id
    reader = coordinator_browser(app)
    page = reader.follow(reader.open("/nasional/rencana-aksi"), "Road map dan sasarannya")
    assert not page.has_form("/impor")
    page = reader.open(f"{LIST}/{number}")
    assert not page.has_form("/terbitkan")
    csrf = reader.open("/nasional/rencana-aksi").form("/ingatkan").values["csrf_token"]
    token = {"citation": "X", "in_force_from": "2026-01-01", "csrf_token": csrf}
    for act in ("terbitkan", "salin", "hapus", "ubah"):
        assert reader.client.post(f"{LIST}/{number}/{act}", data=token).status_code == 403
    assert reader.client.get(f"{LIST}/baru").status_code == 403
    assert row_of(app).state == "draft"


def test_a_draft_is_thrown_away_and_two_who_write_see_each_other(
    app: Flask, browser: Browser
) -> None:
    sent(browser, [entry()])
    number = row_of(app).id
    form = browser.open(f"{LIST}/{number}/ubah").form("/ubah")
    browser.send(form, name="Nama pertama")
    late = browser.send(form, name="Nama kedua")
    assert late.status == 409
    assert late.form("/ubah").values["name"] == "Nama kedua"
    page = browser.send(browser.open(f"{LIST}/{number}").form("/hapus"))
    assert "Draf dihapus." in page.words
    assert KEY not in page.text
