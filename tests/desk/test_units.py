"""/kelola/unit: what kind of unit it is, how citizens reach it, and when it may go."""

from __future__ import annotations

import pytest

from sp4n.accounts import operations as people
from tests.pages import Browser, Page
from tests.scenes import Scene


def change(browser: Browser, unit: int, *pressed: tuple[str, str], **typed: str) -> Page:
    return browser.send(browser.open(f"/kelola/unit/{unit}/ubah").form("ubah"), *pressed, **typed)


def out_of_use(browser: Browser, unit: int) -> Page:
    form = browser.open(f"/kelola/unit/{unit}/ubah").form("ubah")
    return browser.send_filled(form, {k: v for k, v in form.values.items() if k != "active"})


def test_a_reporter_is_told_how_to_reach_the_unit_that_has_their_report(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit("Puskesmas Kuta I")
    typed = {"phone": "(0361) 751311", "service_hours": "Senin sampai Sabtu, 07.30 sampai 14.00"}
    change(admin, unit, kind="upt", **typed)
    assert "Unit pelaksana teknis (UPT)" in admin.open("/kelola/unit/").words
    filing = scene.verify(scene.filed(), unit_id=unit)
    for one, told in ((filing, True), (scene.filed(), False)):
        citizen = scene.browser()
        form = citizen.open("/lacak").form("lacak")
        page = citizen.send(form, reference=one.reference, access_code=one.access_code)
        assert all((words in page.words) is told for words in typed.values())


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"phone": "telepon saja"}, "nomor telepon dengan angka"),
        ({"service_hours": "x" * 121}, "paling panjang 120"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(
    scene: Scene, admin: Browser, typed: dict[str, str], words: str
) -> None:
    page = change(admin, scene.unit(), **typed)
    assert page.status == 422
    assert any(words in error for error in page.errors), page.errors
    assert page.form("ubah").values[next(iter(typed))] in typed.values()


def test_a_unit_with_open_reports_or_people_stays_in_use_and_says_what_to_do(
    scene: Scene, admin: Browser
) -> None:
    unit, other = scene.unit(), scene.unit("Dinas Lain")
    person = scene.person("liaison", units=[unit])
    filing = scene.verify(scene.filed(), unit_id=unit)
    page = out_of_use(admin, unit)
    assert page.status == 422
    errors = " ".join(page.errors)
    assert "satu laporan terbuka. Teruskan dahulu ke unit lain" in errors
    assert "Satu petugas masih menangani" in errors
    scene.assign(filing, other)
    with scene.inside() as session:
        account = people.person_by_id(session, person_id=person.id or 0)
        people.set_units(session, account=account, unit_ids=[], actor=scene.admin)
    page = out_of_use(admin, unit)
    assert page.status == 200
    assert "Nonaktif" in page.words
