"""What officials open, held against WCAG 2.2 AA (accessibility.py says how)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.journeys.accessibility import FOR_OFFICIALS, faults_of_walk
from tests.journeys.conftest import House
from tests.journeys.gallery import furnished

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("walk", FOR_OFFICIALS)
def test_every_state_of_every_page_is_accessible(
    chromium: Browser, app: Flask, house: House, tmp_path: Path, walk: str, language: str
) -> None:
    """At an agency of its own: a walk uses up what it finds."""
    gallery = furnished(app, house, tmp_path)
    assert faults_of_walk(chromium, gallery, walk, language) == []
