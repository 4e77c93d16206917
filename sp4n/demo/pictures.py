"""Attachments: pictures drawn on the spot and a page of paper, cleaned like any upload."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from sp4n.files.checking import Upload
from sp4n.files.cleaning import CleanFile, clean_upload

SIZE = WIDTH, HEIGHT = 800, 600
HORIZON = 330
NAMES = {
    "road": "foto-jalan.jpg",
    "lamp": "foto-lampu.jpg",
    "water": "foto-genangan.jpg",
    "waste": "foto-sampah.jpg",
    "building": "foto-gedung.jpg",
    "product": "foto-kemasan.jpg",
    "paper": "bukti.pdf",
}
VARIANTS = 2
Colour = tuple[int, int, int]
ASPHALT: Colour = (92, 96, 102)
WALL: Colour = (214, 205, 190)
INK: Colour = (60, 60, 60)
PAPER: Colour = (250, 249, 245)


@cache
def picture(subject: str, variant: int = 0) -> CleanFile:
    """`subject` is a key of NAMES. Cleaning takes a while, so each is made once."""
    image = _paper() if subject == "paper" else _photo(subject, Random(f"{subject}{variant}"))  # noqa: S311
    out = BytesIO()
    image.save(out, "PDF" if subject == "paper" else "JPEG", resolution=72.0)
    media_type = "application/pdf" if subject == "paper" else "image/jpeg"
    return clean_upload(Upload(NAMES[subject], media_type, out.getvalue()))


def _photo(subject: str, rng: Random) -> Image.Image:
    image = Image.new("RGB", SIZE, (168, 200, 224) if subject != "lamp" else (28, 34, 58))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, HORIZON, WIDTH, HEIGHT), fill=(112, 140, 88))
    if subject in ("building", "product"):
        _box(draw, rng, tall=subject == "building")
    else:
        draw.polygon([(330, HORIZON), (470, HORIZON), (760, HEIGHT), (40, HEIGHT)], fill=ASPHALT)
    if subject == "lamp":
        _lamps(draw)
    elif subject in ("road", "water", "waste"):
        _spots(draw, rng, subject)
    return image


def _box(draw: ImageDraw.ImageDraw, rng: Random, *, tall: bool) -> None:
    left, top = rng.randint(120, 200), 120 if tall else 240
    draw.rectangle((left, top, left + 420, 520), fill=WALL, outline=INK, width=4)
    for row in range(2):
        for column in range(3):
            x, y = left + 40 + 130 * column, top + 40 + 110 * row
            draw.rectangle((x, y, x + 80, y + 60), fill=(150, 176, 190), outline=INK, width=3)


def _lamps(draw: ImageDraw.ImageDraw) -> None:
    for x, top in ((180, 120), (280, 200), (560, 160)):
        draw.line((x, top, x, 480), fill=(120, 120, 130), width=8)
        draw.line((x, top, x + 60, top), fill=(120, 120, 130), width=8)
        draw.ellipse((x + 48, top - 6, x + 80, top + 14), fill=(70, 70, 80))


def _spots(draw: ImageDraw.ImageDraw, rng: Random, subject: str) -> None:
    colours: dict[str, list[Colour]] = {
        "road": [(58, 54, 50), (70, 62, 56)],
        "water": [(120, 104, 82), (134, 118, 94)],
        "waste": [(200, 60, 60), (230, 210, 90), (70, 110, 180), (240, 240, 240)],
    }
    for _ in range(7 if subject == "road" else 24):
        x, y = rng.randint(230, 540), rng.randint(400, 560)
        wide = rng.randint(30, 90) * (2 if subject == "water" else 1)
        draw.ellipse((x, y, x + wide, y + wide // 3), fill=rng.choice(colours[subject]))


def _paper() -> Image.Image:
    image = Image.new("RGB", (595, 842), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((60, 60), "CONTOH - bukan dokumen resmi", fill=INK)
    for line in range(18):
        y = 120 + 34 * line
        draw.line((60, y, 535 - 37 * (line * 5 % 4), y), fill=(150, 150, 150), width=6)
    return image
