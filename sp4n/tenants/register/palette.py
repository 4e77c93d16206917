"""An agency's own colour, and the shades of it that pass contrast in light and in dark.

A colour is "#rrggbb". From one base colour come four shades for each scheme: `brand` (areas and
buttons, 3:1 on the page), `on_brand` (text on it, 4.5:1), `brand_ink` (links and headings, 4.5:1 on
the page and on `brand_soft`) and `brand_soft` (a tint behind text). Contrast is WCAG 2.2's.
"""

from __future__ import annotations

import colorsys
import hashlib
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache

HEX = re.compile(r"#[0-9a-fA-F]{6}")
WHITE = "#ffffff"
# The lightest surface of the dark scheme: what passes here passes on the darker page as well.
DARK_SURFACE = "#20262d"
TEXT, CONTROL = 4.5, 3.0

# 29 hues and depths that stay apart from each other; named for reading this table only.
PALETTE = (
    "#0b5cad",  # laut
    "#1d4f91",  # nila
    "#15416e",  # malam
    "#2a6f97",  # teluk
    "#00677f",  # samudra
    "#0f766e",  # laguna
    "#11694a",  # zamrud
    "#1b6e3c",  # daun
    "#2e6b1f",  # padi
    "#4d6a12",  # pandan
    "#5f6312",  # zaitun
    "#785a0a",  # kunyit
    "#8a5200",  # kayu manis
    "#8f4a14",  # tanah
    "#9a3f0c",  # bata
    "#a4371b",  # genting
    "#a62b2b",  # cabai
    "#9f1d35",  # delima
    "#96204f",  # manggis
    "#8f2268",  # bugenvil
    "#7d2a86",  # anggrek
    "#68329b",  # terung
    "#553bab",  # lembayung
    "#4047b3",  # wedelan
    "#2f55b5",  # langit
    "#46596b",  # batu
    "#5b5566",  # kelabu
    "#6b4f3f",  # sawo
    "#3f5f5a",  # lumut
)


@dataclass(frozen=True, slots=True)
class Shades:
    """What one scheme, light or dark, paints with."""

    brand: str
    on_brand: str
    brand_ink: str
    brand_soft: str


def colour_for(slug: str) -> str:
    """The palette's colour of an agency that chose none: the same at each import."""
    return PALETTE[int.from_bytes(hashlib.sha256(slug.encode()).digest()[:4]) % len(PALETTE)]


def contrast(a: str, b: str) -> float:
    """1.0 to 21.0."""
    lighter, darker = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def correct(colour: str) -> str:
    """The nearest darker shade that white text can be read on; unchanged where it can already.

    Raises ValueError for what is not "#rrggbb".
    """
    if not HEX.fullmatch(colour):
        raise ValueError(f"{colour!r} is not #rrggbb")
    return _shaded(colour.lower(), 0.0, lambda shade: contrast(shade, WHITE) >= TEXT)


@lru_cache(maxsize=1024)
def light(colour: str) -> Shades:
    brand = correct(colour)
    soft = _mixed(brand, WHITE, 0.1)
    ink = _shaded(brand, 0.0, lambda shade: contrast(shade, soft) >= TEXT)
    return Shades(brand, WHITE, ink, soft)


@lru_cache(maxsize=1024)
def dark(colour: str) -> Shades:
    base = correct(colour)
    # White text needs a dark brand and a dark page a light one: there is room for both between
    # the two limits, and `_shaded` stops as soon as it is in.
    brand = _shaded(base, 1.0, lambda shade: contrast(shade, DARK_SURFACE) >= CONTROL)
    soft = _mixed(brand, DARK_SURFACE, 0.16)
    ink = _shaded(brand, 1.0, lambda shade: contrast(shade, soft) >= TEXT)
    return Shades(brand, WHITE, ink, soft)


@lru_cache(maxsize=1024)
def stylesheet(colour: str) -> str:
    """The text of an agency's /warna.css."""
    return (
        f":root{{{_properties(light(colour))}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{_properties(dark(colour))}}}}}\n"
    )


@lru_cache(maxsize=1024)
def stylesheet_version(colour: str) -> str:
    """For the address /warna.css?v=…: changes when the text does."""
    return hashlib.sha256(stylesheet(colour).encode()).hexdigest()[:12]


def _properties(shades: Shades) -> str:
    return ";".join(f"--{name.replace('_', '-')}:{value}" for name, value in asdict(shades).items())


def _shaded(colour: str, towards: float, passes: Callable[[str], bool]) -> str:
    """The first shade that passes on the way from `colour` to lightness `towards` (0 or 1)."""
    if passes(colour):
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    near, far = lightness, towards
    for _ in range(12):
        middle = (near + far) / 2
        if passes(_hex(colorsys.hls_to_rgb(hue, middle, saturation))):
            far = middle
        else:
            near = middle
    return _hex(colorsys.hls_to_rgb(hue, far, saturation))


def _mixed(colour: str, ground: str, share: float) -> str:
    pairs = zip(_rgb(colour), _rgb(ground), strict=True)
    red, green, blue = (share * over + (1 - share) * under for over, under in pairs)
    return _hex((red, green, blue))


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)
