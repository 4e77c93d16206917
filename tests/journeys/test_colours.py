"""Whatever colour an agency chooses, its words can be read, in light and dark, in both languages.

The pages between them hold every part that takes the agency's colour. Each is opened once and
painted anew with the rules that /warna.css has for each colour: for one half of the colours on a
telephone in Indonesian, for the other on a desk in English; `SCALE=full` has all on both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from sp4n.tenants.register.palette import PALETTE, dark, light, stylesheet
from tests.accounts.people import PASSWORD
from tests.factories import make_agency
from tests.journeys.conftest import House
from tests.journeys.examining import Examiner, Scheme
from tests.journeys.gallery import Gallery
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import DESK, PHONE, Device, Visitor, visiting
from tests.journeys.walks import sign_in, track

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]

# What agencies' flags and logos have, and what no page could bear as it is.
DARING = ("#ffff00", "#00ff00", "#ff00ff", "#00ffff", "#ffffff", "#000000", "#ff7f00", "#808080")
COLOURS = (*PALETTE[::3], *DARING, "#ce1126", "#009b3a")
WITH_EVERY_PART, FEW = "parts", 3  # the others show them in their places
FULL = os.environ.get("SCALE") == "full"
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def coloured_pages(visitor: Visitor, gallery: Gallery) -> Iterator[str]:
    site = gallery.site
    visitor.open("/bagian")
    yield "parts"
    visitor.open(site)
    yield "front"
    visitor.open(f"{site}/lapor")
    visitor.go_on()
    yield "question, wrong"
    track(visitor, site, gallery.filed("late"))
    yield "tracked"
    sign_in(visitor, site, email_of(gallery.scene, "admin"), PASSWORD)
    visitor.open(f"{site}/desk/laporan/{gallery.cases['unverified'].reference}")
    yield "desk case"


@pytest.mark.parametrize(
    ("device", "half"),
    [(Device(PHONE), COLOURS[::2]), (Device(DESK, language="en"), COLOURS[1::2])],
    ids=["phone-id", "desk-en"],
)
def test_twenty_colours_can_be_read(
    chromium: Browser, gallery: Gallery, device: Device, half: tuple[str, ...]
) -> None:
    colours = COLOURS if FULL else half
    assert len(COLOURS) >= 20
    faults = {}
    with visiting(chromium, gallery.house.origin, device) as visitor:
        for name in coloured_pages(visitor, gallery):
            page = Examiner(visitor.page)
            few = FEW if name != WITH_EVERY_PART and not FULL else len(colours)
            for colour in colours[:few]:
                page.paint(stylesheet(colour))
                for scheme in SCHEMES:
                    if found := page.contrast(scheme):
                        faults[f"{name} in {colour} ({scheme})"] = found
    assert not faults, faults


def test_a_page_has_its_agencys_colour(app: Flask, chromium: Browser, house: House) -> None:
    """The rules that the test above paints with are those that a page gets."""
    agency = make_agency(app, colour="#9a3f0c")
    brand = "getComputedStyle(document.documentElement).getPropertyValue('--brand')"
    for scheme in SCHEMES:
        shades = (light if scheme == "light" else dark)(agency.colour)
        with visiting(chromium, house.origin, Device(scheme=scheme)) as visitor:
            visitor.open(house.site(agency))
            assert visitor.page.evaluate(brand) == shades.brand
