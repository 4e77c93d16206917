"""One agency's pages for everyone, by each way to them; and an agency that takes no reports."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask

from sp4n.db import db
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency, AgencySuccession
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import ClientFor, make_agency
from tests.page_rules import words_in
from tests.pages import Browser, Page, is_within
from tests.scenes import Scene


def titles_on(page: Page) -> list[str]:
    return [words_in(one) for one in page.find_all("feed__title")]


def test_the_front_page_shows_name_colours_and_recent_cases(scene: Scene) -> None:
    for number in range(8):
        scene.verify(scene.filed(), public_title=f"Laporan ke-{number}")
    page = scene.browser().open("/")
    assert scene.agency.name in page.title
    assert titles_on(page) == [f"Laporan ke-{number}" for number in (7, 6, 5, 4, 3, 2)]
    assert "3 hari kerja" in page.words


def test_an_agency_without_cases_says_so(scene: Scene) -> None:
    browser = scene.browser()
    assert "Belum ada laporan yang diumumkan" in browser.open("/").words
    assert "Belum ada laporan yang diumumkan" in browser.open("/laporan").words


def test_public_cases_are_paged_and_searched(scene: Scene) -> None:
    for number in range(21):
        scene.verify(scene.filed(), public_title=f"Lubang nomor {number:02}")
    browser = scene.browser()
    page = browser.open("/laporan")
    seen = titles_on(page) + titles_on(browser.follow(page, "Berikutnya"))
    assert sorted(seen) == [f"Lubang nomor {number:02}" for number in range(21)]
    page = browser.send(page.forms()[0], q="nomor 07")
    assert titles_on(page) == ["Lubang nomor 07"]
    page = browser.send(page.forms()[0], q="tidak ada")
    assert "Tidak ada laporan yang memuat “tidak ada”" in page.words


def test_a_public_case_tells_what_was_published_and_nothing_else(scene: Scene) -> None:
    filing = scene.filed(description="Nama saya Made, tinggal di Jalan Rahasia nomor tujuh.")
    scene.verify(filing, public_title="Lampu padam", public_body="Lampu padam di [alamat].")
    scene.assign(filing, scene.unit("Dinas Penerangan"))
    scene.note(filing, "catatan antar petugas")
    scene.answer(filing, "Lampu sudah kami ganti.")
    page = scene.browser().open(f"/laporan/{filing.reference}")
    assert page.heading == "Lampu padam"
    assert "Lampu sudah kami ganti." in page.words
    assert "Dinas Penerangan" in page.words
    for secret in ("Made", "Rahasia", "catatan antar", "Ni Luh"):
        assert secret not in page.text


def test_only_what_was_published_has_a_page(scene: Scene, other_agency: AgencyFacts) -> None:
    browser = scene.browser()
    hidden = scene.verify(scene.filed(), publish=False)
    confidential = scene.verify(scene.filed(confidential=True))
    elsewhere = Scene(scene.app, other_agency)
    foreign = elsewhere.verify(elsewhere.filed())
    pages = [
        browser.open(f"/laporan/{reference}")
        for reference in (hidden.reference, confidential.reference, foreign.reference, "KP7", "%00")
    ]
    assert {page.status for page in pages} == {404}
    assert len({page.words for page in pages}) == 1


@pytest.mark.parametrize("path", ["/laporan?sebelum=xx", "/laporan?q=%00", "/laporan?q=😀%25_"])
def test_an_address_that_says_nonsense_shows_a_page_all_the_same(scene: Scene, path: str) -> None:
    assert scene.browser().open(path).status == 200


def test_no_link_leaves_the_path_form(scene: Scene, client_for: ClientFor) -> None:
    """What is reached by /i/<slug>/ stays there: every page that links lead to, a form too; but for
    the quick exit, which is made to lead away."""
    scene.verify(scene.filed())
    prefix = f"/i/{scene.agency.slug}"
    browser = Browser(client_for(None), strict=False)
    waiting, seen = [f"{prefix}/"], set[str]()
    while waiting:
        page = browser.open(waiting.pop())
        addresses = [*page.links, *(form.action for form in page.forms())]
        outside = [one for one in addresses if not is_within(one, prefix)]
        assert not outside, f"{page.url} leads out: {outside}"
        fresh = {one for one in page.links if urlsplit(one).path not in seen | {""}}
        fresh = {one for one in fresh if "/static/" not in one and ".css" not in one}
        fresh = {one for one in fresh if ".xml" not in one}  # read elsewhere, as letters are
        fresh = {one for one in fresh if urlsplit(one).path != f"{prefix}/lapor/keluar"}
        seen |= {urlsplit(one).path for one in fresh}
        waiting += sorted(fresh)
    assert {f"{prefix}{path}" for path in ("/lapor", "/lacak", "/laporan", "/masuk")} <= seen


def test_a_desk_reached_by_the_path_form_stays_there(scene: Scene, client_for: ClientFor) -> None:
    filing = scene.filed()
    prefix = f"/i/{scene.agency.slug}"
    signed_in = scene.desk()
    token = signed_in.client.get_cookie("sp4n", domain=f"{scene.agency.slug}.localhost")
    assert token is not None
    browser = Browser(client_for(None))
    browser.client.set_cookie(
        f"sp4n-{scene.agency.slug}", token.value, domain="localhost", path=f"{prefix}/"
    )
    for path in ("/desk", f"/desk/laporan/{filing.reference}", "/desk/jejak", "/kelola"):
        page = browser.open(prefix + path)
        assert page.status == 200, page.url
        addresses = [page.url, *page.links, *(form.action for form in page.forms())]
        assert [one for one in addresses if not is_within(one, prefix)] == []


def turn(scene: Scene, status: str, reason: str = "") -> None:
    with scene.app.app_context(), edge(NATIONAL):
        row = db.session.get_one(Agency, scene.agency.id)
        row.status, row.status_reason = status, reason


@pytest.mark.parametrize("path", ["/", "/laporan", "/lapor", "/lapor/jenis"])
def test_a_suspended_agency_says_so_and_takes_no_reports(scene: Scene, path: str) -> None:
    turn(scene, "suspended", "Ada perkara di dalam.")
    page = scene.browser(shut=True).open(path)
    assert page.status == 403
    assert page.heading == "Layanan ini sedang ditangguhkan"
    assert "Ada perkara di dalam." not in page.text  # the reason is the national level's own
    assert urlsplit(page.link("Cari instansi lain")).hostname == "localhost"


@pytest.mark.parametrize("status", ["suspended", "archived"])
def test_who_has_reported_goes_on_tracking_there(scene: Scene, status: str) -> None:
    filing = scene.verify(scene.filed())
    turn(scene, status)
    browser = scene.browser(shut=True)
    page = browser.follow(browser.open("/"), "Lacak laporan")
    page = browser.send(
        page.form("lacak"), reference=filing.reference, access_code=filing.access_code
    )
    assert page.heading == "Lampu jalan padam"
    page = browser.send(page.form("/tanggapan"), body="Bagaimana kelanjutannya?")
    assert "Tanggapan Anda sudah dikirim." in page.words


def test_an_archived_agency_leads_to_its_successors_in_the_readers_own_form(
    app: Flask, scene: Scene
) -> None:
    turn(scene, "archived")
    heir = make_agency(app)
    with app.app_context(), edge(NATIONAL):
        db.session.add(AgencySuccession(predecessor_id=scene.agency.id, successor_id=heir.id))
    page = scene.browser().open("/")
    assert (page.status, page.heading) == (403, "Instansi ini sudah tidak ada")
    assert page.link(heir.name) == f"http://{heir.slug}.localhost:8000/"
    by_path = Browser(ClientFor(app)(None)).open(f"/i/{scene.agency.slug}/")
    assert urlsplit(by_path.link(heir.name)).path == f"/i/{heir.slug}/"
    assert urlsplit(by_path.link("Cari instansi lain")).path == "/"
