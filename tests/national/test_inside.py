"""A coordinator inside one agency: with a reason, for an hour, for reading, and seen by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from sp4n import clock
from sp4n.tenants.resolver import AgencyFacts
from tests.page_rules import words_in
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser

REASON = "Menelusuri keluhan warga yang belum dijawab."


@pytest.fixture
def browser(app: Flask) -> Browser:
    return coordinator_browser(app)


def entered(browser: Browser, scene: Scene) -> Page:
    page = browser.open(f"/nasional/instansi/{scene.agency.slug}")
    page = browser.follow(page, "Buka laporan instansi ini")
    return browser.send(page.form("/buka"), reason=REASON)


def test_the_reason_is_asked_for_before_anything_is_shown(scene: Scene, browser: Browser) -> None:
    filing = scene.filed()
    for path in ("laporan", f"laporan/{filing.reference}"):
        page = browser.open(f"/nasional/instansi/{scene.agency.slug}/{path}")
        assert page.path.endswith("/buka")
        assert "Lampu jalan padam" not in page.text


@pytest.mark.parametrize("reason", ["", "   ", "\x00", "pendek", "x" * 501, "a  " * 3])
def test_a_reason_that_says_nothing_is_refused_and_kept(
    scene: Scene, browser: Browser, reason: str
) -> None:
    page = browser.open(f"/nasional/instansi/{scene.agency.slug}/buka")
    page = browser.send(page.form("/buka"), reason=reason)
    assert page.status == 422
    assert page.title.startswith("Galat:")
    assert page.form("/buka").values["reason"].strip() == reason.strip(" \x00")


def test_with_a_reason_the_cases_are_read_and_the_agency_sees_it(
    scene: Scene, browser: Browser
) -> None:
    filing = scene.verify(scene.filed())
    scene.note(filing, "catatan antar petugas")
    page = entered(browser, scene)
    assert REASON in page.words
    page = browser.follow(page, "Lampu jalan padam")
    assert "Lampu di depan pasar padam sejak hari Senin." in page.words
    trail = scene.desk().open("/desk/jejak")
    assert "Tingkat nasional membuka laporan instansi" in trail.words
    assert REASON in trail.words
    assert "Ayu Nasional" in trail.words


def test_a_coordinator_reads_and_changes_nothing(scene: Scene, browser: Browser) -> None:
    filing = scene.filed()
    entered(browser, scene)
    page = browser.open(f"/nasional/instansi/{scene.agency.slug}/laporan/{filing.reference}")
    posts = [form.action for form in page.forms() if form.method == "post"]
    assert all(action.endswith(("/tutup", "/keluar")) for action in posts), posts
    assert "made@contoh.id" not in page.text


def test_confidential_cases_stay_shut(scene: Scene, browser: Browser) -> None:
    hidden = scene.verify(scene.filed(confidential=True, title="Yang dirahasiakan"))
    page = entered(browser, scene)
    assert "Yang dirahasiakan" not in page.text
    path = f"/nasional/instansi/{scene.agency.slug}/laporan/{hidden.reference}"
    assert browser.open(path).status == 404


def test_one_agencys_reason_opens_no_other(
    scene: Scene, browser: Browser, other_agency: AgencyFacts
) -> None:
    entered(browser, scene)
    page = browser.open(f"/nasional/instansi/{other_agency.slug}/laporan")
    assert page.path.endswith("/buka")


def test_it_ends_after_an_hour_and_at_once_when_one_is_done(scene: Scene, browser: Browser) -> None:
    scene.filed()
    page = entered(browser, scene)
    path = page.path
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        assert browser.open(path).path.endswith("/buka")
    page = browser.open(path)
    assert page.path == path
    page = browser.send(page.form("/tutup"))
    assert "Anda sudah keluar dari laporan instansi ini." in page.words
    assert browser.open(path).path.endswith("/buka")


def test_late_cases_are_a_list_of_their_own(scene: Scene, browser: Browser) -> None:
    scene.filed(at=clock.now() - timedelta(days=40), title="Sudah lama")
    scene.filed(title="Baru masuk")
    page = entered(browser, scene)
    assert len(page.tree.findall(".//tbody/tr")) == 2
    page = browser.follow(page, "Terlambat")
    assert [words_in(a) for a in page.tree.findall(".//tbody//th//a")] == ["Sudah lama"]


def test_staff_of_the_agency_are_no_coordinators(scene: Scene) -> None:
    page = scene.desk().open(f"http://localhost:8000/nasional/instansi/{scene.agency.slug}/buka")
    assert page.path == "/masuk"
