"""/kelola/batas-waktu: limits stricter than the national ones, of the agency and of its units."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from sp4n.tenants.resolver import agency_by_id
from tests.factories import make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene

pytestmark = pytest.mark.usefixtures("that_monday")
HOME = "/kelola/batas-waktu/"
PUBLISH = "/kelola/pengaturan/terbitkan"
HISTORY = "/kelola/pengaturan/riwayat"


def unit_page(unit: int) -> str:
    return f"{HOME}unit/{unit}"


def form_of(browser: Browser, path: str) -> object:
    return browser.open(path).form(path.removeprefix("/kelola/"))


def change(browser: Browser, path: str = HOME, **typed: str) -> Page:
    return browser.send(form_of(browser, path), **typed)


def publish(scene: Scene, browser: Browser) -> None:
    page = browser.send(browser.open(PUBLISH).form("terbitkan"), reason="Janji layanan")
    assert "Terbit" in page.text
    with scene.inside():
        facts = agency_by_id(scene.agency.id)
    assert facts is not None
    scene.agency = facts


def day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""


def test_a_stricter_limit_counts_once_published_and_citizens_are_promised_it(
    scene: Scene, admin: Browser
) -> None:
    page = change(admin, verification="1", first_answer="2", completion_pengaduan="7")
    assert "Berlaku setelah Anda terbitkan" in page.text
    assert day(scene.case(scene.filed()).verify_due_at) == "2026-12-03"
    words = admin.open(PUBLISH).words
    assert "Tanggapan pertama" in words
    assert "5 hari kerja (nasional)" in words
    assert "2 hari kerja (instansi ini)" in words
    publish(scene, admin)
    filing = scene.filed()
    assert day(scene.case(filing).verify_due_at) == "2026-12-01"
    case = scene.case(scene.verify(filing))
    assert (day(case.answer_due_at), day(case.complete_due_at)) == ("2026-12-02", "2026-12-09")
    assert "Paling lambat 2 hari kerja setelah diperiksa" in scene.browser().open("/").words


def test_a_unit_is_stricter_than_its_agency_and_a_case_goes_by_the_unit_that_has_it(
    scene: Scene, admin: Browser
) -> None:
    fast, slow = scene.unit("Dinas Cepat"), scene.unit("Dinas Biasa")
    change(admin, first_answer="4")
    change(admin, unit_page(fast), first_answer="1")
    words = admin.open(PUBLISH).words
    assert "Tanggapan pertama, Dinas Cepat" in words
    assert "1 hari kerja (unit ini)" in words
    publish(scene, admin)
    filing = scene.verify(scene.filed(), unit_id=fast)
    assert day(scene.case(filing).due_at) == "2026-12-01"
    assert day(scene.case(scene.assign(filing, slow)).due_at) == "2026-12-04"
    assert day(scene.case(scene.assign(filing, fast)).due_at) == "2026-12-01"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"verification": "4"}, "Paling lama 3 hari kerja. Batas waktu SP4N-LAPOR!"),
        ({"verification": "4"}, "FAQ"),
        ({"completion_pengaduan": "15"}, "Paling lama 14 hari kerja"),
        ({"first_answer": "0"}, "dari 1 sampai 120"),
        ({"first_answer": "-1"}, "dari 1 sampai 120"),
        ({"first_answer": "dua"}, "dari 1 sampai 120"),
        ({"first_answer": "1.5"}, "dari 1 sampai 120"),
        ({"completion_aspirasi": "121"}, "dari 1 sampai 120"),
    ],
)
def test_what_is_looser_or_wrong_is_refused_with_its_citation_and_kept(
    admin: Browser, typed: dict[str, str], words: str
) -> None:
    page = change(admin, **{"completion_permintaan_informasi": "4", **typed})
    assert page.status == 422
    assert any(words in error for error in page.errors), page.errors
    values = page.form("batas-waktu/").values
    assert {name: values[name] for name in typed} == typed
    assert values["completion_permintaan_informasi"] == "4"
    assert "belum terbit" not in admin.open("/kelola/pengaturan/").words


def test_where_the_rules_set_no_limit_an_agency_can(scene: Scene, admin: Browser) -> None:
    change(admin, completion_aspirasi="30")
    publish(scene, admin)
    case = scene.case(scene.verify(scene.filed(classification="aspirasi")))
    assert day(case.complete_due_at) == "2027-01-15"


def test_a_unit_looser_than_its_agency_is_refused(scene: Scene, admin: Browser) -> None:
    unit = scene.unit()
    change(admin, first_answer="3")
    page = change(admin, unit_page(unit), first_answer="4")
    assert any("Paling lama 3 hari kerja, batas instansi ini" in error for error in page.errors)
    assert "verification" not in page.form(f"unit/{unit}").values


def test_each_says_where_it_comes_from_and_the_default_is_one_press_away(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit()
    page = change(admin, first_answer="3", verification="3")  # 3 is what the rules say
    assert page.words.count("Diatur instansi ini") == 1
    assert page.form("batas-waktu/").values["verification"] == ""
    assert "Perlu diverifikasi" in page.words
    assert "Mengikuti instansi" in admin.open(unit_page(unit)).words
    page = admin.send(page.form("batas-waktu/"), ("bawaan", "first_answer"), verification="2")
    values = page.form("batas-waktu/").values
    assert (values["first_answer"], values["verification"]) == ("", "2")


def test_an_agency_that_reaches_its_unit_takes_the_units_own_with_it(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit()
    change(admin, unit_page(unit), first_answer="3")
    change(admin, first_answer="2")
    assert admin.open(unit_page(unit)).form(f"unit/{unit}").values["first_answer"] == ""


def test_a_version_that_names_a_unit_that_is_gone_holds_for_the_others(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit()
    change(admin, unit_page(unit), first_answer="3")
    change(admin, verification="2")
    publish(scene, admin)
    change(admin, verification="")
    publish(scene, admin)
    admin.send(admin.open(f"/kelola/unit/{unit}/hapus").form("hapus"))
    admin.send(admin.open(f"{HISTORY}/1").form("riwayat/1"), reason="Lebih baik dahulu")
    assert admin.open(HOME).form("batas-waktu/").values["verification"] == "2"
    assert admin.open(unit_page(unit)).status == 404
    change(admin, verification="1")
    publish(scene, admin)
    assert str(unit) not in scene.agency.time_limits


def test_the_reporters_own_time_is_locked(admin: Browser) -> None:
    page = admin.open(HOME)
    assert "Ini hak pelapor" in page.words
    form = page.form("batas-waktu/")
    assert "reply" not in form.controls
    admin.send_filled(form, {**form.values, "reply": "1", "time_limits": "0:reply::1"})
    assert "Draf ini sama dengan yang berlaku" in admin.open(PUBLISH).words


def test_two_who_draft_at_once_do_not_overwrite_each_other(scene: Scene, admin: Browser) -> None:
    mine = form_of(admin, HOME)
    change(scene.desk(scene.person("admin", "Made Rekan")), first_answer="4")
    page = admin.send(mine, first_answer="3")
    assert page.status == 409
    assert "Di draf sekarang: 4" in page.words
    admin.send(page.form("batas-waktu/"))
    assert admin.open(HOME).form("batas-waktu/").values["first_answer"] == "3"


@pytest.mark.parametrize("role", ["liaison", "head", "viewer"])
def test_only_an_admin_may(scene: Scene, role: str) -> None:
    unit = scene.unit()
    other = scene.desk(scene.person(role))
    assert {other.open(path).status for path in (HOME, unit_page(unit))} == {403}


def test_another_agencys_limits_and_units_are_another_world(
    scene: Scene, app: Flask, admin: Browser
) -> None:
    other = Scene(app, make_agency(app))
    change(other.desk(), verification="1")
    publish(other, other.desk())
    assert admin.open(HOME).form("batas-waktu/").values["verification"] == ""
    assert day(scene.case(scene.filed()).verify_due_at) == "2026-12-03"
    assert admin.open(unit_page(other.unit())).status == 404
