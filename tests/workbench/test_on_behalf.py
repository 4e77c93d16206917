"""A report that staff file for a citizen: how it came, when its limits begin, who knows whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.audit.models import AuditEntry
from sp4n.cases.models import CaseRecord, Identity
from sp4n.seals.codes import proof_code
from tests.desk.conftest import MONDAY
from tests.desk.test_topics import topic
from tests.factories import Inside
from tests.pages import Browser, Page
from tests.portal.asking import EVERY, ask
from tests.scenes import Scene

NEW = "/desk/laporan-baru"
LETTER = {
    "channel": "letter",
    "classification": "pengaduan",
    "title": "Jembatan retak",
    "description": "Jembatan desa retak sejak hujan besar.",
    "reporter_name": "Pak Wayan",
    "reporter_phone": "0812 3456 7890",
}


def take(browser: Browser, **over: Any) -> Page:
    form = browser.open(NEW).form("laporan-baru")
    return browser.send(form, **{**LETTER, **over})


def the_case(scene: Scene) -> CaseRecord:
    with scene.inside() as session:
        found = session.scalars(sa.select(CaseRecord)).one()
        session.refresh(found)
        session.expunge(found)
        return found


def test_a_letter_counts_from_the_day_that_it_came(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        page = take(browser := scene.desk(), received_on="2026-11-24")
        assert page.status == 200
        reference = page.tree.find(".//*[@data-reference]").text
        code = page.tree.find(".//*[@data-access-code]").text
        case = the_case(scene)
        assert case.reference == reference
        assert case.filed_at.date().isoformat() == "2026-11-24"
        assert case.verify_due_at < MONDAY
        assert (case.channel, case.anonymous) == ("letter", False)
        page = browser.open(f"/desk/laporan/{reference}")
        assert "Masuk lewat" in page.words
        assert "Dicatat petugas. Masuk lewat: Surat, diterima 24 November 2026." in page.words
        assert "Pak Wayan" not in page.text
        page = browser.send(page.form("/identitas"))
        assert "Pak Wayan" in page.words
        citizen = scene.browser()
        form = citizen.open("/lacak").form("lacak")
        page = citizen.send(form, reference=reference, access_code=code)
        assert "Jembatan retak" in page.text
        assert "Dicatat petugas" not in page.text
    with scene.inside() as session:
        acts = sa.select(AuditEntry.actor_name).where(AuditEntry.act == "case.taken_in")
        assert list(session.scalars(acts)) == ["Ni Luh Admin"]


def test_sending_the_form_twice_files_once(scene: Scene) -> None:
    browser = scene.desk()
    form = browser.open(NEW).form("laporan-baru")
    first, second = (browser.send(form, **LETTER) for _time in range(2))
    codes = [one.tree.find(".//*[@data-access-code]").text for one in (first, second)]
    assert codes[0] == codes[1]
    the_case(scene)


def test_who_asks_to_be_anonymous_is(scene: Scene) -> None:
    browser = scene.desk()
    take(browser, anonymous=True)
    case = the_case(scene)
    page = browser.open(f"/desk/laporan/{case.reference}")
    assert "Pelapor anonim" in page.words
    assert not page.has_form("/identitas")
    with scene.inside() as session:
        sealed = session.scalars(sa.select(Identity.sealed)).one()
        assert b"Wayan" not in sealed


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"channel": "social"}, "Tulis alamat unggahannya"),
        ({"channel": "social", "link": "ftp://contoh.id/1"}, "Tulis alamat unggahannya"),
        ({"link": "https://contoh.id/1"}, "Hanya untuk laporan dari media sosial."),
        ({"received_on": "2090-01-01"}, "tidak boleh setelah hari ini"),
        ({"received_on": "2001-01-01"}, "Paling lama setahun"),
        ({"reporter_email": "made@"}, "belum benar"),
        ({"title": ""}, "Tulis judul laporan."),
    ],
)
def test_what_is_not_right_is_said_and_the_rest_kept(
    scene: Scene, typed: dict[str, str], words: str
) -> None:
    page = take(scene.desk(), **typed)
    assert page.status == 422
    assert words in " ".join(page.errors)
    assert page.form("laporan-baru").values["description"].strip() == LETTER["description"]
    with scene.inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CaseRecord)) == 0


def test_a_post_on_social_media_keeps_its_link(scene: Scene) -> None:
    link = "https://contoh.id/unggahan/1"
    take(browser := scene.desk(), channel="social", link=link)
    case = the_case(scene)
    assert (case.channel, case.channel_link) == ("social", link)
    assert link in browser.open(f"/desk/laporan/{case.reference}").words
    assert clock.now() - case.filed_at < timedelta(minutes=5)


@pytest.mark.parametrize("role", ["head", "viewer"])
def test_who_does_not_answer_files_nothing(scene: Scene, role: str) -> None:
    browser = scene.desk(scene.person(role))
    assert "Catat laporan warga" not in browser.open("/desk/").words
    browser.strict = False
    assert browser.open(NEW).status == 403


def test_the_agencys_own_questions_are_asked_and_none_has_to_be_answered(
    scene: Scene, inside: Inside
) -> None:
    ask(inside, scene.agency, *EVERY)
    browser = scene.desk()
    page = browser.open(NEW)
    assert "q_luka" in page.form("laporan-baru").controls  # of every topic
    health = str(topic(scene, "kesehatan"))
    page = browser.send(page.form("laporan-baru"), **LETTER, category=health)
    assert page.status == 200
    assert "lalu kirim lagi" in page.words
    with scene.inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CaseRecord)) == 0
    form = page.form("laporan-baru")
    assert form.values["title"] == LETTER["title"]
    browser.strict = False  # a link leads out of here
    page = browser.send(form, q_peran="lain")
    browser.strict = True
    assert page.status == 422
    assert "Hubungi dinas kesehatan provinsi." in page.words
    form = page.form("laporan-baru")
    # What waits in a template is neither shown nor sent without a script.
    values = {**form.values, "q_peran": "pasien", "asked": form.values["asked"][-1]}
    del values["q_kamar"]
    page = browser.send_filled(form, values)
    assert "lalu kirim lagi" in page.words
    page = browser.send(page.form("laporan-baru"), q_kamar="")
    assert page.tree.find(".//*[@data-reference]") is not None
    assert [one["key"] for one in the_case(scene).extra_answers] == ["peran"]


def test_the_receipt_carries_the_code_that_proves_it(scene: Scene) -> None:
    page = take(scene.desk())
    reference = page.tree.find(".//*[@data-reference]").text
    code = proof_code(scene.app.config["SECRET_KEY"], reference)
    assert code in page.words
    checked = scene.browser().open(f"/periksa?nomor={reference}&bukti={code}")
    assert checked.status == 200
    assert checked.find_all("notice")
