"""What citizens open and are sent, held against WCAG 2.2 AA (accessibility.py says how)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.accessibility import FOR_CITIZENS, faults_of_walk
from tests.journeys.examining import Examiner
from tests.journeys.gallery import Gallery
from tests.journeys.refusals_gallery import letters_of, shown_at
from tests.journeys.visitor import PHONE, Device, visiting

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("walk", FOR_CITIZENS)
def test_every_state_of_every_page_is_accessible(
    chromium: Browser, gallery: Gallery, walk: str, language: str
) -> None:
    assert faults_of_walk(chromium, gallery, walk, language) == []


def test_every_letter_is_accessible(chromium: Browser, gallery: Gallery) -> None:
    """As a mail program shows it: without a frame of ours around it."""
    faults = {}
    address = f"{gallery.site}/surat"
    for subject, letter in letters_of(gallery).items():
        language = "en" if 'lang="en"' in letter.html else "id"
        with (
            visiting(chromium, gallery.house.origin, Device(PHONE, language=language)) as visitor,
            shown_at(visitor, address, letter.html),
        ):
            page = Examiner(visitor.page)
            # axe takes the ground of a page without one for white, whatever the scheme.
            visitor.page.evaluate("document.documentElement.style.background = 'Canvas'")
            found = [*page.wcag(), *page.contrast("dark"), *page.reflow(), *page.large_text()]
            if found:
                faults[subject] = found
    assert not faults, faults
