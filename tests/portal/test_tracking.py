"""Following a case with reference and access code, writing back, and saying: solved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from sp4n import clock
from sp4n.cases.operations import FiledCase
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import MONDAY
from tests.pages import Browser, Page
from tests.scenes import Scene


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    app.extensions["sp4n.throttle"].counters.memory.reset()
    return Scene(app, agency)


def tracked(browser: Browser, filing: FiledCase, **over: str) -> Page:
    typed = {"reference": filing.reference, "access_code": filing.access_code, **over}
    return browser.send(browser.open("/lacak").form("lacak"), **typed)


@pytest.mark.parametrize(
    "change", [str.lower, lambda text: text.replace("-", " "), "  {}  ".format]
)
def test_numbers_are_read_as_people_type_them(scene: Scene, change: object) -> None:
    filing = scene.filed()
    typed = {n: change(getattr(filing, n)) for n in ("reference", "access_code")}  # type: ignore[operator]
    page = tracked(scene.browser(), filing, **typed)
    assert page.heading == "Lampu jalan padam"
    assert filing.access_code not in page.text + page.url


def test_a_wrong_code_and_no_such_case_get_the_same_answer(scene: Scene) -> None:
    filing, another = scene.filed(), scene.filed()
    pages = [
        tracked(scene.browser(), filing, access_code=another.access_code),
        tracked(scene.browser(), filing, access_code="x"),
        tracked(scene.browser(), filing, reference="KP7-4XM-9R3T"),
    ]
    assert {page.status for page in pages} == {422}
    assert len({page.errors[0] for page in pages}) == 1
    assert pages[0].form("lacak").values["reference"] == filing.reference


@pytest.mark.parametrize("typed", ["", " ", "😀", "\x00", "\u202eabc", "x" * 5000])
def test_strange_input_is_refused_at_the_fields(scene: Scene, typed: str) -> None:
    page = scene.browser().send(
        scene.browser().open("/lacak").form("lacak"), reference=typed, access_code=typed
    )
    assert page.status == 400  # without the page's own cookie
    browser = scene.browser()
    page = browser.send(browser.open("/lacak").form("lacak"), reference=typed, access_code=typed)
    assert page.status == 422
    assert page.title.startswith("Galat:")
    assert page.errors


def test_a_case_of_another_agency_is_said_to_be_there(
    scene: Scene, other_agency: AgencyFacts
) -> None:
    filing = Scene(scene.app, other_agency).filed()
    page = tracked(scene.browser(), filing)
    assert page.status == 422
    assert other_agency.name in page.errors[0]


def test_nobody_looks_at_a_case_without_having_typed_its_code(scene: Scene) -> None:
    filing, own = scene.filed(), scene.filed()
    browser = scene.browser()
    page = browser.open(f"/lacak/{filing.reference}")
    assert page.path == "/lacak"
    assert page.form("lacak").values["reference"] == filing.reference
    tracked(browser, own)
    assert browser.open(f"/lacak/{filing.reference}").status == 404


def test_the_page_says_who_has_the_case_until_when_and_how_late(scene: Scene) -> None:
    filing = scene.filed(at=MONDAY)
    browser = scene.browser()
    with clock.frozen(MONDAY):
        page = tracked(browser, filing)
        assert f"{scene.agency.short_name} memeriksa laporan ini." in page.words
        assert "Paling lambat 5 November 2026 (sisa 3 hari kerja)." in page.words
    with clock.frozen(MONDAY + timedelta(days=7)):
        page = browser.open(f"/lacak/{filing.reference}")
        assert f"{scene.agency.short_name} belum memeriksa laporan ini." in page.words
        assert "Seharusnya paling lambat 5 November 2026 (terlambat 2 hari kerja)." in page.words
        assert "Batas waktunya lewat." in page.words


def test_the_reporter_reads_answers_and_units_but_no_notes_and_no_names(scene: Scene) -> None:
    unit = scene.unit("Dinas Penerangan")
    filing = scene.assign(scene.verify(scene.filed(), publish=False), unit)
    scene.note(filing, "catatan antar petugas")
    scene.answer(filing, "Petugas kami datang besok.")
    page = tracked(scene.browser(), filing)
    assert "Petugas kami datang besok." in page.words
    assert scene.unit_name(unit) in page.words
    assert "catatan antar petugas" not in page.text
    assert "Ni Luh" not in page.text


def test_a_reply_goes_into_the_history_and_hands_the_case_back(scene: Scene) -> None:
    filing = scene.answer(scene.verify(scene.filed()), "Sudah kami perbaiki.", final=True)
    browser = scene.browser()
    page = tracked(browser, filing)
    assert "Sekarang giliran Anda." in page.words
    page = browser.send(page.form("/tanggapan"), body="Belum:\n<b>masih gelap</b>")
    assert page.status == 200
    assert "Tanggapan Anda sudah dikirim." in page.words
    assert "<b>masih gelap</b>" in page.words
    assert scene.case(filing).state == "in_progress"


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "x" * 5001])
def test_a_reply_that_does_not_pass_is_kept_with_its_message(scene: Scene, typed: str) -> None:
    browser = scene.browser()
    page = tracked(browser, scene.filed())
    page = browser.send(page.form("/tanggapan"), body=typed)
    assert page.status == 422
    assert page.title.startswith("Galat:")
    assert len(page.errors) == 1
    assert page.form("/tanggapan").values["body"].strip() == typed.replace("\x00", "").strip()


def test_solved_closes_the_case_once(scene: Scene) -> None:
    filing = scene.answer(scene.verify(scene.filed()), final=True)
    browser, second_tab = scene.browser(), scene.browser()
    form = tracked(browser, filing).form("/selesai")
    late = tracked(second_tab, filing).form("/tanggapan")
    page = browser.send(form)
    assert "Terima kasih. Laporan ini kami catat selesai." in page.words
    assert scene.case(filing).state == "closed"
    assert not page.has_form("/selesai")
    assert not page.has_form("/tanggapan")
    assert browser.send(form).status == 409
    page = second_tab.send(late, body="Tunggu, belum selesai!")
    assert page.status == 409
    assert "Tunggu, belum selesai!" in page.text


def test_an_archived_case_tells_its_reason(scene: Scene) -> None:
    filing = scene.archive(scene.filed(), message="Silakan lapor ke provinsi.")
    page = tracked(scene.browser(), filing)
    assert "Bukan wewenang instansi ini" in page.words
    assert "Silakan lapor ke provinsi." in page.words
    assert not page.has_form("/tanggapan")


def test_closing_it_on_a_shared_telephone_forgets_it(scene: Scene) -> None:
    browser, filing = scene.browser(), scene.filed()
    page = tracked(browser, filing)
    page = browser.send(page.form("/lacak/keluar"))
    assert "Laporan sudah ditutup di perangkat ini." in page.words
    assert browser.open(f"/lacak/{filing.reference}").path == "/lacak"


def test_a_case_without_identity_tells_no_finer_time_than_the_hour(scene: Scene) -> None:
    nothing = {"reporter_name": "", "reporter_email": "", "reporter_phone": ""}
    at = datetime(2026, 11, 3, 6, 37, tzinfo=UTC)
    filing = scene.filed(at=at, anonymous=True, **nothing)
    page = tracked(scene.browser(), filing)
    assert "14.00 WITA" in page.words
    assert "14.37" not in page.text
