"""Every pair of colours in use can be read, in light and in dark, with every agency's colour."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sp4n.tenants.register.palette import PALETTE, contrast, dark, light

CSS = (Path(__file__).resolve().parents[2] / "sp4n/static/app.css").read_text()
SENTIMENTS = ("ok", "soon", "late", "info", "reply", "private", "neutral")
GROUNDS = ("paper", "surface", "sunken")
TEXT, CONTROL = 4.5, 3.0


def tokens(scheme: str) -> dict[str, str]:
    """The colours of a scheme; what dark does not say again is as in light."""
    head, _, rest = CSS.partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", head))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", rest.partition("@media")[0]))
    return found


def pairs(found: dict[str, str], brand_ink: str, brand_soft: str) -> list[tuple[str, str, float]]:
    wanted = [("ink", ground, TEXT) for ground in (*GROUNDS, "neutral-soft")]
    wanted += [("ink-soft", ground, TEXT) for ground in GROUNDS]
    wanted += [("line-strong", ground, CONTROL) for ground in GROUNDS]
    wanted += [("focus-ring", ground, CONTROL) for ground in GROUNDS]
    wanted += [("on-foot", "foot", TEXT)]
    for one in SENTIMENTS:
        wanted += [(f"{one}-ink", ground, TEXT) for ground in (f"{one}-soft", "surface", "paper")]
        wanted += [(f"{one}-line", ground, CONTROL) for ground in (f"{one}-soft", "surface")]
        wanted += [("ink", f"{one}-soft", TEXT)]
    known = [(found[over], found[ground], least) for over, ground, least in wanted]
    known += [(brand_ink, found[ground], TEXT) for ground in GROUNDS]
    return [*known, (brand_ink, brand_soft, TEXT), (found["ink"], brand_soft, TEXT)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["", *PALETTE])
def test_every_pair_can_be_read(scheme: str, colour: str) -> None:
    found = tokens(scheme)
    shades = (light if scheme == "light" else dark)(colour) if colour else None
    brand_ink = shades.brand_ink if shades else found["brand-ink"]
    brand_soft = shades.brand_soft if shades else found["brand-soft"]
    faint = [
        f"{over} on {ground}: {contrast(over, ground):.2f} < {least}"
        for over, ground, least in pairs(found, brand_ink, brand_soft)
        if contrast(over, ground) < least
    ]
    assert faint == []
