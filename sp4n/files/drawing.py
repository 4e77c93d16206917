"""An agency's own pictures, drawn in the sizes that its pages show and in no more bytes than a page
has left for them: what came is never served.

Pages have 60 kB in all, of which style, script and words take up to 28 (tests/journeys): the rest
is shared out here. A picture that is too rich for its share loses quality first, then size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

from PIL import Image

from sp4n.files.checking import MEGABYTE, Limits
from sp4n.files.cleaning import CleanFile
from sp4n.files.kinds import PNG, WEBP, Kind
from sp4n.files.refusals import refused


class Sort(StrEnum):
    """What a picture is for."""

    LOGO = "logo"
    ICON = "icon"
    COVER = "cover"


LIMITS: Final = {
    Sort.LOGO: Limits(size=5 * MEGABYTE, pixels=16_000_000),
    Sort.ICON: Limits(size=5 * MEGABYTE, pixels=16_000_000),
    Sort.COVER: Limits(),
}
# Width and height, at least, that something can be made of.
LEAST: Final = {Sort.LOGO: (64, 64), Sort.ICON: (32, 32), Sort.COVER: (800, 400)}
# How many times longer than high, or higher than long: a thinner sign is a line in the masthead.
MOST_STRETCHED: Final = 5
# Twice what pages show, for fine screens; the receipt is printed.
LOGO_BOX, PRINT_BOX, ICON_SIDE = (288, 96), (576, 288), 64
COVER_WIDTHS: Final = (480, 800, 1200)  # each half as high
LOGO_BYTES, ICON_BYTES, COVER_BYTES, PRINT_BYTES = 6_000, 4_000, 20_000, 80_000
QUALITIES: Final = (82, 74, 66, 58, 50, 42, 34, 26)
COLOURS: Final = (0, 128, 64, 32, 16)  # of a PNG; 0: as many as there are
SMALLER: Final = 0.8

NAME: Final = re.compile(r"[0-9a-f]{24}-(?P<width>[1-9][0-9]{0,3})x(?P<height>[1-9][0-9]{0,3})")
VARIANTS: Final = ("logo", "print", "icon", *(f"w{width}" for width in COVER_WIDTHS))


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    file: CleanFile


@dataclass(frozen=True, slots=True)
class Drawn:
    """`name` is made from all that was drawn, and says how large the first of it is."""

    variants: tuple[Variant, ...]

    @property
    def name(self) -> str:
        first, digest = self.variants[0].file, sha256()
        for one in self.variants:
            digest.update(one.name.encode() + one.file.sha256)
        return f"{digest.hexdigest()[:24]}-{first.width}x{first.height}"


def main_variant(sort: Sort) -> str:
    """The one that every picture of this sort has."""
    return f"w{COVER_WIDTHS[0]}" if sort == Sort.COVER else str(sort)


def size_of(name: str) -> tuple[int, int]:
    """Width and height that a picture's name tells; (0, 0) of what is no name."""
    found = NAME.fullmatch(name)
    return (int(found["width"]), int(found["height"])) if found else (0, 0)


def widths_of(name: str) -> list[int]:
    """The widths that there are of this cover."""
    return [width for width in COVER_WIDTHS if width <= size_of(name)[0]]


def draw(file: CleanFile, sort: Sort) -> Drawn:
    """`file` is a cleaned picture. Raises `Invalid` where it is too small or too thin."""
    with Image.open(BytesIO(file.content)) as image:
        image.load()
        _check(image, sort, file.file_name)
        return Drawn(tuple(_variants(image, sort)))


def _check(image: Image.Image, sort: Sort, file_name: str) -> None:
    width, height = image.size
    least = LEAST[sort]
    if width < least[0] or height < least[1]:
        raise refused("too_small", file_name, width=least[0], height=least[1])
    if sort != Sort.COVER and max(width / height, height / width) > MOST_STRETCHED:
        raise refused("too_thin", file_name, times=MOST_STRETCHED)


def _variants(image: Image.Image, sort: Sort) -> Iterator[Variant]:
    """The main one first."""
    if sort == Sort.COVER:
        yield from sorted(_covers(image), key=lambda one: -(one.file.width or 0))
        return
    seen = _without_margin(image)
    if sort == Sort.LOGO:
        yield Variant("logo", _photo(_within(seen, LOGO_BOX), LOGO_BYTES))
        yield Variant("print", _sign(_within(seen, PRINT_BOX), PRINT_BYTES))
    yield Variant("icon", _sign(_squared(seen, ICON_SIDE), ICON_BYTES))


def _covers(image: Image.Image) -> Iterator[Variant]:
    """Cut to twice as long as high, around the middle."""
    plain = image.convert("RGB")
    width, height = min(plain.width, plain.height * 2), min(plain.height, plain.width // 2)
    left, top = (plain.width - width) // 2, (plain.height - height) // 2
    cut = plain.crop((left, top, left + width, top + height))
    for side in (one for one in COVER_WIDTHS if one <= width):
        small = cut.resize((side, side // 2), Image.Resampling.LANCZOS)
        yield Variant(f"w{side}", _photo(small, COVER_BYTES, keeps_size=True))


def _without_margin(image: Image.Image) -> Image.Image:
    """Signs come on sheets of empty paper, which would make them small."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    box = image.getchannel("A").point(lambda alpha: 255 if alpha > 8 else 0).getbbox()
    return image.crop(box) if box else image


def _within(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    small = image.copy()
    small.thumbnail(box, Image.Resampling.LANCZOS)
    return small


def _squared(image: Image.Image, side: int) -> Image.Image:
    small = _within(image.convert("RGBA"), (side, side))
    sheet = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    sheet.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return sheet


def _photo(image: Image.Image, most: int, *, keeps_size: bool = False) -> CleanFile:
    """WebP, within `most` bytes: a cover keeps the width that its address promises, and is
    softened where quality alone does not do."""
    drawn = image
    while True:
        soft = drawn.resize(image.size, Image.Resampling.BICUBIC) if keeps_size else drawn
        for quality in QUALITIES if drawn is image else QUALITIES[-2:]:
            file = _saved(soft, WEBP, quality=quality, method=5, alpha_quality=80)
            if len(file.content) <= most or min(drawn.size) < 8:
                return file
        drawn = drawn.resize(_smaller(drawn), Image.Resampling.LANCZOS)


def _sign(image: Image.Image, most: int) -> CleanFile:
    """PNG, which every browser takes for an icon and every PDF for a picture."""
    drawn = image
    while True:
        for colours in COLOURS:
            fewer = drawn.quantize(colours, _METHOD[drawn.mode]) if colours else drawn
            file = _saved(fewer, PNG, optimize=True)
            if len(file.content) <= most or min(drawn.size) < 8:
                return file
        drawn = drawn.resize(_smaller(drawn), Image.Resampling.LANCZOS)


_METHOD: Final = {
    "RGBA": Image.Quantize.FASTOCTREE,
    "RGB": Image.Quantize.MEDIANCUT,
    "L": Image.Quantize.FASTOCTREE,
}


def _smaller(image: Image.Image) -> tuple[int, int]:
    return max(1, round(image.width * SMALLER)), max(1, round(image.height * SMALLER))


def _saved(image: Image.Image, kind: Kind, **options: Any) -> CleanFile:
    out = BytesIO()
    image.save(out, kind.label, **options)
    name = f"gambar{kind.suffixes[0]}"
    return CleanFile(name, kind.media_type, out.getvalue(), image.width, image.height)
