"""Photos and documents of a report: good ones are kept, bad ones told why, all can be removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from sp4n.app import create_app
from sp4n.cases.models import CaseRecord
from sp4n.config import Settings
from sp4n.files.models import Attachment
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import ClientFor, Inside
from tests.files.making import document, exif, header_of_png, pdf_bytes, picture
from tests.portal.walking import ANSWERS, File, Walker

Browser = Callable[[AgencyFacts], Walker]


def photo(number: int = 0) -> File:
    return picture(size=(64 + number, 48)), f"lubang {number}.jpg", "image/jpeg"


@pytest.fixture
def at_files(walker: Walker) -> Walker:
    walker.open("/lapor")
    while walker.page.step != "lampiran":
        walker.go(**{n: ANSWERS[n] for n in walker.page.names & ANSWERS.keys()})
    return walker


def names(inside: Inside, agency: AgencyFacts) -> list[str]:
    with inside(agency) as session:
        return list(session.scalars(sa.select(Attachment.file_name).order_by(Attachment.id)))


def test_files_come_along_with_the_report(
    at_files: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    letter = (pdf_bytes(document()), "surat warga.pdf", "application/pdf")
    snap = (picture(exif=exif()), "foto.jpg", "image/jpeg")
    page = at_files.answer([snap, letter])
    assert "foto.jpg" in page.words
    assert "surat warga.pdf" in page.words
    at_files.go()
    with inside(agency) as session:
        case_id = session.scalar(sa.select(CaseRecord.id))
        rows = session.execute(sa.select(Attachment.case_id, Attachment.draft_key)).all()
    assert rows == [(case_id, None)] * 2


def test_files_can_be_added_one_by_one_and_removed(
    at_files: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    assert at_files.go("unggah", [photo(1)]).step == "lampiran"
    page = at_files.go("unggah", [photo(2)])
    removing = [form for form in page.tree.iter("form") if form.get("data-form") != "lapor"]
    assert len(removing) == 2
    fields = {one.get("name"): one.get("value") for one in removing[0].iter("input")}
    number = removing[0].find(".//button").get("value")
    page = at_files.send(removing[0].get("action"), {**fields, "hapus": number})
    assert (page.status, page.step) == (200, "lampiran")
    assert names(inside, agency) == ["lubang 2.jpg"]


@pytest.mark.parametrize(
    "number", ["0", "-1", "x", "", "9" * 40, "１", "1; DROP TABLE case_record"]
)
def test_removing_what_is_not_there_changes_nothing(
    at_files: Walker, agency: AgencyFacts, inside: Inside, number: str
) -> None:
    at_files.go("unggah", [photo()])
    page = at_files.send(
        at_files.page.form.get("action"), {**at_files.page.fields, "hapus": number}
    )
    assert page.status == 200
    assert names(inside, agency) == ["lubang 0.jpg"]


def test_nobody_removes_a_file_of_another_form(
    at_files: Walker, browser: Browser, agency: AgencyFacts, inside: Inside
) -> None:
    at_files.go("unggah", [photo()])
    with inside(agency) as session:
        number = session.scalar(sa.select(Attachment.id))
    other = browser(agency)
    other.open("/lapor")
    other.go(classification="aspirasi")
    path = other.page.form.get("action").replace("/isi", "/lampiran")
    other.send(path, {**other.page.fields, "hapus": str(number)})
    assert names(inside, agency) == ["lubang 0.jpg"]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ((b"bukan foto", "foto.jpg", "image/jpeg"), "bukan jenis berkas"),
        ((header_of_png(60_000, 60_000), "bom.png", "image/png"), "juta piksel"),
        ((b"\xff\xd8\xff" + b"\0" * (10 * 1024 * 1024), "besar.jpg", "image/jpeg"), "10 MB"),
        ((b"", "kosong.jpg", "image/jpeg"), "kosong"),
        ((b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "image/svg+xml"), "SVG"),
        ((picture()[:200], "potong.jpg", "image/jpeg"), "rusak"),
        ((picture("PNG"), "nama.jpg", "image/jpeg"), "PNG"),
        ((b"MZ" + b"\0" * 100, "\u202egpj.exe", "image/jpeg"), "program"),
    ],
)
def test_a_bad_file_is_told_at_the_field_and_the_good_ones_are_kept(
    at_files: Walker, agency: AgencyFacts, inside: Inside, bad: File, words: str
) -> None:
    page = at_files.go("", [photo(1), bad, photo(2)])
    assert (page.status, page.step, page.title[:7]) == (422, "lampiran", "Galat: ")
    assert words in page.error_at("attachments")
    assert words in page.summary
    assert "lubang 1.jpg" in page.words
    assert names(inside, agency) == ["lubang 1.jpg", "lubang 2.jpg"]
    assert at_files.go().step == "identitas"


def test_of_six_files_five_are_taken(at_files: Walker, agency: AgencyFacts, inside: Inside) -> None:
    page = at_files.go("", [photo(n) for n in range(6)])
    assert page.status == 422
    assert "Paling banyak 5" in page.error_at("attachments")
    assert len(names(inside, agency)) == 5


def test_a_sixth_file_is_refused_later_too(
    at_files: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    at_files.go("unggah", [photo(n) for n in range(5)])
    page = at_files.go("", [photo(6)])
    assert page.status == 422
    assert "Paling banyak 5" in page.summary
    assert len(names(inside, agency)) == 5


def test_going_back_takes_the_chosen_files_along(
    at_files: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    assert at_files.go("kembali", [photo()]).step == "tempat"
    assert names(inside, agency) == ["lubang 0.jpg"]


def test_text_where_a_file_belongs_is_no_file(
    at_files: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    assert at_files.go(attachments="foto.jpg").step == "identitas"
    assert names(inside, agency) == []


def test_a_body_over_the_servers_limit_is_413_with_a_page_that_says_so(
    settings: Settings, agency: AgencyFacts
) -> None:
    app = create_app(replace(settings, max_body_mb=1))
    app.testing = True
    walker = Walker(ClientFor(app)(agency))
    walker.open("/lapor")
    while walker.page.step != "lampiran":
        walker.go(**{n: ANSWERS[n] for n in walker.page.names & ANSWERS.keys()})
    before = walker.page
    page = walker.go("", [(b"\xff\xd8\xff" * 500_000, "besar.jpg", "image/jpeg")])
    assert page.status == 413
    assert "melebihi batas" in page.words
    walker.page = before
    assert walker.go().step == "identitas"
