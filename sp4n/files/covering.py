"""A picture for everyone: drawn anew, smaller, and black where something is not to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final, NamedTuple

from flask_babel import gettext as _

from sp4n.errors import Invalid
from sp4n.files.cleaning import CleanFile
from sp4n.files.kinds import JPEG

LONGEST_SIDE: Final = 960
MOST_BOXES: Final = 20


class Box(NamedTuple):
    """In per cent of the picture's width and height."""

    left: float
    top: float
    width: float
    height: float


def covered(content: bytes, boxes: Sequence[Box]) -> CleanFile:
    """`content`: of a picture that was cleaned when it came. What lies below a box is in no pixel
    of what comes out; edges are rounded outwards."""
    from PIL import Image, ImageDraw

    with Image.open(BytesIO(content)) as image:
        flat = image.convert("RGBA")
    sheet = Image.new("RGB", flat.size, "white")
    sheet.paste(flat, mask=flat.getchannel("A"))
    pen = ImageDraw.Draw(sheet)
    for box in boxes:
        pen.rectangle(_pixels(box, *sheet.size), fill="black")
    sheet.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    for box in boxes:  # once more: resampling mixes neighbours
        ImageDraw.Draw(sheet).rectangle(_pixels(box, *sheet.size), fill="black")
    out = BytesIO()
    sheet.save(out, JPEG.label, quality=75, optimize=True)
    return CleanFile("foto.jpg", JPEG.media_type, out.getvalue(), *sheet.size)


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    right, bottom = box.left + box.width, box.top + box.height
    return (
        int(box.left * width / 100),
        int(box.top * height / 100),
        min(width - 1, int(right * width / 100) + 1),
        min(height - 1, int(bottom * height / 100) + 1),
    )


def read_boxes(text: str) -> list[Box]:
    """A line each: left, top, width, height."""
    lines = [line for line in text.replace(";", ",").split("\n") if line.strip()]
    if len(lines) > MOST_BOXES:
        raise Invalid(fields={"boxes": _("Paling banyak %(n)s kotak.", n=MOST_BOXES)})
    return [_box(line) for line in lines]


def _box(line: str) -> Box:
    try:
        box = Box(*(float(part) for part in line.replace("%", "").split(",")))
        right = all(0 <= one <= 100 for one in box) and box.width > 0 and box.height > 0
    except (TypeError, ValueError):
        right = False
    if not right:
        raise Invalid(
            fields={
                "boxes": _(
                    "“%(line)s” bukan kotak. Tulis empat angka dari 0 sampai 100: jarak dari kiri, "
                    "jarak dari atas, lebar, tinggi.",
                    line=line[:60],
                )
            }
        )
    return box
