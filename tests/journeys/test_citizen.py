"""A citizen finds an agency, files a report, tracks it and writes back: in a real browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.cases.models import CaseRecord, Identity
from sp4n.files.models import Attachment
from tests.files.making import document, pdf_bytes, picture
from tests.journeys.conftest import House, Visit
from tests.journeys.visitor import DESK, PHONE, Device, Visitor
from tests.journeys.walks import (
    NAMELESS,
    REPORT,
    Report,
    answer_questions,
    file_report,
    numbers_of,
    track,
)
from tests.scenes import Scene

pytestmark = pytest.mark.browser

DEVICES = [
    pytest.param(Device(PHONE, scripts=True), id="phone"),
    pytest.param(Device(PHONE, scripts=False), id="phone-without-scripts"),
    pytest.param(Device(DESK, scripts=True, language="en"), id="desk-in-english"),
    pytest.param(Device(DESK, scripts=False, language="en"), id="desk-in-english-without-scripts"),
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A photo, a letter, and a photo that is none."""
    content = {
        "lampu.jpg": picture(size=(800, 600)),
        "surat.pdf": pdf_bytes(document()),
        "palsu.jpg": b"<script>alert(1)</script>",
    }
    for name, body in content.items():
        (tmp_path / name).write_bytes(body)
    photo, letter, fake = (tmp_path / name for name in content)
    return photo, letter, fake


def cases_of(scene: Scene) -> list[CaseRecord]:
    with scene.inside() as session:
        found = list(session.scalars(sa.select(CaseRecord)))
        session.expunge_all()
        return found


def refused(visitor: Visitor, about: str) -> None:
    """What is wrong is said on top, with a link to the field."""
    assert visitor.title.startswith(("Galat:", "Error:")), visitor.title
    links = visitor.find("[data-error-summary] a")
    assert links.count() >= 1, about
    target = (links.first.get_attribute("href") or "").removeprefix("#")
    assert visitor.find(f"[id='{target}']").count() == 1
    assert about in target


def answer_wrong_first(visitor: Visitor, report: Report, fake: Path) -> None:
    """Through every question, each answered wrongly once; what was right or nearly so is kept."""
    visitor.go_on()
    refused(visitor, "classification")
    visitor.choose("classification", report.classification)
    visitor.go_on()
    visitor.type(title="Gelap", description=report.description)
    visitor.go_on()
    refused(visitor, "title")
    assert visitor.field("description").input_value() == report.description
    assert visitor.field("title").input_value() == "Gelap"
    visitor.type(title=report.title)
    visitor.go_on()
    tomorrow = clock.today(clock.CAPITAL) + timedelta(days=2)
    visitor.type(occurred_on=tomorrow.isoformat(), location=report.location)
    visitor.go_on()
    refused(visitor, "occurred_on")
    assert visitor.field("location").input_value() == report.location
    visitor.type(occurred_on=report.occurred_on)
    visitor.go_on()
    visitor.field("attachments").set_input_files([fake])
    visitor.go_on()
    refused(visitor, "attachments")
    visitor.field("attachments").set_input_files(list(report.files))
    visitor.go_on()
    visitor.type(reporter_name=report.reporter_name, reporter_email="made@")
    visitor.go_on()
    refused(visitor, "reporter_email")
    assert visitor.field("reporter_name").input_value() == report.reporter_name
    visitor.type(reporter_email=report.reporter_email, reporter_phone=report.reporter_phone)
    visitor.go_on()


@pytest.mark.parametrize("device", DEVICES)
def test_from_the_front_page_to_a_reply(
    visit: Visit, scene: Scene, files: tuple[Path, Path, Path], device: Device
) -> None:
    photo, letter, fake = files
    report = replace(REPORT, files=(photo, letter))
    visitor = visit(device)
    visitor.open("/")
    visitor.type(q=scene.agency.slug)
    visitor.press(".search button")
    visitor.press(visitor.find(".agencies a").get_by_text(scene.agency.name))
    assert scene.agency.name in visitor.title
    visitor.press(".hero a.button--primary")
    answer_wrong_first(visitor, report, fake)
    for text in (report.title, report.location, "lampu.jpg", "surat.pdf", report.reporter_email):
        assert text in visitor.words
    visitor.go_on()
    filed = numbers_of(visitor)
    with visitor.page.expect_download() as download:
        visitor.find("a[href*='/lapor/bukti']").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    [case] = cases_of(scene)
    assert (case.reference, case.title) == (filed.reference, report.title)
    with scene.inside() as session:
        names = set(session.scalars(sa.select(Attachment.file_name)))
        assert names == {"lampu.jpg", "surat.pdf"}
    track(visitor, visitor.page.url.split("/lapor")[0], filed)
    assert report.title in visitor.title
    visitor.type(body="Sudah tiga malam gelap.")
    visitor.go_on("form[action$='/tanggapan']")
    assert "Sudah tiga malam gelap." in visitor.words


@pytest.mark.parametrize("scripts", [True, False])
def test_back_reload_and_a_second_press_file_nothing_twice(
    visit: Visit, scene: Scene, house: House, scripts: bool
) -> None:
    visitor = visit(Device(PHONE, scripts=scripts))
    visitor.open(f"{house.site(scene.agency)}/lapor")
    for _page in answer_questions(visitor, REPORT):
        pass
    check = visitor.page.url
    visitor.find("form[data-form=lapor] button").dblclick()
    visitor.page.wait_for_selector("[data-reference]")
    filed = numbers_of(visitor)
    visitor.page.go_back()
    visitor.page.wait_for_load_state()
    if visitor.find("form[data-form=lapor] button").count():
        visitor.go_on()
    assert numbers_of(visitor) == filed
    visitor.open(check)
    assert numbers_of(visitor) == filed
    visitor.page.reload()
    assert numbers_of(visitor) == filed
    assert [case.reference for case in cases_of(scene)] == [filed.reference]


@pytest.mark.parametrize(
    ("report", "vault_rows"),
    [
        pytest.param(replace(REPORT, anonymous=True), 1, id="anonymous-with-a-contact"),
        pytest.param(NAMELESS, 0, id="without-identity"),
        pytest.param(replace(REPORT, confidential=True), 1, id="confidential"),
    ],
)
def test_who_may_know_what_is_the_reporters_choice(
    visit: Visit, scene: Scene, house: House, report: Report, vault_rows: int
) -> None:
    site = house.site(scene.agency)
    reporter = visit(Device(PHONE))
    filed = file_report(reporter, site, report)
    [case] = cases_of(scene)
    assert (case.anonymous, case.confidential) == (report.anonymous, report.confidential)
    with scene.inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Identity)) == vault_rows
    if not vault_rows:
        assert (case.filed_at.minute, case.filed_at.second) == (0, 0)
    stranger = visit(Device())
    stranger.open(f"{site}/laporan")
    assert report.title not in stranger.words
    track(reporter, site, filed)
    assert report.title in reporter.title


def test_two_tabs_are_two_reports(visit: Visit, scene: Scene, house: House) -> None:
    visitor = visit(Device())
    first, site = visitor.page, house.site(scene.agency)
    second = first.context.new_page()
    tabs = [Visitor(page, visitor.device, house.origin) for page in (first, second)]
    walks = []
    for number, tab in enumerate(tabs):
        tab.open(f"{site}/lapor")
        report = replace(REPORT, title=f"Lampu padam di gang {number}")
        walks.append(answer_questions(tab, report))
    for _ in range(6):  # a page in one, then a page in the other
        for walk in walks:
            next(walk)
    for tab in tabs:
        tab.go_on()
    assert {numbers_of(tab).reference for tab in tabs} == {
        case.reference for case in cases_of(scene)
    }
    assert {case.title for case in cases_of(scene)} == {
        "Lampu padam di gang 0",
        "Lampu padam di gang 1",
    }
