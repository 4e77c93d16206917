"""A road map is data: imported by a file, in force from then on; a broken one changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from sp4n.db import db
from sp4n.settings.models import RoadMap
from sp4n.settings.operations import _data
from sp4n.settings.road_maps import road_map_in_force
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL


def in_force(app: Flask) -> str:
    with app.app_context(), edge(NATIONAL):
        found = road_map_in_force(db.session())
        return found.key if found else ""


def test_a_file_brings_a_new_one_in_force(app: Flask, tmp_path: Path) -> None:
    (entry,) = _data("road_maps.json")
    before, file = in_force(app), tmp_path / "road-map.json"
    newer = {**entry, "key": "uji-2030", "period_from": 2030, "period_to": 2034, "due_on": None}
    for bad in ("{", "{}", json.dumps([newer, {**newer, "sections": []}])):
        file.write_text(bad)
        answer = app.test_cli_runner().invoke(args=["road-maps", "import", str(file)])
        assert answer.exit_code == 1
        assert in_force(app) == before
    file.write_text(json.dumps([newer]))
    try:
        answer = app.test_cli_runner().invoke(args=["road-maps", "import", str(file)])
        assert answer.exit_code == 0, answer.output
        assert in_force(app) == "uji-2030"
    finally:
        with app.app_context(), edge(NATIONAL):
            gone = sa.update(RoadMap).where(RoadMap.key == "uji-2030")
            db.session().execute(gone.values(period_from=1990, period_to=1991))
