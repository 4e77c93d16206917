"""/kelola/pesan: the agency's own words in letters to reporters, drafted, looked at, published; and
words that are no words of a letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from sp4n.configuration.operations import change_draft
from sp4n.configuration.queries import published
from sp4n.errors import Invalid
from sp4n.notices.jobs import sender_of
from sp4n.notices.letters import Letter
from sp4n.notices.messages import compose
from sp4n.notices.own_texts import KINDS, LANGUAGES, PARTS, fault, own_texts, written_texts
from sp4n.notices.words import default_text
from sp4n.tenants.resolver import agency_by_id
from tests.desk.test_settings import HISTORY, PUBLISH, publish
from tests.factories import make_agency
from tests.notices.conftest import body
from tests.pages import Browser, Page
from tests.scenes import Scene

HOME = "/kelola/pesan/"
FILED, ANSWERED = f"{HOME}diterima", f"{HOME}ditanggapi"
OWN = "Om Swastyastu.\nLaporan {nomor} kami periksa paling lambat {batas_verifikasi}."
FACTS = {
    "reference": "ABC-DEF-2",
    "verify_due": date(2026, 12, 4),
    "reply_due": date(2026, 12, 9),
    "answer_due": date(2026, 12, 8),
}


def write(browser: Browser, path: str, button: tuple[str, str] | None = None, **typed: str) -> Page:
    form = browser.open(path).form(path.rpartition("/")[2])
    return browser.send(form, button, **typed)


def letter_of(
    scene: Scene, kind: str = "notice.case_filed", language: str = "id", **facts: object
) -> tuple[str, str, str]:
    """Subject, text and HTML that a reporter gets now."""
    with scene.inside():
        agency = agency_by_id(scene.agency.id)
        letter = Letter(kind, "made@contoh.id", language, "/lacak", {**FACTS, **facts})
        sent = compose(letter, sender=sender_of(agency), link="http://x/", message_id="m")
    return sent["Subject"], body(sent, "plain"), body(sent, "html")


def test_own_words_go_out_once_they_are_published(scene: Scene, admin: Browser) -> None:
    before = letter_of(scene)
    page = write(admin, FILED, body_id=OWN, subject_id="Terima kasih, {nomor}")
    assert "Pelapor menerimanya setelah" in page.text
    assert letter_of(scene) == before
    page = admin.open(PUBLISH)
    assert "Laporan diterima: isi, bahasa Indonesia" in page.words
    assert "Laporan diterima: judul, bahasa Indonesia" in page.words
    assert "bahasa Inggris" not in page.words
    publish(admin)
    subject, text, html = letter_of(scene)
    assert subject == "Terima kasih, ABC-DEF-2"
    for letter in (text, html):
        assert "Om Swastyastu." in letter
        assert "Laporan ABC-DEF-2 kami periksa paling lambat 4 Desember 2026." in letter
        assert "Kode akses tidak pernah kami kirim" in letter
        assert "sudah menerima laporan Anda" not in letter
    assert letter_of(scene, language="en")[0] == "We have received report ABC-DEF-2"
    write(admin, FILED, ("bawaan", "body_id"))
    publish(admin)
    admin.send(admin.open(f"{HISTORY}/1").form("riwayat/1"), reason="Kembali")
    assert "Om Swastyastu." in letter_of(scene)[1]


def test_the_form_begins_with_the_default_and_equal_to_it_is_the_default(
    scene: Scene, admin: Browser
) -> None:
    form = admin.open(FILED).form("diterima")
    assert form.values["subject_id"] == "Laporan {nomor} sudah kami terima"
    assert "{batas_verifikasi}" in form.values["body_id"]
    assert "{instansi}" in form.values["body_en"]
    write(admin, FILED, subject_en="Report {nomor} is here")
    page = publish(admin)
    with scene.inside() as session:
        version = published(session)
        assert version is not None
        [told] = own_texts(version.values["message_texts"])
        assert told == ("notice.case_filed", "en", "subject")
    page = write(admin, FILED, ("bawaan", "subject_en"))
    assert "Bawaan nasional" in page.words
    publish(admin)
    with scene.inside() as session:
        assert published(session).values == {}  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", KINDS)
def test_every_default_is_right_by_its_own_rules(app: Flask, kind: str) -> None:
    with app.test_request_context():
        for language in LANGUAGES:
            for part in PARTS:
                words = default_text(kind, language, part)
                assert words
                assert fault(kind, part, words) == ""


@pytest.mark.parametrize(
    ("field", "words", "said"),
    [
        ("body_id", "Kami periksa {batas_verifikasi}, {nama_pelapor}.", "{nama_pelapor} tidak"),
        ("body_id", "Kami periksa {batas_balasan}.", "Yang dapat dipakai: {nomor}, {instansi}"),
        ("body_id", "Terima kasih atas laporan {nomor}.", "Sebutkan {batas_verifikasi}"),
        ("body_en", "Thank you.", "Sebutkan {batas_verifikasi}"),
        ("subject_id", "Terima kasih", "Sebutkan {nomor}"),
        ("subject_id", "{nomor} " + "a" * 100, "Paling panjang 100 huruf"),
        ("body_id", "{batas_verifikasi} " + "a" * 2000, "Paling panjang 2000 huruf"),
        ("body_id", "{batas_verifikasi} {{ config }}", "Kurung kurawal hanya untuk"),
        ("body_id", "{batas_verifikasi} {nomor.__class__}", "Kurung kurawal hanya untuk"),
        ("body_id", "{batas_verifikasi} {% raw %}", "Kurung kurawal hanya untuk"),
        ("subject_en", "{nomor} {NOMOR}", "Kurung kurawal hanya untuk"),
    ],
)
def test_what_is_no_letter_is_refused_at_its_field_and_stays_typed(
    scene: Scene, admin: Browser, field: str, words: str, said: str
) -> None:
    page = write(admin, FILED, **{field: words})
    assert page.status == 422
    assert len(page.errors) == 1
    assert said in page.errors[0]
    assert page.form("diterima").values[field] == words
    with scene.inside() as session:
        assert published(session) is None
    assert "belum terbit" not in admin.open(HOME).words


def test_what_is_typed_is_words_in_every_letter_and_on_every_page(
    scene: Scene, admin: Browser
) -> None:
    evil = "<script>alert(1)</script> %(reference)s {nomor} {batas_verifikasi} {{7*7}}"
    page = write(admin, FILED, body_id=evil)
    assert page.status == 422
    evil = evil.replace(" {{7*7}}", " %s")
    subject = "{nomor}: <b>Bcc:</b>"
    page = write(admin, FILED, ("lihat", "1"), body_id=evil, subject_id=subject)
    assert page.status == 200
    write(admin, FILED, body_id=evil, subject_id=subject)
    publish(admin)
    title, text, html = letter_of(scene)
    assert title == "ABC-DEF-2: <b>Bcc:</b>"
    assert "<script>alert(1)</script> %(reference)s ABC-DEF-2 4 Desember 2026 %s" in text
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_value_is_not_filled_in_again(scene: Scene, admin: Browser) -> None:
    write(admin, FILED, body_id="{instansi}: {batas_verifikasi}")
    publish(admin)
    with scene.inside():
        agency = agency_by_id(scene.agency.id)
        assert agency is not None
        renamed = replace(agency, name="Dinas {nomor} {{ 7 * 7 }}")
        letter = Letter("notice.case_filed", "a@contoh.id", "id", "/", FACTS)
        sent = compose(letter, sender=sender_of(renamed), link="http://x/", message_id="m")
    assert "Dinas {nomor} {{ 7 * 7 }}: 4 Desember 2026" in body(sent, "plain")


def test_a_line_about_a_day_that_is_not_there_is_left_out(scene: Scene, admin: Browser) -> None:
    words = "Kami sudah menjawab.\nBalas sebelum {batas_balasan}."
    write(admin, ANSWERED, body_id=words)
    publish(admin)
    text = letter_of(scene, "notice.case_answered")[1]
    assert "Balas sebelum 9 Desember 2026." in text
    text = letter_of(scene, "notice.case_answered", reply_due=None)[1]
    assert "Kami sudah menjawab." in text
    assert "Balas sebelum" not in text
    write(admin, ANSWERED, body_id="Balas sebelum {batas_balasan}.")
    publish(admin)
    text = letter_of(scene, "notice.case_answered", reply_due=None)[1]
    assert "memberi tanggapan atas laporan Anda" in text


def test_a_look_keeps_nothing_and_shows_both_languages(scene: Scene, admin: Browser) -> None:
    page = write(admin, FILED, ("lihat", "1"), body_id=OWN, subject_en="Report {nomor} is here")
    assert page.status == 200
    assert "Laporan 7KX-2M4-9 kami periksa paling lambat" in page.words
    assert "Report 7KX-2M4-9 is here" in page.words
    assert page.form("diterima").values["body_id"] == OWN
    assert "belum disimpan" in page.words
    assert "belum terbit" not in admin.open(HOME).words


def test_two_who_write_at_once_do_not_overwrite_each_other(scene: Scene, admin: Browser) -> None:
    other = scene.desk(scene.person("admin", "Ketut Dua"))
    form = admin.open(FILED).form("diterima")
    write(other, ANSWERED, subject_id="Jawaban {nomor}")
    page = admin.send(form, subject_id="Terima {nomor}")
    assert page.status == 409
    assert "Ketut Dua" in page.errors[0]
    page = admin.send(page.form("diterima"))
    assert "Draf tersimpan" in page.text
    changed = admin.open(PUBLISH).words
    assert "Jawaban {nomor}" in changed
    assert "Terima {nomor}" in changed


@pytest.mark.parametrize(
    "value", ["{", "[]", "1", '{"x": 1}', '{"notice.case_filed": {"id": {"subject": 5}}}']
)
def test_what_stands_there_stops_no_letter_and_is_not_taken(scene: Scene, value: str) -> None:
    assert own_texts(value) == {}
    with scene.inside() as session, pytest.raises(Invalid):
        change_draft(session, answers={"message_texts": value}, edits=0, actor=scene.admin)


def test_another_agencys_words_are_in_no_letter_of_ours(app: Flask, scene: Scene) -> None:
    other = Scene(app, make_agency(app))
    write(other.desk(), FILED, subject_id="{nomor} punya tetangga")
    publish(other.desk())
    assert "tetangga" in letter_of(other)[0]
    assert "tetangga" not in letter_of(scene)[0]


@pytest.mark.parametrize("role", ["head", "liaison", "viewer"])
def test_only_the_admin_gets_there(scene: Scene, role: str) -> None:
    assert scene.desk(scene.person(role)).open(FILED).status == 403
    assert scene.browser().open(FILED).path == "/masuk"


def test_own_words_only_are_kept() -> None:
    assert written_texts({}) == ""
    kept = {("notice.case_closed", "id", "body"): "Selesai."}
    assert own_texts(written_texts(kept)) == kept
