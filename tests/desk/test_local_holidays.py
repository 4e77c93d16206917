"""/kelola/libur: days off of the agency's own, in the draft, then in every clock."""

from __future__ import annotations

import pytest
from flask import Flask

from sp4n.tenants.resolver import agency_by_id
from tests.factories import make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene

pytestmark = pytest.mark.usefixtures("that_monday")
HOME = "/kelola/libur/"
PUBLISH = "/kelola/pengaturan/terbitkan"
WEDNESDAY, LATER = "2026-12-02", "2026-12-14"
GALUNGAN = {"name": "Hari Raya Galungan", "ground": "Surat Edaran Gubernur Bali 17/2026"}


def add(browser: Browser, day: str = WEDNESDAY, **over: str) -> Page:
    form = browser.open(HOME).form("libur/")
    return browser.send(form, day=day, **{**GALUNGAN, **over})


def publish(scene: Scene, browser: Browser) -> None:
    page = browser.send(browser.open(PUBLISH).form("terbitkan"), reason="Galungan")
    assert "Terbit" in page.text
    with scene.inside():
        facts = agency_by_id(scene.agency.id)
    assert facts is not None
    scene.agency = facts


def test_a_day_off_counts_once_it_is_published_for_citizen_and_desk_alike(
    scene: Scene, admin: Browser
) -> None:
    before = scene.filed()
    page = add(admin)
    assert "masuk ke draf" in page.text
    assert "Belum terbit" in page.words
    assert scene.case(scene.filed()).verify_due_at == scene.case(before).verify_due_at
    publish(scene, admin)
    assert "Berlaku" in admin.open(HOME).words
    filing = scene.filed()
    # Three working days after Monday are Tuesday, Thursday and Friday.
    assert scene.case(filing).verify_due_at.date().isoformat() == "2026-12-04"
    desk = admin.open(f"/desk/laporan/{filing.reference}").words
    citizen = scene.browser()
    form = citizen.open("/lacak").form("lacak")
    page = citizen.send(form, reference=filing.reference, access_code=filing.access_code)
    for words in (desk, page.words):
        assert "4 Desember 2026 (sisa 3 hari kerja)" in words
    assert "4 Desember 2026" in admin.open("/desk/").words


def test_limits_that_begin_later_honour_it_too(scene: Scene, admin: Browser) -> None:
    filing = scene.filed()
    add(admin)
    publish(scene, admin)
    case = scene.case(scene.verify(filing))
    assert case.answer_due_at is not None
    assert case.answer_due_at.date().isoformat() == "2026-12-08"


def test_what_changes_is_said_day_by_day_and_undone_in_one_act(
    scene: Scene, admin: Browser
) -> None:
    add(admin)
    words = admin.open(PUBLISH).words
    assert "Libur daerah 2 Desember 2026" in words
    assert "Hari Raya Galungan (Surat Edaran Gubernur Bali 17/2026)" in words
    publish(scene, admin)
    admin.send(admin.open(HOME).form("hapus"))
    assert "Hari kerja" in admin.open(PUBLISH).words
    publish(scene, admin)
    assert "Surat Edaran Gubernur Bali 17/2026" not in admin.open(HOME).words
    admin.send(admin.open("/kelola/pengaturan/riwayat/1").form("riwayat/1"), reason="Salah hapus")
    assert "Surat Edaran Gubernur Bali 17/2026" in admin.open(HOME).words


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"day": "2026-12-05"}, "Sabtu dan Minggu"),
        ({"day": "2026-12-25"}, "sudah libur nasional: Hari Raya Natal"),
        ({"day": "2025-12-03"}, "dari tahun ini sampai akhir tahun 2028"),
        ({"day": "2029-01-02"}, "dari tahun ini sampai akhir tahun 2028"),
        ({"day": "besok"}, "Tanggal itu tidak ada"),
        ({"day": ""}, "Isi tanggalnya"),
        ({"name": ""}, "Isi nama hari libur"),
        ({"ground": ""}, "Isi dasarnya"),
        ({"name": "x" * 81}, "Paling panjang 80"),
        ({"ground": "x" * 161}, "Paling panjang 160"),
        ({"name": "a|b"}, "tanpa garis tegak"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(
    admin: Browser, over: dict[str, str], words: str
) -> None:
    page = add(admin, **over)
    assert page.status == 422
    assert any(words in error for error in page.errors), page.errors
    typed, values = {**GALUNGAN, **over}, page.form("libur/").values
    assert {name: values[name] for name in GALUNGAN} == {name: typed[name] for name in GALUNGAN}


def test_a_day_is_there_once(admin: Browser) -> None:
    add(admin)
    page = add(admin)
    assert any("sudah ada di daftar" in error for error in page.errors)


def test_two_who_add_at_once_do_not_overwrite_each_other(scene: Scene, admin: Browser) -> None:
    other = scene.desk(scene.person("admin", "Made Rekan"))
    mine = admin.open(HOME).form("libur/")
    add(other)
    page = admin.send(mine, day=LATER, **GALUNGAN)
    assert page.status == 409
    assert "Made Rekan baru saja mengubah draf ini" in " ".join(page.errors)
    page = admin.send(page.form("libur/"))
    assert "2 Desember 2026" in page.words
    assert "14 Desember 2026" in page.words


def test_a_stale_or_forged_removal_removes_nothing(scene: Scene, admin: Browser) -> None:
    add(admin)
    stale = admin.open(HOME).form("hapus")
    add(scene.desk(scene.person("admin", "Made Rekan")), LATER)
    assert "Made Rekan baru saja mengubah" in admin.send(stale).text
    assert "2 Desember 2026" in admin.open(HOME).words
    page = admin.send_filled(stale, {**stale.values, "day": "besok"})
    assert "tidak ada di daftar" in page.text


@pytest.mark.parametrize("role", ["liaison", "head", "viewer"])
def test_only_an_admin_may(scene: Scene, admin: Browser, role: str) -> None:
    add(admin)
    other = scene.desk(scene.person(role))
    assert other.open(HOME).status == 403
    form = admin.open(HOME).form("hapus")
    assert other.client.post(form.action, data=form.values).status_code in (400, 403)
    assert "2 Desember 2026" in admin.open(HOME).words


def test_another_agencys_days_are_its_own(scene: Scene, app: Flask, admin: Browser) -> None:
    other = Scene(app, make_agency(app))
    add(other.desk())
    publish(other, other.desk())
    assert GALUNGAN["ground"] not in admin.open(HOME).words
    assert scene.case(scene.filed()).verify_due_at.date().isoformat() == "2026-12-03"
