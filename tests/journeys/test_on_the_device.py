"""What the reporter's own device does: keeps what was typed until it is sent, makes photos smaller
before they travel, and leaves at once. All of it on top of pages that work without."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import BrowserContext, Request

from sp4n.files.models import Attachment
from tests.journeys.conftest import House, Visit
from tests.journeys.visitor import DESK, PHONE, Device, Visitor
from tests.journeys.walks import NAMELESS, REPORT, answer_questions, file_report
from tests.scenes import Scene

pytestmark = pytest.mark.browser

BIG, MOST_SENT = (4000, 3000), 400_000
AGED = """([key, hours]) => {
    const draft = JSON.parse(localStorage[key]);
    draft.at -= hours * 60 * 60 * 1000;
    localStorage[key] = JSON.stringify(draft);
}"""
CHOSEN = """async () => {
    const [photo] = document.querySelector("[type=file]").files;
    return [...new Uint8Array(await photo.arrayBuffer())];
}"""
ELSEWHERE = "https://www.bmkg.go.id/"
STORED = "Object.fromEntries(Object.entries(localStorage))"


@pytest.fixture
def site(scene: Scene, house: House) -> str:
    return house.site(scene.agency)


@pytest.fixture
def reporter(visit: Visit) -> Visitor:
    return visit(Device(PHONE))


def kept(visitor: Visitor) -> dict[str, Any]:
    """All that the device holds of this site, by key."""
    visitor.page.wait_for_timeout(600)  # longer than the pause before it is kept
    return {key: json.loads(text) for key, text in visitor.page.evaluate(STORED).items()}


def crash(visitor: Visitor, *, signed_out: bool = False) -> None:
    """The tab is gone; with `signed_out` the session is, too. What is typed was not sent."""
    context: BrowserContext = visitor.page.context
    visitor.page.close(run_before_unload=False)
    if signed_out:
        context.clear_cookies()
    visitor.page = context.new_page()


def begin(visitor: Visitor, site: str) -> None:
    """As far as the page that asks what happened."""
    visitor.open(f"{site}/lapor")
    visitor.choose("classification", REPORT.classification)
    visitor.go_on()


@pytest.mark.parametrize("signed_out", [True, False], ids=["session-over", "same-session"])
def test_what_was_typed_comes_back_after_a_crash(
    reporter: Visitor, site: str, signed_out: bool
) -> None:
    begin(reporter, site)
    address = reporter.page.url
    reporter.type(title=REPORT.title, description=REPORT.description)
    kept(reporter)
    crash(reporter, signed_out=signed_out)
    reporter.open(f"{site}/lapor" if signed_out else address)
    reporter.find("button[name=resume]").click()
    if signed_out:
        assert reporter.find(f"[name=classification][value={REPORT.classification}]").is_checked()
        reporter.go_on()
    assert reporter.find("button[name=resume]").count() == 0
    assert reporter.field("title").input_value() == REPORT.title
    assert reporter.field("description").input_value() == REPORT.description
    reporter.go_on()
    assert "/lapor/tempat" in reporter.page.url


def test_what_is_thrown_away_is_gone(reporter: Visitor, site: str) -> None:
    begin(reporter, site)
    reporter.type(title=REPORT.title)
    kept(reporter)
    crash(reporter, signed_out=True)
    reporter.open(f"{site}/lapor")
    reporter.find("button[name=discard]").click()
    assert kept(reporter) == {}
    reporter.choose("classification", REPORT.classification)
    reporter.go_on()
    assert reporter.field("title").input_value() == ""


@pytest.mark.parametrize("report", [REPORT, NAMELESS], ids=["named", "nameless"])
def test_no_name_no_contact_and_no_code_is_ever_kept(
    reporter: Visitor, site: str, report: Any
) -> None:
    reporter.open(f"{site}/lapor")
    for _page in answer_questions(reporter, report):
        [draft] = kept(reporter).values()
        assert set(draft) <= {"form", "answers", "at"}
        assert not {name for name in draft["answers"] if "reporter" in name or "code" in name}
    assert REPORT.reporter_email not in json.dumps(draft)
    reporter.go_on()
    assert reporter.find("[data-access-code]").count() == 1
    assert kept(reporter) == {}, "kept after it was sent"


def test_a_draft_lasts_a_day(reporter: Visitor, site: str) -> None:
    begin(reporter, site)
    reporter.type(title=REPORT.title)
    [key] = kept(reporter)
    reporter.open(f"{site}/laporan")
    reporter.page.evaluate(AGED, [key, 23.9])
    reporter.open(f"{site}/laporan")
    assert list(kept(reporter)) == [key]
    reporter.page.evaluate(AGED, [key, 0.2])
    reporter.open(f"{site}/laporan")
    assert kept(reporter) == {}


def test_who_shares_the_device_can_have_it_forgotten(reporter: Visitor, site: str) -> None:
    begin(reporter, site)
    reporter.type(title=REPORT.title)
    assert REPORT.title in json.dumps(kept(reporter))
    reporter.find("[data-device-note] button").click()
    reporter.type(title=REPORT.title, description=REPORT.description)
    reporter.go_on()
    reporter.type(location=REPORT.location)
    text = json.dumps(kept(reporter))
    assert not [word for word in (REPORT.title, REPORT.location) if word in text]


def test_two_tabs_do_not_throw_away_each_others_draft(reporter: Visitor, site: str) -> None:
    first, second = reporter.page, reporter.page.context.new_page()
    reporter.page = second
    reporter.open(f"{site}/lapor")
    for _page in answer_questions(reporter, REPORT):
        pass
    reporter.page = first
    begin(reporter, site)
    if reporter.find("button[name=discard]").count():
        reporter.find("button[name=discard]").click()
    reporter.type(title="Sampah tidak diangkut")
    assert "Sampah tidak diangkut" in json.dumps(kept(reporter))
    reporter.page = second
    reporter.go_on()
    assert "Sampah tidak diangkut" in json.dumps(kept(reporter))


@pytest.fixture
def elsewhere(reporter: Visitor) -> str:
    return weather_for(reporter)


def weather_for(visitor: Visitor) -> str:
    """The neutral page, answered here instead of by the world."""
    visitor.page.context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="Cuaca"))
    return ELSEWHERE


def test_a_quick_exit_leaves_nothing_on_the_device_and_no_way_back(
    reporter: Visitor, site: str, elsewhere: str
) -> None:
    begin(reporter, site)
    content = reporter.page.url
    reporter.type(title=REPORT.title)
    kept(reporter)
    reporter.find("[data-exit]").click()
    reporter.page.wait_for_url(elsewhere)
    reporter.page.goto(content)
    assert REPORT.title not in reporter.page.content()
    assert kept(reporter) == {}
    reporter.page.goto(elsewhere)


def test_a_quick_exit_works_without_scripts(visit: Visit, site: str) -> None:
    visitor = visit(Device(PHONE, scripts=False))
    where = weather_for(visitor)
    begin(visitor, site)
    visitor.type(title=REPORT.title, description=REPORT.description)
    visitor.go_on()
    place = visitor.page.url
    visitor.find("[data-exit]").click()
    visitor.page.wait_for_url(where)
    visitor.page.goto(place.replace("/tempat", "/isi"))
    assert REPORT.title not in visitor.page.content()


def test_another_sites_link_to_the_exit_takes_nothing_away(
    reporter: Visitor, site: str, elsewhere: str
) -> None:
    begin(reporter, site)
    content = reporter.page.url
    page = f"<a href='{site}/lapor/keluar'>klik</a>"
    reporter.page.context.route(
        "https://lain.example/", lambda route: route.fulfill(body=page, content_type="text/html")
    )
    reporter.page.goto("https://lain.example/")
    reporter.page.locator("a").click()
    reporter.page.wait_for_url(elsewhere)
    reporter.open(content)
    assert reporter.field("title").count() == 1


def photo(folder: Path, name: str, *, size: tuple[int, int] = BIG, turned: int = 1) -> Path:
    """As a telephone's camera makes them: several megabytes, with a place in its EXIF."""
    soft = Image.radial_gradient("L").resize(size)
    grain = Image.effect_noise(size, 24)
    image = Image.merge("RGB", (soft, grain, soft.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    exif = Image.Exif()
    exif[0x0112] = turned
    exif.get_ifd(0x8825)[2] = (8.0, 43.0, 12.0)
    path = folder / name
    image.save(path, "JPEG", quality=92, exif=exif)
    return path


def bodies(visitor: Visitor) -> list[Request]:
    sent: list[Request] = []
    visitor.page.on("request", lambda one: sent.append(one) if one.method == "POST" else None)
    return sent


def stored_files(scene: Scene) -> dict[str, tuple[str, int]]:
    with scene.inside() as session:
        rows = session.execute(
            sa.select(Attachment.file_name, Attachment.media_type, Attachment.size)
        )
        return {name: (kind, size) for name, kind, size in rows}


def to_attachments(visitor: Visitor, site: str) -> None:
    begin(visitor, site)
    visitor.type(title=REPORT.title, description=REPORT.description)
    visitor.go_on()
    visitor.go_on()


def test_big_photos_are_sent_small_and_arrive(
    reporter: Visitor, scene: Scene, site: str, tmp_path: Path
) -> None:
    paths = [
        photo(tmp_path, "lampu.jpg"),
        photo(tmp_path, "jalan.jpeg", size=(3000, 2000), turned=6),
    ]
    assert paths[0].stat().st_size > 2_000_000
    to_attachments(reporter, site)
    sent = bodies(reporter)
    reporter.field("attachments").set_input_files(paths)
    reporter.go_on()  # at once: the page waits for the photos by itself
    size = int(sent[0].sizes()["requestBodySize"])
    assert size < 2 * MOST_SENT, size
    files = stored_files(scene)
    assert set(files) == {"lampu.jpg", "jalan.jpg"}
    assert all(kind == "image/jpeg" for kind, _size in files.values())


def test_one_big_photo_travels_in_less_than_400_kb_upright_and_without_its_place(
    reporter: Visitor, site: str, tmp_path: Path
) -> None:
    path = photo(tmp_path, "lampu.jpg", turned=6)
    to_attachments(reporter, site)
    reporter.field("attachments").set_input_files([path])
    reporter.page.wait_for_function(
        "document.querySelector('[data-photos]').textContent.includes('MB')"
    )
    assert "1 foto diperkecil" in reporter.words
    content = reporter.page.evaluate(CHOSEN)
    with Image.open(BytesIO(bytes(content))) as small:
        assert small.size == (1200, 1600)
        assert not small.getexif()
    sent = bodies(reporter)
    reporter.go_on()
    assert int(sent[0].sizes()["requestBodySize"]) < MOST_SENT


def test_what_is_no_photo_or_small_already_is_sent_as_it_is(
    reporter: Visitor, site: str, tmp_path: Path
) -> None:
    small = tmp_path / "kecil.jpg"
    Image.new("RGB", (40, 30), "red").save(small, quality=40)
    broken = tmp_path / "rusak.jpg"
    broken.write_bytes(b"\xff\xd8\xff bukan foto")
    to_attachments(reporter, site)
    reporter.field("attachments").set_input_files([small, broken])
    reporter.go_on()
    assert reporter.title.startswith("Galat:")
    assert "rusak.jpg" in reporter.words
    assert "kecil.jpg" in reporter.words


def test_nothing_of_this_is_missed_without_scripts(visit: Visit, scene: Scene, site: str) -> None:
    visitor = visit(Device(DESK, scripts=False, language="en"))
    visitor.open(f"{site}/lapor")
    assert not visitor.find("[data-device-note]").is_visible()
    assert visitor.find("button[name=resume]").count() == 0
    filed = file_report(visitor, site, REPORT)
    assert filed.reference
