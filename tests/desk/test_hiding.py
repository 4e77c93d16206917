"""Personal data is pointed out before it is public, and what is hidden nobody finds outside."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from sp4n.cases.operations import FiledCase
from tests.desk.test_acts import case_page
from tests.desk.test_holding import tracked
from tests.pages import Browser, Page
from tests.scenes import Scene

PHONE = "0812-3456-7890"
NIK = "5171014506900003"
TEXT = f"Hubungi Pak Gede di {PHONE}, NIK {NIK}. Lampu padam."


def open_publicity(browser: Browser, filing: FiledCase) -> Page:
    return browser.open(f"/desk/laporan/{filing.reference}/umum")


def decide(browser: Browser, filing: FiledCase, **typed: Any) -> Page:
    return browser.send(open_publicity(browser, filing).form("/umum"), **typed)


def outside(scene: Scene, filing: FiledCase) -> str:
    """Everything that the public has of it."""
    browser = scene.browser()
    pages = ["/", "/laporan", f"/laporan/{filing.reference}"]
    return "\n".join(browser.open(path).text for path in pages)


def found_by(scene: Scene, words: str) -> bool:
    return "/laporan/" in scene.browser().open(f"/laporan?q={words}").text.partition("<main")[2]


@pytest.fixture
def public(scene: Scene) -> FiledCase:
    filing = scene.filed(title="Lampu padam", description=TEXT)
    scene.verify(filing, public_title="Lampu di rumah Gede padam", public_body=TEXT)
    return scene.answer(filing, "Pak Gede sudah kami hubungi di 0812 3456 7890.")


def test_who_verifies_is_shown_what_is_personal_and_it_is_masked(scene: Scene) -> None:
    filing = scene.filed(title="Lampu padam", description=TEXT)
    admin = scene.desk()
    page = case_page(admin, filing)
    form = page.form("/verifikasi")
    assert f"Nomor telepon: {PHONE}" in page.words
    assert f"NIK: {NIK}" in page.words
    assert sorted(form.values["hide"]) == sorted([PHONE, NIK])
    page = admin.send(form, publish="y", more="Gede")
    assert page.status == 200, page.errors
    seen = outside(scene, filing)
    assert "Hubungi Pak" in seen
    for word in (PHONE, NIK, "Gede"):
        assert word not in seen
    assert "[disamarkan]" in seen
    assert PHONE in tracked(scene, filing)[1].text
    assert PHONE in case_page(admin, filing).text


def test_what_is_typed_while_verifying_is_asked_about_once(scene: Scene) -> None:
    filing = scene.filed()
    admin = scene.desk()
    form = case_page(admin, filing).form("/verifikasi")
    text = "Lampu padam, telepon 0813 1111 2222 atau 0814-3333-4444."
    page = admin.send(form, publish="y", public_body=text)
    assert page.status == 422
    assert any("0813 1111 2222" in one for one in page.errors)
    form = page.form("/verifikasi")
    assert form.values["public_body"] == text
    page = admin.send(form, hide=["0813 1111 2222"])
    assert page.status == 200, page.errors
    seen = outside(scene, filing)
    assert "0813 1111 2222" not in seen
    assert "0814-3333-4444" in seen


def test_the_reporters_own_name_is_pointed_out_and_the_look_recorded(
    scene: Scene, superuser: sa.Connection
) -> None:
    filing = scene.filed(reporter_name="Made Wirawan")
    anonymous = scene.filed(reporter_name="Made Wirawan", anonymous=True)
    admin = scene.desk()
    sql = sa.text(
        "SELECT count(*) FROM identity_look WHERE agency_id = :a AND purpose = 'publishing' "
        "AND actor_kind = 'staff'"
    )
    form = case_page(admin, filing).form("/verifikasi")
    admin.strict = False
    page = admin.send(form, publish="y", public_body="Made menulis ini.")
    assert "Nama pelapor: Made" in page.words
    assert superuser.scalar(sql, {"a": scene.agency.id}) == 1
    page = admin.send(page.form("/verifikasi"))
    assert "Made menulis" not in outside(scene, filing)
    form = case_page(admin, anonymous).form("/verifikasi")
    page = admin.send(form, publish="y", public_body="Made menulis ini.")
    assert "Nama pelapor" not in page.text
    assert superuser.scalar(sql, {"a": scene.agency.id}) == 1


def test_passages_are_hidden_later_everywhere_and_shown_again(
    scene: Scene, public: FiledCase
) -> None:
    admin = scene.desk()
    assert found_by(scene, "Gede")
    page = open_publicity(admin, public)
    assert f"Nomor telepon: {PHONE}" in page.words
    page = decide(admin, public, more="Gede", reason="other_person", note="Diminta keluarganya")
    assert page.status == 200, page.errors
    seen = outside(scene, public)
    for word in ("Gede", PHONE, "0812 3456 7890", NIK):
        assert word not in seen
    assert "sudah kami hubungi di" in seen
    for words in ("Gede", "081234567890", "0812", NIK):
        assert not found_by(scene, words)
    assert found_by(scene, "lampu")
    admin.send(open_publicity(admin, public).form("/kembalikan"))
    assert "Gede" in outside(scene, public)
    assert found_by(scene, "Gede")
    page = open_publicity(admin, public)
    assert page.words.count("Ni Luh Admin") >= 3
    assert "Diminta keluarganya" in page.words


def test_its_history_says_that_it_was_hidden_and_not_what(scene: Scene, public: FiledCase) -> None:
    decide(scene.desk(), public, more="Gede", hide=[], reason="asked_by_reporter")
    page = tracked(scene, public)[1]
    assert "1 bagian disamarkan bagi umum. Alasan: Permintaan pelapor." in page.words
    assert "Yang dibaca umum diubah" not in outside(scene, public)
    with scene.inside() as session:
        told = session.execute(
            sa.text("SELECT body, data::text FROM case_event WHERE kind = 'redacted'")
        ).all()
        trail = session.scalars(sa.text("SELECT data::text FROM audit_entry")).all()
    assert told
    assert not any("Gede" in str(one) for one in (*told, *trail))


def test_an_answer_is_asked_about_before_everyone_reads_it(scene: Scene, public: FiledCase) -> None:
    admin = scene.desk()
    form = case_page(admin, public).form("/jawab")
    text = "Telepon warga itu 0815-5555-6666, kantor kami 0361-225521."
    page = admin.send(form, body=text, final="no")
    assert page.status == 422
    assert "0815-5555-6666" in " ".join(page.errors)
    assert "0815-5555-6666" not in outside(scene, public)
    form = page.form("/jawab")
    assert form.values["body"] == text
    page = admin.send(form, hide=["0815-5555-6666"])
    assert page.status == 200, page.errors
    seen = outside(scene, public)
    assert "0815-5555-6666" not in seen
    assert "0361-225521" in seen
    assert "0815-5555-6666" in tracked(scene, public)[1].text


def test_an_internal_case_is_answered_without_being_asked(scene: Scene) -> None:
    filing = scene.verify(scene.filed(), publish=False)
    admin = scene.desk()
    form = case_page(admin, filing).form("/jawab")
    page = admin.send(form, body=f"Hubungi {PHONE}.", final="no")
    assert page.status == 200, page.errors
    assert PHONE in open_publicity(admin, filing).words


def test_it_is_made_internal_and_public_again_by_who_verifies(
    scene: Scene, public: FiledCase
) -> None:
    admin = scene.desk()
    decide(admin, public, published="no", hide=[], reason="mistake")
    assert scene.browser().open(f"/laporan/{public.reference}").status == 404
    page = decide(admin, public, published="yes", public_body="Lampu padam.", hide=[])
    assert page.status == 200, page.errors
    seen = outside(scene, public)
    assert "Lampu padam." in seen
    assert "sudah kami hubungi" in seen


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"more": "Komang", "reason": "security"}, "Komang"),
        ({"more": "x" * 301, "reason": "security"}, "300"),
        ({"more": "Gede", "reason": ""}, "Pilih alasannya."),
        ({"more": "Gede", "reason": "apa saja"}, "Pilihan itu tidak ada"),
        ({"public_title": " "}, "Tulis judul"),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    scene: Scene, public: FiledCase, typed: dict[str, str], words: str
) -> None:
    page = decide(scene.desk(), public, **typed)
    assert page.status == 422
    assert any(words in one for one in page.errors), page.errors
    assert "Gede" in outside(scene, public)


def test_who_may_not_answer_or_verify_decides_nothing(scene: Scene, public: FiledCase) -> None:
    address = f"/desk/laporan/{public.reference}/umum"
    for role in ("viewer", "head"):
        browser = scene.desk(scene.person(role))
        assert browser.open(address).status == 403
        page = case_page(browser, public)
        assert address not in page.text
    unit = scene.unit()
    scene.assign(public, unit)
    liaison = scene.desk(scene.person("liaison", units=[unit]))
    page = decide(liaison, public, published="no", more="Gede", hide=[], reason="security")
    assert page.status == 200, page.errors
    seen = outside(scene, public)
    assert "Gede" not in seen
    assert "Lampu padam." in seen


def test_a_confidential_case_is_never_made_public(scene: Scene) -> None:
    filing = scene.verify(scene.filed(confidential=True), publish=True)
    admin = scene.desk()
    form = open_publicity(admin, filing).form("/umum")
    page = admin.send(form, published="yes", public_body="Lampu padam.")
    assert page.status == 409
    assert scene.browser().open(f"/laporan/{filing.reference}").status == 404
