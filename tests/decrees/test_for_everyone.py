"""What everyone sees of the team: its positions and units, and nobody's name."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.decrees.operations import MemberAnswers
from sp4n.documents.models import Document
from tests.decrees.test_decrees import drafted, issued
from tests.documents.making import in_days
from tests.factories import make_agency
from tests.scenes import Scene

NAME, POST = "Ni Made Kartikasari", "Kepala Rahasia Umum"


@pytest.fixture
def storage(app: Flask) -> Any:
    return app.extensions["sp4n.storage"]


def test_a_citizen_sees_positions_and_units_and_no_names(scene: Scene, storage: Any) -> None:
    health, social = scene.unit("Dinas Kesehatan"), scene.unit("Dinas Sosial")
    former = MemberAnswers("sekretaris", NAME, POST)
    number = drafted(
        scene,
        storage,
        MemberAnswers("ketua", NAME, POST),
        MemberAnswers("pejabat_penghubung", NAME, POST, unit_id=health),
    )
    citizen = scene.browser()
    assert citizen.client.get("/dokumen.json").json["team"] is None
    issued(scene, number)
    page = citizen.open("/dokumen")
    assert "Ketua 1 orang" in page.words
    assert "Sekretaris Tidak ada dalam tim" in page.words
    assert "1 unit belum mempunyai pejabat penghubung" in page.words
    team = citizen.client.get("/dokumen.json").json["team"]
    assert team["units_without_liaison"] == [scene.unit_name(social)]
    stands = {one["position"]: one for one in team["positions"]}
    assert stands["pejabat_penghubung"]["units"] == [scene.unit_name(health)]
    for path in ("/dokumen", "/dokumen.json"):
        assert NAME not in (shown := citizen.client.get(path).text)
        assert POST not in shown
    # The next one is not in force yet; a letter of assignment names a liaison beside the decree.
    later = drafted(scene, storage, former, number="2", valid_from=in_days(9), replaces_id=number)
    issued(scene, later)
    letter = drafted(
        scene,
        storage,
        MemberAnswers("pejabat_penghubung", NAME, unit_id=social),
        kind="assignment_letter",
        unit_id=social,
        publicity="none",
    )
    issued(scene, letter)
    page = citizen.open("/dokumen")
    assert "Ketua 1 orang" in page.words
    assert "unit belum mempunyai" not in page.words


def test_a_team_that_is_kept_back_or_of_another_agency_is_not_shown(
    app: Flask, scene: Scene, storage: Any
) -> None:
    number = drafted(scene, storage, MemberAnswers("ketua", NAME))
    issued(scene, number)
    other = Scene(app, make_agency(app)).browser()
    assert "Siapa yang menangani" in scene.browser().open("/dokumen").words
    assert "Siapa yang menangani" not in other.open("/dokumen").words
    with scene.inside() as session:
        session.execute(sa.update(Document).values(publicity="none"))
    assert "Siapa yang menangani" not in scene.browser().open("/dokumen").words
    assert scene.browser().client.get("/dokumen.json").json["team"] is None
