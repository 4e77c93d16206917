"""The console: figures of every agency that equal what is really there, and the way to each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.db import db
from sp4n.figures.operations import fold
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from tests.cases.making import MONDAY
from tests.factories import ClientFor, make_agency
from tests.page_rules import words_in
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser

COUNTED = sa.text(
    """
    SELECT count(*),
           count(*) FILTER (WHERE state NOT IN ('closed', 'archived', 'forwarded')),
           count(*) FILTER (WHERE due_at < :now),
           count(*) FILTER (WHERE first_answered_at IS NOT NULL)
    FROM case_record JOIN agency ON agency.id = case_record.agency_id
    WHERE agency.status <> 'archived' AND (CAST(:kind AS text) IS NULL OR agency.kind = :kind)
    -- tests of other rooms write bare rows, which nobody filed
    AND NOT case_record.trial
    AND (state = 'forwarded' OR EXISTS (
        SELECT 1 FROM tracking WHERE tracking.agency_id = case_record.agency_id
        AND tracking.case_id = case_record.id))
    """
)


def row_of(page: Page, name: str) -> dict[str, str]:
    """The cells of the row that begins with `name`, by their column."""
    for row in page.tree.iter("tr"):
        head = row.find("th")
        if head is not None and words_in(head).startswith(name) and row.find("td") is not None:
            return {cell.get("data-label"): words_in(cell) for cell in row.iter("td")}
    raise AssertionError(f"no row {name!r}: {page.words[:600]}")


def stats_of(page: Page) -> dict[str, str]:
    labels, values = page.find_all("stat__label"), page.find_all("stat__value")
    return {words_in(one): words_in(value) for one, value in zip(labels, values, strict=True)}


def counted(superuser: sa.Connection, kind: str | None = None) -> dict[str, str]:
    numbers = superuser.execute(COUNTED, {"now": clock.now(), "kind": kind}).one()
    names = ("Laporan masuk", "Belum selesai", "Terlambat", "Ditanggapi")
    return dict(zip(names, map(str, numbers), strict=True))


def busy(scene: Scene) -> None:
    """Cases in every state, one of them late."""
    scene.filed()
    scene.filed(at=MONDAY - timedelta(days=60))
    scene.verify(scene.filed())
    scene.answer(scene.verify(scene.filed()))
    scene.answer(scene.verify(scene.filed()), final=True)
    scene.archive(scene.filed())


def test_the_figures_equal_a_count_of_the_cases_themselves(
    scene: Scene, superuser: sa.Connection
) -> None:
    busy(scene)
    for folded in (False, True):
        if folded:
            with scene.inside() as session:
                fold(session)
        page = coordinator_browser(scene.app).open("/nasional/")
        row = row_of(page, "Pemerintah kabupaten")
        truth = counted(superuser, "kabupaten")
        assert {name: row[name] for name in truth} == truth
        stats = stats_of(page)
        total = counted(superuser)
        assert stats["Berapa laporan masuk?"] == total["Laporan masuk"]
        assert stats["Berapa laporan belum selesai?"] == total["Belum selesai"]
        late = f"{total['Terlambat']} dari {total['Belum selesai']} laporan yang belum selesai"
        assert late in page.words


def test_one_agency_has_its_own_figures_and_its_median(scene: Scene) -> None:
    busy(scene)
    page = coordinator_browser(scene.app).open(f"/nasional/instansi/{scene.agency.slug}")
    stats = stats_of(page)
    assert list(stats.items()) == [
        ("Berapa laporan terlambat?", "1"),
        ("Berapa laporan belum selesai?", "5"),
        ("Berapa lama menunggu tanggapan?", "kurang dari 1 jam"),
        ("Berapa laporan sudah ditanggapi?", "2"),
        ("Berapa kali penutupan disanggah?", "0"),
        ("Bagaimana pelapor menilai hasilnya?", "–"),
        ("Berapa laporan masuk?", "6"),
    ]


def test_every_question_leads_to_the_agencies_behind_its_answer(scene: Scene) -> None:
    busy(scene)
    make_agency(scene.app)  # which has nothing
    browser = coordinator_browser(scene.app)
    page = browser.open("/nasional/")
    for question in stats_of(page):
        behind = browser.follow(page, question)
        assert behind.path == "/nasional/instansi"
        narrowed = browser.open(
            f"{behind.url}{'&' if '?' in behind.url else '?'}q={scene.agency.slug}"
        )
        assert scene.agency.name in narrowed.words
    open_ones = browser.open("/nasional/instansi?hanya=terbuka")
    rows = [words_in(row) for row in open_ones.tree.findall(".//tbody/tr")]
    assert rows
    assert browser.open("/nasional/instansi?hanya=terlambat&q=qwxyz").words.count("cocok") == 1


BALI = sa.text(
    """
    INSERT INTO region (code, name, kind, parent_code) VALUES
    ('51', 'Provinsi Bali', 'provinsi', NULL), ('51.03', 'Kabupaten Badung', 'kabupaten', '51')
    ON CONFLICT DO NOTHING
    """
)


def test_the_map_says_of_each_province_what_share_is_late(
    app: Flask, superuser: sa.Connection
) -> None:
    superuser.execute(BALI)
    bali = Scene(app, make_agency(app, region_code="51.03"))
    bali.filed(at=MONDAY - timedelta(days=60))
    bali.filed()
    browser = coordinator_browser(app)
    page = browser.open("/nasional/")
    tiles = {words_in(one.find("a")): one for one in page.find_all("tile")}
    said = next(words for words in tiles if words.startswith("Bali"))
    assert "% terlambat dari" in said
    assert "tile--late" in tiles[said].get("class")
    behind = browser.open(tiles[said].find("a").get("href"))
    assert bali.agency.name in behind.words


def test_agencies_are_found_by_name_and_ordered_by_a_column(app: Flask) -> None:
    scene = Scene(app, make_agency(app, short_name="Pemkab Diurutkan"))
    scene.answer(scene.verify(scene.filed()))
    silent = Scene(app, make_agency(app, short_name="Pemkab Diurutkan"))
    silent.filed()
    browser = coordinator_browser(app)
    page = browser.open("/nasional/instansi?q=diurutkan")
    assert {words_in(a) for a in page.tree.findall(".//tbody//th//a")} == {
        scene.agency.name,
        silent.agency.name,
    }
    page = browser.follow(page, "Ditanggapi")
    heads = [words_in(a) for a in page.tree.findall(".//tbody//th//a")]
    assert heads.index(silent.agency.name) < heads.index(scene.agency.name)
    sorted_by = [one for one in page.tree.iter("th") if one.get("aria-sort")]
    assert [words_in(one) for one in sorted_by] == ["Ditanggapi"]


def test_agencies_are_narrowed_ordered_and_paged(app: Flask, scene: Scene) -> None:
    scene.filed(at=MONDAY - timedelta(days=60))
    browser = coordinator_browser(app)
    page = browser.open("/nasional/instansi?jenis=kabupaten&urut=terlambat")
    heads = [words_in(a) for a in page.tree.findall(".//tbody//th//a")]
    assert scene.agency.name in heads
    assert row_of(page, scene.agency.name)["Terlambat"] == "1"
    page = browser.send(page.form("/nasional/instansi"), jenis="kementerian")
    assert scene.agency.name not in page.words


@pytest.mark.parametrize(
    "query", ["jenis=x&urut=x&hal=x", "hal=99999", "hal=-3", "provinsi=%00", "provinsi=99"]
)
def test_an_address_that_says_nonsense_shows_a_page_all_the_same(app: Flask, query: str) -> None:
    assert coordinator_browser(app).open(f"/nasional/instansi?{query}").status == 200


def test_late_agencies_are_ordered_by_their_share_and_not_by_volume(app: Flask) -> None:
    large, small = (Scene(app, make_agency(app, short_name="Pemkab Bagian")) for _ in range(2))
    for _number in range(2):
        large.filed(at=MONDAY - timedelta(days=60))
        large.filed()
    small.filed(at=MONDAY - timedelta(days=60))
    browser = coordinator_browser(app)
    page = browser.open("/nasional/instansi?hanya=terlambat&urut=terlambat&q=bagian")
    late = [words_in(a) for a in page.tree.findall(".//tbody//th//a")]
    assert late == [small.agency.name, large.agency.name]


def test_an_unknown_agency_is_not_found(app: Flask) -> None:
    for path in ("/nasional/instansi/tidak-ada", "/nasional/instansi/tidak-ada/laporan"):
        assert coordinator_browser(app).open(path).status == 404


def test_a_suspended_agency_is_still_overseen_an_archived_one_is_history(scene: Scene) -> None:
    def turn(status: str) -> None:
        with scene.app.app_context(), edge(NATIONAL):
            db.session.get_one(Agency, scene.agency.id).status = status

    turn("suspended")
    browser = coordinator_browser(scene.app)
    page = browser.open(f"/nasional/instansi/{scene.agency.slug}")
    assert "Ditangguhkan" in page.words
    turn("archived")
    page = browser.open(f"/nasional/instansi/{scene.agency.slug}")
    assert "Sudah digabung atau dipecah" in page.words


def test_the_console_is_for_coordinators(scene: Scene, client_for: ClientFor) -> None:
    page = Browser(client_for(None)).open("/nasional/instansi")
    assert page.path == "/masuk"
    assert page.form("masuk").values["next"] == "/nasional/instansi"


@pytest.mark.parametrize("path", ["", "/", "/orang"])
def test_keeping_the_register_is_for_super_admins(app: Flask, path: str) -> None:
    statuses: dict[str, Any] = {
        role: coordinator_browser(app, role).open(f"/nasional/kelola{path}").status
        for role in ("coordinator", "super_admin")
    }
    assert statuses["coordinator"] in (403, 404)
    assert statuses["super_admin"] in (200, 404)
