"""Who keeps an agency, at their desk; and a moment to stand at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sp4n import clock
from tests.pages import Browser
from tests.scenes import Scene

MONDAY = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)  # 10.00 WITA


@pytest.fixture
def admin(scene: Scene) -> Browser:
    return scene.desk()


@pytest.fixture
def that_monday() -> Iterator[None]:
    with clock.frozen(MONDAY):
        yield
