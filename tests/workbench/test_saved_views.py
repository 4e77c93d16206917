"""Saved views: kept with what an address asks for, counted for whoever looks, shared or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bench.counting import statements
from sp4n import clock
from sp4n.tenants.resolver import AgencyFacts
from sp4n.workbench import saved_views
from tests.pages import Browser, Page
from tests.scenes import Scene

VIEWS = "/desk/tampilan"


def keep(browser: Browser, query: str, name: str, *, shared: bool = False) -> Page:
    page = browser.open(f"{VIEWS}/baru?{query}")
    return browser.send(page.form("/baru"), name=name, shared=shared)


def numbers(page: Page) -> dict[str, str]:
    rows = [[one for one in row if one.tag in ("th", "td")] for row in page.tree.iter("tr")]
    cells = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in rows]
    return {cell[0]: cell[1] for cell in cells if cell}


def test_a_list_is_kept_and_counted_for_whoever_looks(scene: Scene) -> None:
    here, there = scene.unit(), scene.unit()
    for unit in (here, there, there):
        scene.verify(scene.filed(), unit_id=unit)
    scene.verify(scene.filed(confidential=True), unit_id=here)
    admin = scene.desk()
    page = admin.open("/desk/?status=unhandled&q=lampu")
    page = admin.follow(page, "Simpan tampilan ini")
    assert "Belum ditindaklanjuti, “lampu”" in page.words
    page = admin.send(page.form("/baru"), name="Belum", shared=True)
    assert numbers(page)["Belum"] == "4"
    page = keep(admin, f"unit={there}", "Unit lain")
    assert numbers(page)["Unit lain"] == "2"
    liaison = scene.desk(scene.person("liaison", units=[here]))
    assert numbers(liaison.open(VIEWS)) == {"Tampilan": "Laporan", "Belum": "2"}
    head = scene.desk(scene.person("head"))
    page = head.open(VIEWS)
    assert numbers(page)["Belum"] == "3"
    page = head.follow(page, "Belum")
    assert len({one for one in page.links if "/desk/laporan/" in one}) == 3


def test_the_new_filters_narrow_the_list_and_stay_in_its_address(scene: Scene) -> None:
    now = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
    old = scene.filed(at=now - timedelta(days=20))
    with clock.frozen(now):
        fresh = scene.filed(classification="aspirasi")
        browser = scene.desk()
        page = browser.open("/desk/?jenis=aspirasi&hari=7")
        assert fresh.reference in page.words
        assert old.reference not in page.words
        link = next(one for one in page.links if fresh.reference in one)
        assert "jenis=aspirasi" in link
        assert "hari=7" in link
        assert old.reference in browser.open("/desk/?jenis=pengaduan").words
        for wrong in ("jenis=x", "hari=8", "hari=-1", "tempo=besok"):
            assert fresh.reference in browser.open(f"/desk/?{wrong}").words
    due = scene.case(fresh).due_at
    assert due is not None
    with clock.frozen(due - timedelta(hours=5)):
        page = scene.desk().open("/desk/?tempo=hari-ini")
    assert fresh.reference in page.words
    assert old.reference not in page.words


def test_a_name_is_used_once_and_views_are_not_without_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = scene.desk()
    keep(browser, "terlambat=1", "Terlambat")
    page = keep(browser, "status=closed", "terlambat")
    assert page.errors == ["Anda sudah punya tampilan dengan nama ini."]
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    page = browser.send(page.form("/baru"), name="Lain")
    assert "Hapus dahulu" in page.errors[0]


def test_one_deletes_ones_own_and_an_admin_what_is_shared(scene: Scene) -> None:
    owner, admin = scene.desk(scene.person("liaison")), scene.desk()
    keep(owner, "status=closed", "Milik saya")
    page = keep(owner, "status=closed", "Milik bersama", shared=True)
    own, shared = sorted(
        {one.action for one in page.forms() if one.action.endswith("/hapus")},
        key=lambda address: int(address.split("/")[-2]),
    )
    other = scene.desk(scene.person("head"))
    other.strict = admin.strict = False
    page = other.open(VIEWS)
    assert "Milik saya" not in page.words
    assert not page.has_form("/hapus")
    token = {"csrf_token": other.open("/akun").forms()[0].values["csrf_token"]}
    assert other.client.post(own, data=token).status_code == 404
    assert other.client.post(shared, data=token).status_code == 403
    page = admin.open(VIEWS)
    page = admin.send(page.form("/hapus"))
    assert "Milik bersama" not in admin.open(VIEWS).words
    assert "Milik saya" in owner.open(VIEWS).words


def test_counting_many_views_is_one_statement(scene: Scene) -> None:
    browser = scene.desk()
    for number in range(4):
        keep(browser, "status=closed&q=lampu", f"Tampilan {number}")
    browser.open(VIEWS)
    with statements() as sent:
        browser.open(VIEWS)
    assert len(sent) <= 5, sent


def test_a_shared_view_of_another_agency_is_not_here(
    scene: Scene, other_agency: AgencyFacts
) -> None:
    keep(Scene(scene.app, other_agency).desk(), "status=closed", "Tetangga", shared=True)
    assert "Tetangga" not in scene.desk().open(VIEWS).words


def test_who_only_reads_uses_what_others_share_and_keeps_nothing(scene: Scene) -> None:
    keep(scene.desk(), "status=closed", "Selesai", shared=True)
    viewer = scene.desk(scene.person("viewer"))
    page = viewer.open(VIEWS)
    assert "Selesai" in page.words
    assert not page.has_form("/hapus")
    viewer.strict = False
    assert viewer.open(f"{VIEWS}/baru").status == 403
