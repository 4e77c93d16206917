"""A reporter whose case goes from agency to agency: never bounced, and told by who knows them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import REASON, Between, between
from tests.factories import ClientFor
from tests.pages import Browser, Page
from tests.scenes import Scene


@pytest.fixture
def two(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts, other_agency: AgencyFacts
) -> Between:
    app.extensions["sp4n.throttle"].counters.memory.reset()
    return between(app, superuser, agency, other_agency)


def tracked(browser: Browser, filing: object, path: str = "/lacak") -> Page:
    typed = {name: getattr(filing, name) for name in ("reference", "access_code")}
    return browser.send(browser.open(path).form("lacak"), **typed)


def test_the_old_pages_lead_on_and_the_same_code_opens_the_case(two: Between, app: Flask) -> None:
    filing = two.here.filed()
    sent = two.send(filing)
    page = tracked(two.here.browser(), filing)
    assert f"Laporan ini sedang dikirim ke {two.there.agency.name}" in page.words
    assert REASON in page.words
    two.accept(sent)
    two.work()
    page = tracked(two.here.browser(), filing)
    assert f"Laporan ini sekarang di {two.there.agency.name}" in page.words
    assert not page.has_form("/tanggapan")
    there = two.there.browser()
    page = tracked(there, filing, page.link("Buka halaman"))
    assert REASON in page.words
    assert page.has_form("/tanggapan")
    for agency in (two.here.agency, two.there.agency):
        assert agency.name in page.words
    for start in (two.here.browser(), Browser(ClientFor(app)(None))):
        page = start.open(f"/lacak?reference={filing.reference}")
        assert page.url.startswith(f"http://{two.there.agency.slug}.localhost")


def test_the_contact_goes_along_when_its_owner_says_so(two: Between) -> None:
    filing = two.here.filed()
    two.hand_over(filing)
    browser = two.there.browser()
    page = tracked(browser, filing)
    assert f"Bolehkah {two.there.agency.short_name} mengetahui kontak Anda?" in page.words
    page = browser.send(page.form("/izin-kontak"))
    assert "Izin Anda sudah dicatat" in page.text
    assert not page.has_form("/izin-kontak")
    two.work()
    desk = two.there.desk()
    page = desk.open(f"/desk/laporan/{filing.reference}")
    page = desk.send(page.form("/identitas"))
    assert "made@contoh.id" in page.words


def test_letters_come_from_who_has_the_contact_and_say_no_word_of_the_case(two: Between) -> None:
    filing = two.here.filed()
    two.hand_over(filing)
    refused = two.send(two.here.filed())
    two.work()
    two.refuse(refused)
    two.work()
    owed = {row.kind for row in two.owed(two.here.agency, "notice.case_%")}
    assert owed >= {"notice.case_offered", "notice.case_forwarded", "notice.case_kept"}
    assert {row.kind for row in two.owed(two.here.agency, "notice.staff_kept")}
    assert {row.kind for row in two.owed(two.there.agency, "notice.staff_offered")}
    assert not two.owed(two.there.agency, "notice.case_%")


def test_a_stranger_gives_no_consent(two: Between) -> None:
    filing = two.here.filed()
    two.hand_over(filing)
    for scene in (two.here, two.there, two.another()):
        browser: Browser = Scene.browser(scene, strict=False)
        page = browser.open("/lacak")
        token = page.form("lacak").values["csrf_token"]
        answer = browser.client.post(
            f"/lacak/{filing.reference}/izin-kontak", data={"csrf_token": token}
        )
        assert answer.status_code == 404
