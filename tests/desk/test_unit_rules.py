"""Rules of answering over three levels: the national default or lock, the agency, the unit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.cases.operations import FiledCase
from sp4n.settings import answer_rules
from sp4n.tenants.resolver import agency_by_id
from tests.desk.test_acts import case_page
from tests.desk.test_approval import SETTING, drafted
from tests.desk.test_recount import publish
from tests.factories import make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser

HOME = "/kelola/aturan-unit/"
PUBLISH = "/kelola/pengaturan/terbitkan"
HISTORY = "/kelola/pengaturan/riwayat"
NATIONAL = "/nasional/kelola/bawaan/"
LAW = "Peraturan Contoh Nomor 1 Tahun 2026, Pasal 5"


def change(browser: Browser, unit: int, *pressed: tuple[str, str], **chosen: str) -> Page:
    form = browser.open(f"{HOME}{unit}").form(f"aturan-unit/{unit}")
    return browser.send(form, *pressed, **chosen)


def of_agency(browser: Browser, **chosen: str) -> Page:
    return browser.send(browser.open(SETTING).form("tanggapan"), **chosen)


def at_unit(scene: Scene, unit: int) -> tuple[FiledCase, Browser]:
    filing = scene.assign(scene.verify(scene.filed()), unit)
    return filing, scene.desk(scene.person("liaison", units=[unit]))


def waits(scene: Scene, unit: int) -> bool:
    """Whether what a liaison of the unit answers waits for an admin."""
    filing, liaison = at_unit(scene, unit)
    page = drafted(liaison, filing)
    assert ("menunggu persetujuan admin" in page.words) == bool(scene.case(filing).answer_draft)
    return scene.case(filing).answer_draft is not None


def ends(scene: Scene, admin: Browser, unit: int) -> bool:
    """Whether a complaint that the unit has ends without evidence."""
    filing, _liaison = at_unit(scene, unit)
    page = admin.send(case_page(admin, filing).form("/jawab"), body="Sudah.", final="yes")
    return page.status == 200


@pytest.fixture
def national(app: Flask, superuser: sa.Connection) -> Iterator[Browser]:
    yield coordinator_browser(app, "super_admin")
    superuser.execute(sa.text("DELETE FROM national_setting"))
    answer_rules.forget()


def test_a_case_goes_by_the_rules_of_the_unit_that_has_it(scene: Scene, admin: Browser) -> None:
    hospital, roads = scene.unit("RSUD"), scene.unit("Dinas Jalan")
    page = change(admin, hospital, answer_approval="liaison")
    assert "Diatur unit ini" in page.words
    change(admin, roads, answer_evidence="pengaduan")
    assert not waits(scene, hospital)  # a draft holds for nobody
    words = admin.open(PUBLISH).words
    assert "Tanggapan disetujui dahulu, RSUD" in words
    assert "Bukti penyelesaian, Dinas Jalan" in words
    assert "Mengikuti instansi" in words
    publish(scene, admin)
    assert (waits(scene, hospital), waits(scene, roads)) == (True, False)
    assert (ends(scene, admin, hospital), ends(scene, admin, roads)) == (True, False)
    assert "Menunggu persetujuan" in admin.open("/desk/").words


def test_a_unit_may_want_less_than_its_agency_and_undo_gives_it_back(
    scene: Scene, admin: Browser
) -> None:
    quick, other = scene.unit("Pemadam"), scene.unit("Dinas Biasa")
    of_agency(admin, answer_approval="liaison")
    publish(scene, admin)
    change(admin, quick, answer_approval="no")
    publish(scene, admin)
    assert (waits(scene, quick), waits(scene, other)) == (False, True)
    admin.send(admin.open(f"{HISTORY}/1").form("riwayat/1"), reason="Seperti semula")
    with scene.inside():
        scene.agency = agency_by_id(scene.agency.id) or scene.agency
    assert waits(scene, quick)


def test_what_equals_the_level_above_is_its_default_and_one_press_leads_back(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit()
    page = change(admin, unit, answer_approval="no", answer_evidence="pengaduan")
    assert (page.words.count("Diatur unit ini"), page.words.count("Bawaan nasional")) == (1, 1)
    page = change(admin, unit, ("bawaan", "answer_evidence"))
    assert "Diatur unit ini" not in page.words
    change(admin, unit, answer_evidence="pengaduan")
    of_agency(admin, answer_evidence="pengaduan")  # what the unit has is the agency's now
    page = admin.open(f"{HOME}{unit}")
    assert "Diatur unit ini" not in page.words
    assert "Mengikuti instansi" in page.words
    of_agency(admin, answer_evidence="no")
    assert "Draf ini sama dengan yang berlaku" in admin.open(PUBLISH).words


def test_the_national_level_changes_what_agencies_start_from(
    scene: Scene, admin: Browser, national: Browser
) -> None:
    unit = scene.unit()
    form = national.open(NATIONAL).form("bawaan/")
    page = national.send(form, answer_approval="1", basis="Surat edaran")
    assert "dalam satu menit" in page.words
    page = admin.open(SETTING)
    assert page.form("tanggapan").values["answer_approval"] == "liaison"
    assert "Diatur instansi ini" not in page.words
    assert waits(scene, unit)
    of_agency(admin, answer_approval="no")
    publish(scene, admin)
    assert not waits(scene, unit)


def test_what_is_locked_names_its_law_and_nobody_changes_it(
    scene: Scene, admin: Browser, national: Browser
) -> None:
    unit = scene.unit()
    change(admin, unit, answer_evidence="pengaduan")
    change(admin, unit, answer_approval="liaison")
    publish(scene, admin)
    of_agency(admin, answer_approval="liaison")
    change(admin, unit, answer_approval="no")
    publish(scene, admin)
    stale = admin.open(f"{HOME}{unit}").form(f"aturan-unit/{unit}")
    page = national.send(national.open(NATIONAL).form("bawaan/"), answer_approval="2", basis="x")
    assert (page.status, page.errors) == (422, ["Sebut aturan yang mewajibkannya."])
    national.send(page.form("bawaan/"), citation=LAW)
    assert waits(scene, unit)
    for path in (SETTING, f"{HOME}{unit}"):
        page = admin.open(path)
        assert f"Dasarnya: {LAW}" in page.words
        assert "Terkunci" in page.words
        assert 'name="answer_approval"' not in page.text
    admin.send_filled(stale, {**stale.values, "answer_approval": "no"})
    assert "Draf ini sama dengan yang berlaku" in admin.open(PUBLISH).words
    # A version that sets what is locked is restored without it.
    admin.send(admin.open(f"{HISTORY}/1").form("riwayat/1"), reason="Seperti semula")
    with scene.inside():
        scene.agency = agency_by_id(scene.agency.id) or scene.agency
    assert waits(scene, unit)
    assert not ends(scene, admin, unit)


def test_two_who_draft_at_once_and_a_choice_that_is_none(scene: Scene, admin: Browser) -> None:
    unit = scene.unit()
    mine = admin.open(f"{HOME}{unit}").form(f"aturan-unit/{unit}")
    change(scene.desk(scene.person("admin")), unit, answer_approval="liaison")
    page = admin.send(mine, answer_evidence="pengaduan")
    assert page.status == 409
    assert page.form(f"aturan-unit/{unit}").values["answer_evidence"] == "pengaduan"
    page = admin.send_filled(mine, {**mine.values, "answer_evidence": "mungkin"})
    assert page.status == 422


def test_a_unit_that_is_gone_takes_its_rules_with_it(scene: Scene, admin: Browser) -> None:
    unit = scene.unit()
    change(admin, unit, answer_approval="liaison")
    publish(scene, admin)
    of_agency(admin, answer_evidence="pengaduan")
    publish(scene, admin)
    admin.send(admin.open(f"/kelola/unit/{unit}/hapus").form("hapus"))
    admin.send(admin.open(f"{HISTORY}/1").form("riwayat/1"), reason="Seperti semula")
    with scene.inside():
        facts = agency_by_id(scene.agency.id)
    assert facts is not None
    assert (facts.unit_rules, facts.answer_evidence) == ("", "")


@pytest.mark.parametrize("role", ["liaison", "head", "viewer"])
def test_only_an_admin_may(scene: Scene, role: str) -> None:
    unit = scene.unit()
    other = scene.desk(scene.person(role))
    assert {other.open(path).status for path in (HOME, f"{HOME}{unit}")} == {403}


def test_another_agencys_units_are_not_found(scene: Scene, app: Flask, admin: Browser) -> None:
    other = Scene(app, make_agency(app))
    theirs = other.unit()
    assert admin.open(f"{HOME}{theirs}").status == 404
    change(other.desk(), theirs, answer_approval="liaison")
    publish(other, other.desk())
    assert not waits(scene, scene.unit())
    assert coordinator_browser(app).open(NATIONAL).status == 403
    assert "Approval and evidence" in admin.open(f"{HOME}?lang=en").words
