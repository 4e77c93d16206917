"""Pictures of every state that the accessibility examination sees, to be looked at by hand. No part
of the suite: `PICTURES=OUT_DIR pytest tests/journeys/camera.py`. Each state at 390 and 1280 px, in
both languages, light and dark, on paper, and every letter.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, PdfMargins

from tests.journeys.gallery import Gallery
from tests.journeys.refusals_gallery import letters_of, shown_at
from tests.journeys.screenshots import photographed
from tests.journeys.test_accessibility import WALKS, gallery
from tests.journeys.visitor import DESK, PHONE, Device, visiting

__all__ = ["gallery"]
FOLDER = Path(os.environ.get("PICTURES", "pictures"))
MARGIN: PdfMargins = {"top": "1cm", "right": "1cm", "bottom": "1cm", "left": "1cm"}

pytestmark = pytest.mark.browser


def file_name(state: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", state.lower()).strip("-")


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("walk", WALKS)
def test_photograph_every_state(
    chromium: Browser, gallery: Gallery, walk: str, language: str, width: int
) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    device = Device(width, language=language)
    with visiting(chromium, gallery.house.origin, device) as visitor:
        for pages in WALKS[walk]:
            for state in pages(visitor, gallery):
                photographed(visitor, FOLDER, file_name(state))
                if (width, language) == (DESK, "id"):
                    file = FOLDER / f"{file_name(state)}.pdf"
                    visitor.page.pdf(path=file, format="A4", margin=MARGIN)
        assert not visitor.faults


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_photograph_every_letter(chromium: Browser, gallery: Gallery, width: int) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for subject, letter in letters_of(gallery).items():
        language = "en" if 'lang="en"' in letter.html else "id"
        device = Device(width, language=language)
        with (
            visiting(chromium, gallery.house.origin, device) as visitor,
            shown_at(visitor, f"{gallery.site}/surat", letter.html),
        ):
            photographed(visitor, FOLDER, f"letter-{file_name(subject)}")
        assert not visitor.faults
