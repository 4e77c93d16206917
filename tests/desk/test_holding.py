"""Asking a reporter for what is missing, and taking a case up again, through the desk's forms and
the tracking page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sp4n import clock
from sp4n.cases.operations import FiledCase
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import MONDAY
from tests.desk.test_acts import case_page, kinds_of, person
from tests.desk.test_recount import day_off, moves, publish, work
from tests.pages import Browser, Page
from tests.scenes import Scene

ASK, RESUME, REOPEN = "minta-keterangan", "lanjutkan", "buka-kembali"
QUESTION = "Di jalan apa lampu itu padam?"


def tracked(scene: Scene, filing: FiledCase) -> tuple[Browser, Page]:
    browser = scene.browser()
    form = browser.open("/lacak").form("lacak")
    typed = {"reference": filing.reference, "access_code": filing.access_code}
    return browser, browser.send(form, **typed)


def test_a_liaison_asks_and_the_reporter_reads_what_until_when_and_answers(scene: Scene) -> None:
    unit = scene.unit()
    with clock.frozen(MONDAY):
        filing = scene.assign(scene.verify(scene.filed()), unit)
        page = case_page(browser := scene.desk(person(scene, "liaison", unit)), filing)
        page = browser.send(page.form(ASK), body=QUESTION)
        assert "Pelapor sudah diminta melengkapi laporan." in page.words
        assert "Batas waktu instansi berhenti dihitung." in page.words
        assert not page.has_form("/jawab")
        assert filing.reference in browser.open("/desk/?status=on_hold").text
    with clock.frozen(MONDAY + timedelta(days=2)):
        citizen, page = tracked(scene, filing)
        for words in (
            "menunggu keterangan dari Anda",
            QUESTION,
            "Sampai 16 November 2026 (sisa 8 hari kerja).",
            "Tanpa jawaban sampai hari itu, laporan diarsipkan.",
        ):
            assert words in page.words
        page = citizen.send(page.form("/tanggapan"), body="Jalan Raya Kuta.")
        assert "hari kerja selama menunggu keterangan pelapor tidak dihitung" in page.words
        assert QUESTION not in citizen.open(f"/laporan/{filing.reference}").text
        assert "Jalan Raya Kuta." in case_page(scene.desk(), filing).words
    assert scene.case(filing).state == "unhandled"
    kinds = ["filed", "verified", "assigned", "asked", "replied", "rescheduled"]
    assert kinds_of(scene, filing) == kinds


def test_staff_go_on_without_waiting(scene: Scene) -> None:
    filing = scene.hold(scene.filed())
    page = case_page(browser := scene.desk(), filing)
    assert "Tidak ada yang perlu Anda lakukan sekarang." in page.words
    page = browser.send(page.form(RESUME))
    assert "batas waktunya berjalan lagi" in page.words
    assert page.has_form("/verifikasi")
    assert scene.case(filing).due_at == scene.case(filing).verify_due_at


def test_an_admin_takes_a_case_up_again_and_all_read_why(scene: Scene) -> None:
    filing = scene.archive(scene.filed())
    page = case_page(browser := scene.desk(), filing)
    page = browser.send(page.form(REOPEN), reason="")
    assert (page.status, page.errors) == (422, ["Tulis mengapa laporan dibuka kembali."])
    page = browser.send(page.form(REOPEN), reason="Ternyata jalan kabupaten.")
    assert "Laporan sudah dibuka kembali." in page.words
    assert scene.case(filing).state == "unverified"
    _citizen, page = tracked(scene, filing)
    assert "Ternyata jalan kabupaten." in page.words
    trail = scene.desk().open("/desk/jejak").words
    assert f"Membuka kembali laporan {filing.reference}" in trail


@pytest.mark.parametrize("role", ["head", "viewer", "liaison"])
def test_who_may_not_is_offered_nothing_and_refused(scene: Scene, role: str) -> None:
    unit = scene.unit()
    filing = scene.assign(scene.verify(scene.filed()), unit)
    gone = scene.archive(scene.assign(scene.verify(scene.filed()), unit))
    browser = scene.desk(person(scene, role, unit))
    refused = {ASK: filing, RESUME: filing, REOPEN: gone}
    if role == "liaison":
        refused = {REOPEN: gone}
    assert not case_page(browser, gone).has_form(f"/{REOPEN}")
    browser.strict = False
    token = browser.open("/akun").forms()[0].values["csrf_token"]
    for act, one in refused.items():
        data = {"csrf_token": token, "body": "x", "reason": "x"}
        answer = browser.client.post(f"/desk/laporan/{one.reference}/{act}", data=data)
        assert answer.status_code == 403, act
    assert not {"asked", "resumed", "reopened"} & {*kinds_of(scene, filing), *kinds_of(scene, gone)}


def test_a_case_of_another_agency_is_not_there(scene: Scene, other_agency: AgencyFacts) -> None:
    theirs = Scene(scene.app, other_agency).hold(Scene(scene.app, other_agency).filed())
    browser = scene.desk()
    browser.strict = False
    token = browser.open("/akun").forms()[0].values["csrf_token"]
    for act in (ASK, RESUME, REOPEN):
        data = {"csrf_token": token, "body": "x", "reason": "x"}
        answer = browser.client.post(f"/desk/laporan/{theirs.reference}/{act}", data=data)
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("act", "typed"), [(ASK, {"body": QUESTION}), ("jawab", {"body": "Ya.", "final": "no"})]
)
def test_who_comes_when_it_waits_already_keeps_the_words_and_reads_what_to_do(
    scene: Scene, act: str, typed: dict[str, str]
) -> None:
    filing = scene.verify(scene.filed())
    page = case_page(browser := scene.desk(), filing)
    form = page.form(f"/{act}")
    scene.hold(filing)
    page = browser.send(form, **typed)
    assert page.status == 409
    assert typed["body"] in page.words
    page = browser.send_filled(form, {**form.values, **typed, "version": ""})
    assert page.status == 409
    assert "Status sekarang: Tertunda" in page.errors[0]


def test_a_recount_leaves_the_pause_alone_and_gives_the_reporter_a_day_off_too(
    scene: Scene,
) -> None:
    monday = MONDAY + timedelta(days=28)
    with clock.frozen(monday):
        waiting, gone_on = scene.filed(), scene.filed()
        scene.hold(waiting)
        scene.hold(gone_on)
        until = scene.case(waiting).reply_due_at
    with clock.frozen(monday + timedelta(days=2)):
        page = case_page(admin := scene.desk(), gone_on)
        admin.send(page.form(RESUME))
        due = scene.case(gone_on).due_at
        assert due is not None
        day_off(admin, "2026-12-04")
        publish(scene, admin)
        work(scene, at=monday + timedelta(days=2, minutes=1))
    later = scene.case(waiting).reply_due_at
    assert later is not None
    assert until is not None
    assert later > until
    after = scene.case(gone_on).due_at
    assert after is not None
    assert (after.date() - due.date()).days == 1  # a Monday; Friday is off now
    assert scene.case(waiting).due_at is None
    assert len(moves(scene, waiting)) == 1
    _citizen, page = tracked(scene, waiting)
    assert "instansi mengubah hari libur" in page.words
