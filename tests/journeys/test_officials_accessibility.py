"""What officials open, held against WCAG 2.2 AA (accessibility.py says how)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.accessibility import FOR_OFFICIALS, FULL, faults_of_walk
from tests.journeys.gallery import Gallery

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]


@pytest.mark.parametrize("language", ["id", *(["en"] if FULL else [])])
@pytest.mark.parametrize("walk", FOR_OFFICIALS)
def test_every_state_of_every_page_is_accessible(
    chromium: Browser, gallery: Gallery, walk: str, language: str
) -> None:
    assert faults_of_walk(chromium, gallery, walk, language) == []
