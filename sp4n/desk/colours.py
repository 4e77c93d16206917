"""What becomes of a colour that an agency chose: how it is shown, and how well it can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _

from sp4n.configuration.queries import Value
from sp4n.tenants.register.palette import DARK_SURFACE, WHITE, Shades, contrast, dark, light


@dataclass(frozen=True)
class Swatch:
    """One scheme: `words` on `fill`, a link in `ink` on `ground`, and the contrast of each."""

    label: str
    shades: Shades
    ground: str
    on_fill: str
    of_ink: str


def swatches(values: Sequence[Value]) -> list[Swatch]:
    """Of the group's colour; none where it has none."""
    chosen = next((one.text for one in values if one.setting.key == "colour"), "")
    if not chosen:
        return []
    return [
        _swatch(_("Tampilan terang"), light(chosen), WHITE),
        _swatch(_("Tampilan gelap"), dark(chosen), DARK_SURFACE),
    ]


def ratio(words: str, ground: str) -> str:
    return format_decimal(round(contrast(words, ground), 1))


def _swatch(label: str, shades: Shades, ground: str) -> Swatch:
    on_fill = ratio(shades.on_brand, shades.brand)
    return Swatch(label, shades, ground, on_fill, ratio(shades.brand_ink, ground))
