"""Photos are made smaller on the reporter's device before they travel; where it cannot, they go as
they are."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Request

from sp4n.files.models import Attachment
from tests.journeys.test_on_the_device import begin
from tests.journeys.visitor import Visitor
from tests.journeys.walks import REPORT
from tests.scenes import Scene

pytestmark = pytest.mark.browser

BIG, MOST_SENT = (4000, 3000), 400_000
CHOSEN = """async () => {
    const [photo] = document.querySelector("[type=file]").files;
    return [...new Uint8Array(await photo.arrayBuffer())];
}"""


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


def length(request: Request) -> int:
    """Playwright's own count leaves out what comes off a disk: just what is looked for here."""
    return int(request.header_value("content-length") or 0)


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
    assert 0 < length(sent[0]) < 2 * MOST_SENT
    files = stored_files(scene)
    assert set(files) == {"lampu.jpg", "jalan.jpg"}
    assert all(kind == "image/jpeg" for kind, _size in files.values())


def test_one_big_photo_travels_in_less_than_400_kb_upright_and_without_its_place(
    reporter: Visitor, site: str, tmp_path: Path
) -> None:
    path = photo(tmp_path, "lampu.jpg", turned=6)
    to_attachments(reporter, site)
    reporter.field("attachments").set_input_files([path])
    reporter.find("[data-photos]").filter(has_text="MB").wait_for()
    assert "1 foto diperkecil" in reporter.words
    content = reporter.page.evaluate(CHOSEN)
    with Image.open(BytesIO(bytes(content))) as small:
        assert small.size == (1200, 1600)
        assert not small.getexif()
    sent = bodies(reporter)
    reporter.go_on()
    assert 0 < length(sent[0]) < MOST_SENT


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


@pytest.mark.parametrize(
    "broken",
    ["() => Promise.reject(new Error('no memory'))", "() => new Promise(() => {})"],
    ids=["refuses", "hangs"],
)
def test_a_photo_that_the_device_cannot_make_smaller_goes_as_it_is(
    reporter: Visitor, scene: Scene, site: str, tmp_path: Path, broken: str
) -> None:
    reporter.page.add_init_script(f"window.createImageBitmap = {broken}")
    reporter.page.clock.install()
    to_attachments(reporter, site)
    path = photo(tmp_path, "lampu.jpg", size=(1700, 1200))
    reporter.field("attachments").set_input_files([path])
    reporter.page.clock.fast_forward(16_000)
    assert "diperkecil" not in reporter.words
    sent = bodies(reporter)
    reporter.go_on()
    assert length(sent[0]) > path.stat().st_size
    assert set(stored_files(scene)) == {"lampu.jpg"}


def test_more_photos_than_may_be_sent_are_not_worked_on(
    reporter: Visitor, site: str, tmp_path: Path
) -> None:
    reporter.page.add_init_script("window.createImageBitmap = () => { window.worked = true; }")
    to_attachments(reporter, site)
    paths = [photo(tmp_path, f"{number}.jpg", size=(40, 30)) for number in range(9)]
    reporter.field("attachments").set_input_files(paths)
    assert not reporter.page.evaluate("Boolean(window.worked)")
    reporter.go_on()
    assert reporter.title.startswith("Galat:")
