"""What shows that a case was solved: files, a page, or why there is none."""

from __future__ import annotations

import pytest

from sp4n.cases.operations import FiledCase
from tests.desk.test_acts import case_page
from tests.desk.test_approval import drafted
from tests.desk.test_holding import tracked
from tests.desk.test_recount import publish
from tests.files.making import picture
from tests.pages import Browser
from tests.scenes import Scene

SETTING = "/kelola/pengaturan/tanggapan"
PHOTO = ("lampu menyala.jpg", picture())


def asking(scene: Scene, **typed: str) -> Browser:
    """An agency that wants evidence."""
    admin = scene.desk()
    admin.send(admin.open(SETTING).form("tanggapan"), **typed)
    publish(scene, admin)
    return admin


@pytest.fixture
def filing(scene: Scene) -> FiledCase:
    return scene.verify(scene.filed())


def test_a_photo_comes_with_the_answer_and_the_reporter_sees_it(
    scene: Scene, filing: FiledCase
) -> None:
    page = case_page(admin := scene.desk(), filing)
    page = admin.send(
        page.form("/jawab"),
        body="Lampu sudah menyala.",
        final="yes",
        attachments=PHOTO,
        link="https://contoh.go.id/lampu",
    )
    assert "lampu menyala.jpg" in page.words
    citizen, page = tracked(scene, filing)
    assert "Bukti: https://contoh.go.id/lampu" in page.words
    file = citizen.client.get(page.link("lampu menyala.jpg"))
    assert (file.status_code, file.mimetype) == (200, "image/jpeg")
    assert "lampu menyala" not in scene.browser().open(f"/laporan/{filing.reference}").text


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"attachments": ("palsu.jpg", b"<script>")}, "palsu.jpg"),
        ({"link": "contoh"}, "Tulis alamat lengkap"),
        ({"link": "ftp://contoh.go.id/x"}, "Tulis alamat lengkap"),
        ({"link": "https://made:sandi@contoh.go.id/"}, "Tulis alamat lengkap"),
        ({"none_because": "x" * 501}, "Paling panjang 500 huruf."),
    ],
)
def test_what_is_no_evidence_is_refused_and_the_words_are_kept(
    scene: Scene, filing: FiledCase, typed: dict[str, object], error: str
) -> None:
    page = case_page(admin := scene.desk(), filing)
    page = admin.send(page.form("/jawab"), body="Sudah menyala.", final="yes", **typed)
    assert page.status == 422
    assert error in page.errors[0]
    assert page.form("/jawab").values["body"].strip() == "Sudah menyala."
    assert scene.case(filing).state == "unhandled"


def test_where_it_is_asked_for_a_complaint_does_not_end_without(
    scene: Scene, filing: FiledCase
) -> None:
    admin = asking(scene, answer_evidence="pengaduan")
    wish = scene.verify(scene.filed(classification="aspirasi"))
    page = case_page(admin, filing)
    page = admin.send(page.form("/jawab"), body="Sudah menyala.", final="yes")
    assert page.status == 422
    assert "jelaskan mengapa tidak ada bukti" in page.errors[0]
    page = admin.send(page.form("/jawab"), none_because="Ruang server tidak boleh difoto.")
    assert "Tanpa bukti: Ruang server tidak boleh difoto." in page.words
    page = case_page(admin, wish)
    page = admin.send(page.form("/jawab"), body="Terima kasih.", final="yes")
    assert "Tanggapan sudah dikirim" in page.words


def test_what_comes_with_a_draft_is_not_the_reporters_before_it_is_approved(scene: Scene) -> None:
    admin, unit = asking(scene, answer_approval="liaison"), scene.unit()
    filing = scene.assign(scene.verify(scene.filed()), unit)
    liaison = scene.desk(scene.person("liaison", units=[unit]))
    page = case_page(liaison, filing)
    page = liaison.send(page.form("/jawab"), body="Sudah menyala.", final="yes", attachments=PHOTO)
    address = page.link("lampu menyala.jpg")
    number = address.rpartition("/")[2]
    citizen, page = tracked(scene, filing)
    assert "lampu menyala" not in page.text
    theirs = f"/lacak/{filing.reference}/berkas/{number}"
    assert citizen.client.get(theirs).status_code == 404
    page = case_page(admin, filing)
    admin.send(page.form("/setujui-draf"))
    assert citizen.client.get(theirs).status_code == 200
    assert "lampu menyala.jpg" in citizen.open(f"/lacak/{filing.reference}").words


def test_a_draft_keeps_its_link(scene: Scene) -> None:
    admin, unit = asking(scene, answer_approval="liaison"), scene.unit()
    filing = scene.assign(scene.verify(scene.filed()), unit)
    liaison = scene.desk(scene.person("liaison", units=[unit]))
    drafted(liaison, filing)
    page = case_page(liaison, filing)
    liaison.send(page.form("/jawab"), link="https://contoh.go.id/lampu")
    page = admin.send(case_page(admin, filing).form("/setujui-draf"))
    assert "Bukti: https://contoh.go.id/lampu" in page.words
