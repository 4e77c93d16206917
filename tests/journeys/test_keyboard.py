"""What people do here, done by those who have no mouse: every stop is seen and under nothing, no
page holds them fast, and what went wrong is where the keyboard is already."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.accounts.people import PASSWORD
from tests.journeys.conftest import House, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_keepers import coordinator
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import DESK, PHONE, Device, Visitor
from tests.journeys.walks import REPORT, numbers_of
from tests.scenes import Scene

pytestmark = pytest.mark.browser

ANSWER = "Petugas kami datang besok pagi."


def test_a_citizen_files_and_tracks(visit: Visit, site: str) -> None:
    citizen = visit(Device(PHONE))
    keys = Keyboard(citizen)
    citizen.open(site)
    keys.follow(".hero a.button--primary")
    keys.go_on()
    assert citizen.find("[data-error-summary]").evaluate("one => one === document.activeElement")
    keys.to("[data-error-summary] a")
    keys.press("Enter")
    assert citizen.find("[name=classification]").first.evaluate(
        "one => one === document.activeElement"
    )
    keys.choose("classification", "aspirasi")
    keys.go_on()
    keys.type(title=REPORT.title, description=REPORT.description)
    keys.go_on()
    keys.type(location=REPORT.location)
    keys.go_on()
    keys.go_on()
    keys.to("[name=anonymous]")
    keys.press("Space")
    keys.type(reporter_email=REPORT.reporter_email)
    keys.go_on()
    assert REPORT.location in citizen.words
    keys.follow("main a[href$='#title']")
    keys.go_on()
    keys.go_on()
    filed = numbers_of(citizen)
    keys.follow(f"main a[href$='/lacak?reference={filed.reference}']")
    keys.type(access_code=filed.access_code)
    keys.enter()
    assert REPORT.title in citizen.title
    keys.type(body="Terima kasih, saya tunggu.")
    keys.go_on("form[action$='/tanggapan']")
    assert "Terima kasih, saya tunggu." in citizen.words


def signed_in(visitor: Visitor, site: str, email: str) -> Keyboard:
    keys = Keyboard(visitor)
    visitor.open(f"{site}/masuk")
    keys.type(email=email, password=PASSWORD)
    keys.enter()
    return keys


def test_an_officer_verifies_assigns_and_answers(visit: Visit, scene: Scene, site: str) -> None:
    filing = scene.filed()
    units = [scene.unit("Dinas Penerangan Jalan"), scene.unit("Dinas Kebersihan")]
    officer = visit(Device(DESK, language="en"))
    keys = signed_in(officer, site, email_of(scene, "admin"))
    keys.follow(f"main th a[href*='{filing.reference}']")
    verify = "form[action$='/verifikasi']"
    keys.select("unit_id", scene.unit_name(units[0]))
    keys.to(f"{verify} [name=publish]")
    keys.press("Space")
    keys.type(public_body="Lampu jalan padam sejak Senin.")
    keys.go_on(verify)
    assert scene.case(filing).unit_id == units[0]
    keys.to("details:has(form[action$='/teruskan']) summary")
    keys.press("Enter")
    keys.select("unit_id", scene.unit_name(units[1]))
    keys.go_on("form[action$='/teruskan']")
    assert scene.case(filing).unit_id == units[1]
    keys.to("form[action$='/jawab'] [name=body]")
    officer.page.keyboard.type(ANSWER)
    keys.choose("final", "yes")
    keys.go_on("form[action$='/jawab']")
    assert scene.case(filing).state == "awaiting_reply"
    assert ANSWER in officer.words


def test_a_coordinator_looks_over_all_and_suspends_an_agency(
    app: Flask, visit: Visit, scene: Scene, house: House
) -> None:
    keeper = visit(Device(DESK))
    keys = signed_in(keeper, house.origin, coordinator(app, "super_admin"))
    keys.follow("main th a[href*='jenis=kabupaten']")
    keys.follow(".topbar__nav a[href='/nasional/kelola/']")
    keys.follow("main a[href$='/kelola/instansi/']")
    keys.type(search=scene.agency.slug)
    keys.enter()
    keys.follow(keeper.find("main tbody th a").get_by_text(scene.agency.name))
    keys.to("main details summary")
    keys.press("Enter")
    keys.type(reason="Masa peralihan sistem.")
    keys.go_on("form[action$='/tangguhkan']")
    keeper.open(house.site(scene.agency))
    assert "Layanan ini sedang ditangguhkan" in keeper.words


def test_no_page_holds_the_keyboard_fast(
    app: Flask, visit: Visit, scene: Scene, house: House, site: str
) -> None:
    filing = scene.verify(scene.filed())
    visitor = visit(Device(DESK))
    keys = Keyboard(visitor)
    stops = {}
    for address in (house.origin, site, f"{site}/laporan", f"{site}/lapor", f"{site}/lacak"):
        visitor.open(address)
        stops[address] = keys.round()
    officer = visit(Device(DESK))
    keys = signed_in(officer, site, email_of(scene, "admin"))
    for path in ("/desk/", f"/desk/laporan/{filing.reference}", "/kelola/unit/baru"):
        officer.open(site + path)
        stops[path] = keys.round()
    assert all(number > 5 for number in stops.values()), stops


def test_a_dialog_keeps_the_keyboard_until_it_is_closed_and_gives_it_back(
    visit: Visit, scene: Scene, site: str
) -> None:
    officer = visit(Device(DESK))
    keys = signed_in(officer, site, email_of(scene, "admin"))
    opener = keys.to("[data-keys-open]")
    keys.press("Enter")
    panel = officer.find("dialog[data-keys]")
    for _press in range(6):
        keys.press("Tab")
        outside = (
            "document.activeElement !== document.body && !document.activeElement.closest('dialog')"
        )
        assert not officer.page.evaluate(outside)
    keys.press("Escape")
    assert not panel.is_visible()
    assert opener.evaluate("one => one === document.activeElement")
