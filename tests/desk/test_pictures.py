"""Logo, icon and cover of an agency: chosen, looked at, published, taken back; and what is no
picture is refused with the reason."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from sp4n import clock
from sp4n.configuration.operations import forget_pictures
from sp4n.configuration.queries import pictures_in_use
from sp4n.files.models import BrandPicture
from tests.desk.test_settings import HISTORY, HOME, PUBLISH, public, publish
from tests.factories import make_agency
from tests.files.making import CAMERA, PAGE, document, exif, header_of_png, pdf_bytes, picture
from tests.pages import Browser, Page
from tests.scenes import Scene

PICTURES = f"{HOME}gambar"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def choose(browser: Browser, **typed: object) -> Page:
    return browser.send(browser.open(PICTURES).form("gambar"), **typed)


def logo(size: tuple[int, int] = (300, 200)) -> tuple[str, bytes]:
    return "logo.png", picture("PNG", size)


def cover(**options: object) -> tuple[str, bytes]:
    return "kantor.jpg", picture("JPEG", (1600, 900), **options)


def shown(page: Page, part: str) -> list[str]:
    """Addresses of the page's pictures whose last part is this."""
    return [one for one in page.links if "/gambar/" in one and one.endswith(f"/{part}")]


def test_an_agency_wears_its_pictures_once_they_are_published(scene: Scene, admin: Browser) -> None:
    page = choose(admin, logo_berkas=logo(), cover_berkas=cover(), cover_alt="Kantor bupati")
    assert "Draf tersimpan" in page.text
    assert "/gambar/" not in public(scene).text
    publish(admin)
    page = public(scene)
    assert shown(page, "logo")
    assert shown(page, "icon")
    assert 'alt="Kantor bupati"' in page.text
    answer = scene.browser().client.get(shown(page, "logo")[0])
    assert answer.status_code == 200
    assert answer.mimetype == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "public" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(BytesIO(answer.data)).size == (144, 96)


def test_every_address_of_a_cover_leads_to_a_picture_of_its_width(
    scene: Scene, admin: Browser
) -> None:
    choose(admin, cover_berkas=cover())
    publish(admin)
    page = public(scene)
    (image,) = [one for one in page.tree.iter("img") if one.get("srcset")]
    offered = dict(part.split() for part in image.get("srcset").split(", "))
    assert list(offered.values()) == ["480w", "800w", "1200w"]
    for address, width in offered.items():
        answer = scene.browser().client.get(address)
        assert Image.open(BytesIO(answer.data)).width == int(width[:-1])


def test_a_draft_is_seen_by_its_admins_alone(scene: Scene, admin: Browser, app: Flask) -> None:
    choose(admin, logo_berkas=logo())
    admin.send(admin.open(HOME).form("pratinjau"))
    page = admin.open("/")
    (address,) = shown(page, "logo")
    seen = admin.client.get(address)
    assert seen.status_code == 200
    assert "no-store" in seen.headers["Cache-Control"]
    stranger = Scene(app, make_agency(app))
    path = address.partition("/gambar/")[2]
    for browser in (scene.browser(), scene.desk(scene.person("viewer")), stranger.desk()):
        assert browser.client.get(f"/gambar/{path}").status_code == 404


def test_another_agencys_picture_is_as_absent_as_none(
    scene: Scene, admin: Browser, app: Flask
) -> None:
    other = Scene(app, make_agency(app))
    choose(other.desk(), logo_berkas=logo())
    publish(other.desk())
    (address,) = shown(public(other), "logo")
    path = address.partition("/gambar/")[2]
    assert scene.browser().client.get(f"/gambar/{path}").status_code == 404
    form = admin.open(PICTURES).form("gambar")
    page = admin.send_filled(form, {**form.values, "logo": path.partition("/")[0]})
    assert page.status == 422
    assert "tidak ada lagi" in " ".join(page.errors)


def test_a_picture_is_taken_back_and_restored(scene: Scene, admin: Browser) -> None:
    choose(admin, logo_berkas=logo())
    publish(admin)
    (former,) = shown(public(scene), "logo")
    form = admin.open(PICTURES).form("gambar")
    admin.send(form, ("bawaan", "logo"))
    publish(admin)
    assert not shown(public(scene), "logo")
    client = scene.browser().client
    assert client.get(former).status_code == 200  # pages that are kept somewhere name it still
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert client.get(former).status_code == 404
    admin.send(admin.open(f"{HISTORY}/1").form("riwayat/1"), reason="Logo lama saja")
    assert shown(public(scene), "logo") == [former]


def test_what_is_published_shows_what_it_changes(admin: Browser) -> None:
    choose(admin, logo_berkas=logo(), cover_berkas=cover())
    page = admin.open(PUBLISH)
    assert shown(page, "logo")
    assert shown(page, "w480")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("logo.svg", SVG, "gambar SVG, yang dapat membawa program"),
        ("logo.png", PAGE, "gambar SVG, yang dapat membawa program"),
        ("logo.pdf", pdf_bytes(document()), "Pilih gambar PNG, JPEG, atau WebP"),
        ("logo.png", b"hanya kata-kata", "Pilih gambar PNG, JPEG, atau WebP"),
        ("logo.png", b"", "kosong"),
        ("logo.png", header_of_png(8000, 5000), "melebihi 16 juta piksel"),
        ("logo.png", header_of_png(60_000, 60_000), "melebihi 16 juta piksel"),
        ("logo.png", picture("PNG") + b"<script>alert(1)</script>", "memuat berkas lain"),
        ("logo.jpg", picture("JPEG", (300, 200))[:900], "rusak"),
        ("logo.png", picture("PNG", (40, 40)), "terlalu kecil"),
        ("logo.png", picture("PNG", (900, 64)), "terlalu memanjang"),
        ("logo.jpg", picture("PNG", (300, 200)), "sebenarnya berisi PNG"),
        ("logo.png", picture("PNG", (300, 200)) + b"\0" * 5 * 1024 * 1024, "lebih besar dari 5 MB"),
    ],
)
def test_what_is_no_picture_for_a_page_is_refused_with_the_reason(
    admin: Browser, name: str, content: bytes, words: str
) -> None:
    page = choose(admin, logo_berkas=(name, content))
    assert page.status == 422
    assert any(words in error for error in page.errors), page.errors
    assert "belum terbit" not in admin.open(HOME).words


def test_what_is_right_is_asked_for_again_where_something_else_is_wrong(admin: Browser) -> None:
    page = choose(admin, logo_berkas=logo(), cover_berkas=("x.svg", SVG), cover_alt="Kantor")
    assert page.status == 422
    assert any("Pilih lagi “logo.png”" in error for error in page.errors)
    form = page.form("gambar")
    assert form.values["cover_alt"] == "Kantor"
    assert form.values["logo"] == ""
    assert "Draf tersimpan" in admin.send(form, logo_berkas=logo()).text


def test_nothing_of_the_camera_is_left(scene: Scene, admin: Browser) -> None:
    choose(admin, cover_berkas=cover(exif=exif()))
    publish(admin)
    page = public(scene)
    (address,) = shown(page, "w480")
    content = scene.browser().client.get(address).data
    assert CAMERA.encode() not in content
    assert b"Exif" not in content


def test_what_was_only_tried_is_swept_and_what_a_version_names_stays(
    scene: Scene, admin: Browser
) -> None:
    choose(admin, logo_berkas=logo())
    publish(admin)
    choose(admin, logo_berkas=logo((200, 300)))
    choose(admin, logo_berkas=logo((200, 200)))
    with clock.frozen(clock.now() + timedelta(days=2)), scene.inside() as session:
        forget_pictures(session)
        left = {row.name for row in session.query(BrandPicture)}
        assert left == pictures_in_use(session)
        assert len(left) == 2
