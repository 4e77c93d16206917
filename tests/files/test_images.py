"""Pictures are drawn anew: what is kept shows the same and carries nothing else."""

from __future__ import annotations

import struct
import time
import tracemalloc
import zlib
from io import BytesIO

import pytest
from PIL import Image

from sp4n.errors import Invalid
from sp4n.files import jpeg
from sp4n.files.checking import Limits, Upload
from sp4n.files.cleaning import CleanFile, clean_upload
from tests.files.making import (
    CAMERA,
    exif,
    header_of_png,
    picture,
    png_chunk,
    saved,
    upload,
)


def cleaned(content: bytes, kind: str = "JPEG", limits: Limits | None = None) -> CleanFile:
    name, media_type = f"foto.{kind.lower()}", f"image/{kind.lower()}"
    return clean_upload(Upload(name, media_type, content), limits=limits or Limits())


def refusal(content: bytes, kind: str = "JPEG") -> str:
    with pytest.raises(Invalid) as caught:
        cleaned(content, kind)
    return caught.value.fields["attachments"]


def opened(clean: CleanFile) -> Image.Image:
    return Image.open(BytesIO(clean.content))


def is_red(image: Image.Image, x: int, y: int) -> bool:
    red, _green, blue = image.convert("RGB").getpixel((x, y))  # type: ignore[misc]
    return red > 150 and blue < 100


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_camera_comments_and_profiles_are_gone(kind: str) -> None:
    original = picture(kind, exif=exif(), icc_profile=b"profil " * 30, comment=b"rahasia")
    assert CAMERA.encode() in original

    clean = cleaned(original, kind)

    image = opened(clean)
    assert image.format == kind
    assert (clean.width, clean.height) == image.size == (64, 48)
    assert not image.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)
    assert CAMERA.encode() not in clean.content
    assert is_red(image, 5, 24)
    assert not is_red(image, 60, 24)


@pytest.mark.parametrize(
    ("orientation", "red_side"),
    [
        *((1, "left"), (2, "right"), (3, "right"), (4, "left")),
        *((5, "top"), (6, "top"), (7, "bottom"), (8, "bottom")),
    ],
)
def test_a_photo_stands_upright_once_its_orientation_tag_is_gone(
    orientation: int, red_side: str
) -> None:
    image = opened(cleaned(picture(exif=exif(orientation))))

    right, bottom = image.width - 5, image.height - 5
    corners = {
        "left": ((4, 4), (4, bottom)),
        "right": ((right, 4), (right, bottom)),
        "top": ((4, 4), (right, 4)),
        "bottom": ((4, bottom), (right, bottom)),
    }
    red = [side for side, both in corners.items() if all(is_red(image, *at) for at in both)]
    assert red == [red_side]


def test_two_corners_tell_a_photo_mirrored_and_turned_from_one_only_turned() -> None:
    image = Image.new("RGB", (64, 48), "blue")
    image.paste((220, 20, 20), (0, 0, 20, 15))
    corners = {}

    for orientation in range(1, 9):
        turned = opened(cleaned(saved(image, "JPEG", exif=exif(orientation))))
        right, bottom = turned.width - 5, turned.height - 5
        places = {"tl": (4, 4), "tr": (right, 4), "bl": (4, bottom), "br": (right, bottom)}
        corners[orientation] = [name for name, at in places.items() if is_red(turned, *at)]

    assert corners == {
        1: ["tl"],
        2: ["tr"],
        3: ["br"],
        4: ["bl"],
        5: ["tl"],
        6: ["tr"],
        7: ["br"],
        8: ["bl"],
    }


def test_a_large_photo_is_scaled_down_to_2560_pixels_and_keeps_its_shape() -> None:
    clean = cleaned(picture(size=(5000, 2500)))

    assert (clean.width, clean.height) == (2560, 1280)


def test_a_small_photo_is_not_blown_up() -> None:
    assert (cleaned(picture(size=(3, 2))).width, cleaned(picture(size=(3, 2))).height) == (3, 2)


def test_a_sliver_keeps_at_least_one_pixel_of_breadth() -> None:
    clean = cleaned(picture("PNG", size=(30_000, 2)), "PNG")

    assert (clean.width, clean.height) == (2560, 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_way_of_writing_colours_is_understood(mode: str) -> None:
    kind = {"CMYK": "JPEG"}.get(mode, "PNG")
    if mode == "I;16":
        row = struct.pack("<64H", *[40_000] * 32, *[0] * 32)
        content = saved(Image.frombytes("I;16", (64, 48), row * 48), kind)
    else:
        content = picture(kind, mode=mode)

    image = opened(cleaned(content, kind))

    left, right = (image.convert("L").getpixel((x, 24)) for x in (5, 60))
    assert isinstance(left, int)
    assert isinstance(right, int)
    if mode == "I;16":
        assert (left, right) == (156, 0)
    elif mode != "1":
        assert left - right > 15


def test_what_was_transparent_stays_so() -> None:
    glass = Image.new("RGBA", (10, 10), (10, 200, 10, 0))

    for kind in ("PNG", "WEBP"):
        assert opened(cleaned(saved(glass, kind), kind)).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_a_film_behind_the_photo_is_not_kept() -> None:
    film = b"\x00\x00\x00\x18ftypmp42" + b"wajah tetangga" * 100

    assert b"wajah" not in cleaned(picture() + film).content


def test_a_second_picture_inside_a_phones_jpeg_is_left_out() -> None:
    first, second = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (40, 30), "blue")
    both = saved(first, "MPO", save_all=True, append_images=[second])

    clean = cleaned(both)

    assert opened(clean).format == "JPEG"
    assert is_red(opened(clean), 20, 15)
    assert len(clean.content) < len(both)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    first, second = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (40, 30), "blue")
    moving = saved(first, kind, save_all=True, append_images=[second], duration=100)

    assert "gambar bergerak" in refusal(moving, kind)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_truncated_picture_is_refused(kind: str, share: float) -> None:
    noise = Image.effect_noise((200, 150), 80).convert("RGB")
    whole = saved(noise, kind)

    assert "rusak atau terpotong" in refusal(whole[: int(len(whole) * share)], kind)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_rubbish_behind_a_good_beginning_is_refused(kind: str) -> None:
    beginning = picture(kind)[:24]

    assert "rusak atau terpotong" in refusal(beginning + bytes(range(256)) * 8, kind)


@pytest.mark.parametrize("size", [(8000, 5001), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header_alone(size: tuple[int, int]) -> None:
    bomb = header_of_png(*size)
    tracemalloc.start()

    message = refusal(bomb, "PNG")

    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()
    assert "melebihi 40 juta piksel" in message


def test_a_picture_with_a_compressed_bomb_in_its_text_does_not_unfold_it() -> None:
    text = b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)
    whole = picture("PNG")
    tracemalloc.start()

    message = refusal(whole[:-12] + png_chunk(b"zTXt", text) + whole[-12:], "PNG")

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
    assert "rusak atau terpotong" in message


def test_a_jpeg_of_thousands_of_scans_is_refused_without_decoding_it() -> None:
    noise = Image.effect_noise((64, 64), 80).convert("RGB")
    whole = saved(noise, "JPEG", progressive=True)
    scans = [part for part in jpeg.segments(whole) if part.code == 0xDA]
    last = whole[scans[-1].start : scans[-1].end]
    bomb = whole[: scans[-1].end] + last * 5000 + b"\xff\xd9"

    assert jpeg.count_scans(whole) < 20
    assert "rusak" in refusal(bomb)


@pytest.mark.parametrize(
    "filling", [b"\xff", b"\xff\xda", b"\xff\xd0", b"\x00", b"\xff\xe1\x00\x02"]
)
def test_megabytes_of_markers_are_read_in_no_time(filling: bytes) -> None:
    started = time.monotonic()

    message = refusal(b"\xff\xd8\xff" + filling * (8_000_000 // len(filling)))

    assert "rusak" in message
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("chunk", [b"tEXt", b"IDAT", b"abCd"])
def test_a_png_of_half_a_million_empty_chunks_is_refused_in_no_time(chunk: bytes) -> None:
    whole = picture("PNG")
    started = time.monotonic()

    message = refusal(whole[:-12] + png_chunk(chunk, b"") * 500_000 + whole[-12:], "PNG")

    assert "rusak" in message
    assert time.monotonic() - started < 2


def test_the_same_photo_gives_the_same_content() -> None:
    photo = picture(exif=exif(6))

    assert cleaned(photo).sha256 == clean_upload(upload(photo, "lain.jpg")).sha256
