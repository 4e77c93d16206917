"""Colours of an agency's own, and that they can be read."""

from __future__ import annotations

import random

import pytest

from sp4n.tenants.register.palette import (
    DARK_SURFACE,
    PALETTE,
    WHITE,
    colour_for,
    contrast,
    correct,
    dark,
    light,
    stylesheet,
    stylesheet_version,
)
from sp4n.tenants.register.regions import regional_governments

HARD = ["#000000", "#ffffff", "#ffff00", "#00ff00", "#0000ff", "#00ffff", "#ff00ff", "#808080"]


def any_colours(count: int) -> list[str]:
    chance = random.Random(51_03)
    return [f"#{chance.randrange(1 << 24):06x}" for _ in range(count)]


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")


def assert_readable(colour: str) -> None:
    for shades, ground in ((light(colour), WHITE), (dark(colour), DARK_SURFACE)):
        assert contrast(shades.on_brand, shades.brand) >= 4.5, colour
        assert contrast(shades.brand, ground) >= 3, colour
        assert contrast(shades.brand_ink, ground) >= 4.5, colour
        assert contrast(shades.brand_ink, shades.brand_soft) >= 4.5, colour


@pytest.mark.parametrize("colour", [*PALETTE, *HARD])
def test_every_shade_can_be_read_in_light_and_in_dark(colour: str) -> None:
    assert_readable(colour)


def test_whatever_colour_an_agency_chooses_can_be_read() -> None:
    for colour in any_colours(500):
        assert_readable(colour)


def test_the_palette_needs_no_correction_and_repeats_nothing() -> None:
    assert [colour for colour in PALETTE if correct(colour) != colour] == []
    assert len(set(PALETTE)) == len(PALETTE)


def test_a_pale_colour_is_darkened_and_keeps_its_hue() -> None:
    corrected = correct("#FFD400")
    assert contrast(corrected, WHITE) >= 4.5
    red, green, blue = (int(corrected[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue == 0


@pytest.mark.parametrize("wrong", ["", "red", "#fff", "#gggggg", "#1234567", "#12345", "1d4f91"])
def test_what_is_not_a_colour_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        correct(wrong)


def test_an_agency_without_a_colour_gets_the_same_one_each_time() -> None:
    assert colour_for("badungkab") == colour_for("badungkab")
    used = {colour_for(entry.slug) for entry in regional_governments()}
    assert used == set(PALETTE)


def test_the_stylesheet_names_the_four_shades_twice() -> None:
    text = stylesheet("#0b5cad")
    bright, night = text.split("@media (prefers-color-scheme:dark)")
    for part in (bright, night):
        for name in ("--brand:", "--on-brand:", "--brand-ink:", "--brand-soft:"):
            assert part.count(name) == 1
    assert text.count("{") == text.count("}") == 3


def test_the_version_of_the_stylesheet_follows_its_text() -> None:
    assert stylesheet_version("#0b5cad") == stylesheet_version("#0b5cad")
    assert stylesheet_version("#0b5cad") != stylesheet_version("#1d4f91")
