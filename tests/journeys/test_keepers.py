"""Who keeps the house: coordinators over all agencies, an agency's admin over its units and people,
and the newcomer that a letter brings in."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from sp4n.accounts.queries import person_by_id
from sp4n.db import db
from sp4n.notices.jobs import NATIONAL as NATIONAL_SITE
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from tests.accounts.people import PASSWORD, add_coordinator
from tests.factories import counter
from tests.journeys.conftest import House, Visit
from tests.journeys.visitor import DESK, PHONE, Device, Visitor
from tests.journeys.walks import sign_in
from tests.scenes import Scene

pytestmark = pytest.mark.browser

NEW_PASSWORD = "sayur lodeh tanpa garam dapur"
NEWER_PASSWORD = "hujan turun di pinggir sawah"
REASON = "Menelusuri keluhan warga yang belum dijawab."


@pytest.fixture
def keeper(visit: Visit, scene: Scene, house: House) -> Visitor:
    """The agency's admin, signed in at the desk."""
    with scene.inside() as session:
        email = person_by_id(session, person_id=scene.admin.id or 0).email
    visitor = visit(Device(DESK))
    sign_in(visitor, house.site(scene.agency), email, PASSWORD)
    return visitor


def coordinator(app: Flask, role: str) -> str:
    with app.app_context(), edge(NATIONAL):
        return add_coordinator(db.session(), role).email


@pytest.mark.parametrize(
    "device", [Device(DESK), Device(PHONE, scripts=False, language="en")], ids=["desk", "phone"]
)
def test_a_coordinator_goes_from_the_overview_into_an_agency(
    app: Flask, visit: Visit, scene: Scene, house: House, device: Device
) -> None:
    filing = scene.verify(scene.filed(title="Jembatan gantung putus"))
    visitor = visit(device)
    sign_in(visitor, house.origin, coordinator(app, "coordinator"), PASSWORD)
    visitor.press("main th a[href*='jenis=kabupaten']")
    visitor.open(f"/nasional/instansi/{scene.agency.slug}")
    assert scene.agency.name in visitor.words
    visitor.press(f"main a.button[href$='/{scene.agency.slug}/laporan']")
    visitor.type(reason="mau")
    visitor.go_on("form[action$='/buka']")
    assert visitor.title.startswith(("Galat:", "Error:"))
    assert visitor.field("reason").input_value() == "mau"
    visitor.type(reason=REASON)
    visitor.go_on("form[action$='/buka']")
    visitor.press(visitor.find("main th a").get_by_text("Jembatan gantung putus"))
    assert filing.reference in visitor.words
    assert REASON in visitor.words
    visitor.go_on("form[action$='/tutup']")
    visitor.open(f"/nasional/instansi/{scene.agency.slug}/laporan/{filing.reference}")
    assert filing.reference not in visitor.words


def test_a_super_admin_suspends_an_agency_and_takes_it_back(
    app: Flask, visit: Visit, scene: Scene, house: House
) -> None:
    filing = scene.filed()
    keeper, citizen = visit(Device(DESK)), visit(Device(PHONE))
    sign_in(keeper, house.origin, coordinator(app, "super_admin"), PASSWORD)
    keeper.open("/nasional/kelola/instansi/")
    keeper.type(search=scene.agency.slug)
    keeper.press("main form[role=search] button")
    keeper.press(keeper.find("main tbody th a").get_by_text(scene.agency.name))
    keeper.find("main details summary").click()
    keeper.type(reason="Masa peralihan sistem.")
    keeper.go_on("form[action$='/tangguhkan']")
    citizen.open(house.site(scene.agency))
    assert "Layanan ini sedang ditangguhkan" in citizen.words
    assert citizen.find(".nav a[href='/lapor']").count() == 0
    citizen.press("main a[href='/lacak']")
    citizen.type(reference=filing.reference, access_code=filing.access_code)
    citizen.go_on()
    assert "Lampu jalan padam" in citizen.title
    keeper.go_on("form[action$='/aktifkan']")
    citizen.page.wait_for_timeout(2_000)  # for as long others may be shown what was
    citizen.open(f"{house.site(scene.agency)}/lapor")
    assert citizen.field("classification").count() >= 1


def test_an_admin_keeps_units_and_invites_a_newcomer_who_signs_in(
    keeper: Visitor, visit: Visit, scene: Scene, house: House
) -> None:
    site, email = house.site(scene.agency), f"baru{next(counter)}@contoh.go.id"
    keeper.press(".topbar__nav a[href='/kelola/']")
    keeper.press("main a[href='/kelola/unit/']")
    keeper.press("main a[href='/kelola/unit/baru']")
    keeper.go_on()
    assert keeper.title.startswith("Galat:")
    keeper.type(name="Dinas Kesehatan")
    keeper.go_on()
    assert "Dinas Kesehatan" in keeper.words
    keeper.open(f"{site}/kelola/orang/undang")
    keeper.type(name="Putu Baru", email=email)
    keeper.choose("role", "liaison")
    keeper.go_on()
    newcomer = visit(Device(PHONE))
    newcomer.open(link_in(house.letter(scene.agency.slug, email, "").text))
    assert "/atur-sandi" in newcomer.page.url
    newcomer.type(password="pendek")
    newcomer.go_on()
    assert newcomer.title.startswith("Galat:")
    newcomer.type(password=NEW_PASSWORD)
    newcomer.go_on()
    sign_in(newcomer, site, email, NEW_PASSWORD)
    assert newcomer.page.url == f"{site}/desk/"
    keeper.open(f"{site}/kelola/orang/")
    keeper.press(keeper.find("main tbody th a").get_by_text("Putu Baru"))
    keeper.find("form[action$='/unit'] input[type=checkbox]").first.check()
    keeper.go_on("form[action$='/unit']")
    newcomer.open(f"{site}/akun")
    assert "Dinas Kesehatan" in newcomer.words


@pytest.mark.parametrize("national", [False, True], ids=["staff", "coordinator"])
def test_who_forgot_the_password_gets_in_by_a_letter_once(
    app: Flask, visit: Visit, scene: Scene, house: House, national: bool
) -> None:
    if national:
        site, sender, email = house.origin, NATIONAL_SITE, coordinator(app, "coordinator")
    else:
        site, sender = house.site(scene.agency), scene.agency.slug
        with scene.inside() as session:
            email = person_by_id(session, person_id=scene.admin.id or 0).email
    visitor = visit(Device(PHONE, scripts=False))
    visitor.open(f"{site}/masuk")
    visitor.press("main a[href$='/lupa-sandi']")
    visitor.type(email=email)
    visitor.go_on()
    link = link_in(house.letter(sender, email, "").text)
    visitor.open(link)
    visitor.type(password=NEWER_PASSWORD)
    visitor.go_on()
    visitor.open(link)
    assert "Tautan ini tidak berlaku lagi" in visitor.words
    sign_in(visitor, site, email, PASSWORD)
    assert visitor.title.startswith("Galat:")
    assert visitor.field("email").input_value() == email
    sign_in(visitor, site, email, NEWER_PASSWORD)
    visitor.open(f"{site}/akun")
    assert email in visitor.words


def link_in(letter: str) -> str:
    found = re.search(r"https?://\S+/atur-sandi/\S+", letter)
    assert found, letter
    return found[0]
