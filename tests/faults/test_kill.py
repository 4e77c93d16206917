"""The harness itself, in short: a real house, its web server killed under people who file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.faults.scene import scene
from bench.faults.traffic import Traffic
from bench.faults.verdict import case_rows
from bench.scale import SCALES
from bench.surroundings import free_port

pytestmark = pytest.mark.exhaustive


def test_killed_web_processes_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    with scene(SCALES["small"], free_port(), tmp_path / "house.log") as stage:
        with Traffic(stage, filers=3) as traffic:
            for which in (-1, 0):  # a worker, then the server that makes them
                assert traffic.wait_for(traffic.filed + 2, within=20)
                stage.house.web_processes()[which].kill()
            assert traffic.wait_for(traffic.filed + 2, within=20)
        missed = [row for row in case_rows(stage, traffic) if row.holds is False]
    assert missed == []
    broken = ("cut off", "cut off, kept connection", "refused")
    assert any(stage.ledger.seen[how] for how in broken)
