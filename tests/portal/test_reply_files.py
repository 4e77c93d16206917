"""Files that come with a reply or an objection: checked and cleaned as a report's, and bounded."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import enclosing
from sp4n.files.models import Attachment
from sp4n.tenants.resolver import AgencyFacts
from tests.files.making import document, exif, pdf_bytes, picture
from tests.portal.test_contest import TRACELESS, WHY, closed
from tests.portal.test_tracking import tracked
from tests.scenes import Scene

PHOTO = ("masih gelap.jpg", picture(exif=exif()))
LETTER = ("surat.pdf", pdf_bytes(document()))
PROGRAM = ("foto.jpg", b"MZ" + b"\0" * 200)


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    app.extensions["sp4n.throttle"].counters.memory.reset()
    return Scene(app, agency)


def rows(scene: Scene) -> list[tuple[str, str]]:
    """Each file, and with what it came."""
    same = sa.and_(CaseEvent.agency_id == Attachment.agency_id, CaseEvent.id == Attachment.event_id)
    wanted = sa.select(Attachment.file_name, CaseEvent.kind).join(CaseEvent, same)
    with scene.inside() as session:
        return [
            (row.file_name, row.kind) for row in session.execute(wanted.order_by(Attachment.id))
        ]


@pytest.mark.parametrize("who", [{}, TRACELESS])
def test_files_come_along_with_a_reply_and_staff_open_them(
    scene: Scene, who: dict[str, str]
) -> None:
    filing = scene.filed(**who)
    browser = scene.browser()
    form = tracked(browser, filing).form("/tanggapan")
    page = browser.send(form, body="Ini fotonya.", attachments=[PHOTO, LETTER])
    assert "Tanggapan Anda sudah dikirim." in page.words
    assert rows(scene) == [("masih gelap.jpg", "replied"), ("surat.pdf", "replied")]
    answer = browser.client.get(page.link("masih gelap.jpg"))
    assert answer.status_code == 200
    assert b"Kamera Rahasia" not in answer.data
    desk = scene.desk()
    page = desk.open(f"/desk/laporan/{filing.reference}")
    assert desk.client.get(page.link("surat.pdf")).status_code == 200
    stranger = scene.browser()
    assert (
        stranger.client.get(page.link("surat.pdf").replace("/desk/laporan", "/lacak")).status_code
        == 404
    )
    with scene.inside() as session:
        times = session.scalars(sa.select(Attachment.created_at)).all()
    assert all((at.minute, at.second) == (0, 0) for at in times)


def test_files_come_along_with_an_objection(scene: Scene) -> None:
    browser = scene.browser()
    form = tracked(browser, closed(scene)).form("/sanggahan")
    page = browser.send(form, objection=WHY, attachments=[PHOTO])
    assert "Sanggahan Anda sudah kami terima." in page.words
    assert rows(scene) == [("masih gelap.jpg", "contested")]


def test_with_a_bad_file_nothing_is_sent_and_what_was_written_stays(scene: Scene) -> None:
    filing = scene.filed()
    browser = scene.browser()
    form = tracked(browser, filing).form("/tanggapan")
    page = browser.send(form, body="Ini fotonya.", attachments=[PHOTO, PROGRAM])
    assert page.status == 422
    assert "“foto.jpg”" in page.errors[0]
    assert "Belum ada yang terkirim." in page.errors[0]
    assert page.form("/tanggapan").values["body"].strip() == "Ini fotonya."
    assert rows(scene) == []
    assert "Tanggapan pelapor" not in browser.open(f"/lacak/{filing.reference}").words


def test_there_is_an_end_to_files(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    filing = scene.filed()
    browser = scene.browser()
    form = tracked(browser, filing).form("/tanggapan")
    many = [(f"{n}.png", picture("PNG", size=(60 + n, 40))) for n in range(6)]
    page = browser.send(form, body="Banyak.", attachments=many)
    assert page.status == 422
    assert "Paling banyak 5 lampiran" in page.errors[0]
    monkeypatch.setattr(enclosing, "MOST_OF_A_CASE", 3)
    assert browser.send(form, body="Dua.", attachments=many[:2]).status == 200
    page = browser.send(form, body="Dua lagi.", attachments=many[2:4])
    assert page.status == 422
    assert page.errors == ["Satu laporan dapat memuat paling banyak 3 berkas."]
    assert page.form("/tanggapan").values["body"].strip() == "Dua lagi."
    assert len(rows(scene)) == 2


def test_nothing_is_uploaded_to_a_case_without_its_code(scene: Scene) -> None:
    filing, own = scene.filed(), scene.filed()
    browser = scene.browser()
    form = tracked(browser, own).form("/tanggapan")
    there = form.action.replace(own.reference, filing.reference)
    token = {"csrf_token": form.values["csrf_token"], "body": "Halo."}
    assert browser.client.post(there, data=token).status_code == 404
