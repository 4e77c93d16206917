"""An agency's pictures fit in the bytes that a page has for them, whatever they show."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from sp4n.files.cleaning import clean_upload
from sp4n.files.drawing import (
    COVER_BYTES,
    COVER_WIDTHS,
    ICON_BYTES,
    LOGO_BOX,
    LOGO_BYTES,
    NAME,
    Drawn,
    Sort,
    draw,
    size_of,
    widths_of,
)
from tests.files.making import picture, saved, upload


def drawn(content: bytes, sort: Sort) -> Drawn:
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    return draw(clean_upload(upload(content, f"gambar.{kind}", f"image/{kind}")), sort)


def noise(size: tuple[int, int]) -> bytes:
    """Nothing is harder to make small."""
    bands = [Image.effect_noise(size, 120) for _ in range(4)]
    return saved(Image.merge("RGBA", bands), "PNG")


def test_even_noise_fits_in_its_share() -> None:
    content = noise((1300, 700))
    cover = {one.name: one.file for one in drawn(content, Sort.COVER).variants}
    assert set(cover) == {f"w{width}" for width in COVER_WIDTHS}
    for name, file in cover.items():
        assert len(file.content) <= COVER_BYTES, name
        assert (file.width, file.height) == (int(name[1:]), int(name[1:]) // 2)
    logo = {one.name: one.file for one in drawn(content, Sort.LOGO).variants}
    assert len(logo["logo"].content) <= LOGO_BYTES
    assert len(logo["icon"].content) <= ICON_BYTES


def test_a_small_cover_is_not_blown_up() -> None:
    found = drawn(picture("JPEG", (900, 450)), Sort.COVER)
    assert widths_of(found.name) == [480, 800]
    assert sorted(one.file.width or 0 for one in found.variants) == [480, 800]


def test_the_name_tells_the_size_and_changes_with_the_picture() -> None:
    found = drawn(picture("PNG", (300, 200)), Sort.LOGO)
    assert NAME.fullmatch(found.name)
    assert size_of(found.name) == (144, LOGO_BOX[1])
    assert drawn(picture("PNG", (300, 200)), Sort.LOGO).name == found.name
    assert drawn(picture("PNG", (200, 200)), Sort.LOGO).name != found.name
    assert size_of("../../etc/passwd") == (0, 0)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "I;16"])
def test_every_kind_of_colours_can_be_drawn(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    for sort, size in ((Sort.LOGO, (200, 150)), (Sort.ICON, (64, 64)), (Sort.COVER, (900, 500))):
        for one in drawn(picture(kind, size, mode), sort).variants:
            shown = Image.open(BytesIO(one.file.content))
            shown.load()
            assert shown.size == (one.file.width, one.file.height)
            assert shown.mode in ("RGB", "RGBA", "P", "L")


def test_the_empty_sheet_around_a_sign_is_cut_off() -> None:
    sheet = Image.new("RGBA", (800, 800), (0, 0, 0, 0))
    sheet.paste((200, 20, 20, 255), (350, 350, 450, 450))
    (logo, *_rest) = drawn(saved(sheet, "PNG"), Sort.LOGO).variants
    assert (logo.file.width, logo.file.height) == (96, 96)
