"""A new agency, from its place in the register to citizens who report, and back from a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.accounts.people import PASSWORD
from tests.factories import counter
from tests.files.making import picture
from tests.journeys.conftest import House, Visit
from tests.journeys.test_keepers import NEW_PASSWORD, coordinator, link_in
from tests.journeys.test_staff import answer_and_note
from tests.journeys.visitor import DESK, PHONE, Device, Visitor
from tests.journeys.walks import REPORT, answer_questions, numbers_of, sign_in, track
from tests.journeys.walks import file_report as file_plain_report

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]

UNIT, TOPIC, RULE = "Dinas Penerangan Jalan", "Lampu jalan padam", "Lampu ke penerangan"
QUESTION, ANSWER = "Nomor tiang lampu", "PJU-0417"
GREEN, RED = "#0b6b3a", "#8f1d1d"
BRAND = "getComputedStyle(document.documentElement).getPropertyValue('--brand')"


def test_a_new_agency_is_invited_prepares_goes_live_and_undoes_a_change(
    app: Flask, visit: Visit, house: House, tmp_path: Path
) -> None:
    slug = f"baru{next(counter)}kab"
    site = f"{house.origin.partition('://')[0]}://{slug}.{house.origin.partition('://')[2]}"
    citizen = visit(Device(PHONE, scripts=False))
    enter_and_invite(app, visit, house, slug)
    citizen.open(site)
    assert "sedang disiapkan" in citizen.words
    admin = first_admin(visit, house, slug, site)
    furnish(admin, site, tmp_path)
    asked = house.letter(slug, "aduan@contoh.go.id", "").text
    citizen.open(next(word for word in asked.split() if "/surat/balasan/" in word))
    citizen.go_on()
    liaison = second_person(visit, house, admin, slug, site)
    try_it(admin, liaison, site)
    admin.open(f"{site}/kelola/mulai/")
    admin.go_on("form[action$='/mulai/buka']")
    meet_it(citizen, site)
    undo(admin, site)
    citizen.open(site)
    assert citizen.page.evaluate(BRAND).strip() == GREEN


def enter_and_invite(app: Flask, visit: Visit, house: House, slug: str) -> None:
    """At the console; a slug that is a word of ours is refused, and what was typed stays."""
    keeper = visit(Device(DESK))
    sign_in(keeper, house.origin, coordinator(app, "super_admin"), PASSWORD)
    keeper.open("/nasional/kelola/instansi/baru")
    keeper.choose("kind", "kabupaten")
    keeper.type(slug="nasional", name=f"Pemerintah Kabupaten {slug}", short_name=f"Kab {slug}")
    keeper.choose("time_zone", "Asia/Makassar")
    keeper.go_on()
    assert keeper.title.startswith("Galat:")
    assert keeper.field("short_name").input_value() == f"Kab {slug}"
    keeper.type(slug=slug)
    keeper.go_on()
    keeper.open(f"/nasional/instansi/{slug}/admin-pertama")
    keeper.type(name="Luh Admin", email=f"admin@{slug}.example")
    keeper.go_on()


def first_admin(visit: Visit, house: House, slug: str, site: str) -> Visitor:
    admin = visit(Device(DESK))
    admin.open(link_in(house.letter(slug, f"admin@{slug}.example", "").text))
    admin.type(password=NEW_PASSWORD)
    admin.go_on()
    sign_in(admin, site, f"admin@{slug}.example", NEW_PASSWORD)
    return admin


def furnish(admin: Visitor, site: str, folder: Path) -> None:
    """Everything that is configured, drafted first, and published at once."""
    logo = folder / "logo.png"
    logo.write_bytes(picture("PNG", (300, 200)))
    settings = f"{site}/kelola/pengaturan"
    admin.open(f"{settings}/tampilan")
    admin.type(colour=GREEN)
    admin.go_on()
    admin.open(f"{settings}/gambar")
    admin.field("logo_berkas").set_input_files(logo)
    admin.go_on()
    admin.open(f"{settings}/kontak")
    admin.type(contact_phone="(0361) 224671", opening_hours="Senin sampai Jumat, 08.00-15.00.")
    admin.go_on()
    admin.open(f"{settings}/surat")
    admin.type(reply_to="aduan@contoh.go.id")
    admin.go_on()
    admin.open(f"{site}/kelola/unit/baru")
    admin.type(name=UNIT)
    admin.go_on()
    admin.open(f"{site}/kelola/topik/baru")
    admin.choose("under", "jalan-rusak")
    admin.type(name=TOPIC)
    admin.go_on()
    admin.open(f"{site}/kelola/penyaluran/baru")
    admin.type(name=RULE, words="lampu")
    admin.field("unit_id").select_option(label=UNIT)
    admin.go_on()
    admin.open(f"{site}/kelola/pertanyaan/baru?jenis=text&topik=jalan-rusak")
    admin.type(label=QUESTION)
    admin.tick("required")
    admin.go_on()
    admin.open(f"{site}/kelola/pesan/diterima")
    admin.type(body_id="Terima kasih. Kami periksa sebelum {batas_verifikasi}.")
    admin.go_on("form[action$='/diterima']")
    publish(admin, site, "Persiapan portal baru.")


def publish(admin: Visitor, site: str, reason: str) -> None:
    admin.open(f"{site}/kelola/pengaturan/terbitkan")
    admin.type(reason=reason)
    admin.go_on()


def second_person(visit: Visit, house: House, admin: Visitor, slug: str, site: str) -> Visitor:
    email = f"penghubung@{slug}.example"
    admin.open(f"{site}/kelola/orang/undang")
    admin.type(name="Made Penghubung", email=email)
    admin.choose("role", "liaison")
    admin.go_on()
    admin.open(f"{site}/kelola/orang/")
    admin.press(admin.find("main tbody th a").get_by_text("Made Penghubung"))
    admin.page.get_by_label(UNIT).check()
    admin.go_on("form[action$='/unit']")
    liaison = visit(Device(PHONE))
    liaison.open(link_in(house.letter(slug, email, "").text))
    liaison.type(password=NEW_PASSWORD)
    liaison.go_on()
    sign_in(liaison, site, email, NEW_PASSWORD)
    return liaison


def try_it(admin: Visitor, liaison: Visitor, site: str) -> None:
    """A trial from filing to answer: the rule sends it to the unit at once."""
    admin.open(f"{site}/kelola/mulai/")
    assert admin.find("form[action$='/mulai/buka']").count() == 0
    file_plain_report(admin, site, REPORT)
    admin.open(f"{site}/desk/")
    admin.press(admin.find("main th a").get_by_text(REPORT.title))
    assert RULE in admin.words
    admin.go_on("form[action$='/verifikasi']")
    liaison.open(f"{site}/desk/")
    liaison.press(liaison.find("main th a").get_by_text(REPORT.title))
    answer_and_note(liaison)


def meet_it(citizen: Visitor, site: str) -> None:
    """In its own colour, with its own topic and what is asked about that, without JavaScript."""
    citizen.open(site)
    assert citizen.page.locator("img[src*='/gambar/'], .brand img").count() >= 1
    citizen.open(f"{site}/lapor")
    for page in answer_questions(citizen, REPORT):
        if page == "place":
            citizen.choose("category", "instansi-1")
            citizen.go_on()
            citizen.go_on()
            assert citizen.title.startswith("Galat:")
            citizen.page.get_by_label(QUESTION).fill(ANSWER)
    assert ANSWER in citizen.words
    citizen.go_on()
    track(citizen, site, numbers_of(citizen))
    assert UNIT in citizen.words
    assert ANSWER in citizen.words


def undo(admin: Visitor, site: str) -> None:
    """A colour that was a mistake; the version before it is brought back in one act."""
    admin.open(f"{site}/kelola/pengaturan/tampilan")
    admin.type(colour=RED)
    admin.go_on()
    publish(admin, site, "Warna baru.")
    admin.open(site)
    assert admin.page.evaluate(BRAND).strip() == RED
    admin.open(f"{site}/kelola/pengaturan/riwayat/1")
    admin.type(reason="Warna itu bukan warna kami.")
    admin.go_on()
