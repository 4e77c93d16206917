"""A house that keeps pages, for the tests of what is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from sp4n.app import create_app
from sp4n.config import Settings
from tests.factories import ClientFor
from tests.web.keeping import pages_of


@pytest.fixture(scope="module")
def keeper(app: Flask, settings: Settings) -> Flask:
    """The same house, with pages kept for so long that no test waits for their end."""
    del app  # furnished first
    return create_app(replace(settings, kept_seconds=60))


@pytest.fixture
def keeping(keeper: Flask) -> ClientFor:
    pages_of(keeper).pages.clear()
    return ClientFor(keeper)
