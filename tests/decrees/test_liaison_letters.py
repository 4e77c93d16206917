"""Admins hear once a month of units that nobody answers for."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.decrees.liaison_letters import NAMED, WITHOUT_LIAISON, letter, tell_of_bare_units
from sp4n.decrees.models import LiaisonReminder
from sp4n.decrees.operations import MemberAnswers
from sp4n.jobs.models import Outbox
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices.letters import Letter
from sp4n.notices.words import WORDS
from sp4n.organisation.models import Unit
from tests.decrees.test_decrees import drafted, issued
from tests.documents.making import ZONE, in_days
from tests.scenes import Scene


@pytest.fixture
def storage(app: Flask) -> Any:
    return app.extensions["sp4n.storage"]


def told(scene: Scene) -> int:
    with scene.inside() as session:
        tell_of_bare_units(session)
    with scene.inside() as session:
        mine = sa.select(sa.func.count()).where(Outbox.kind == WITHOUT_LIAISON)
        return session.scalar(mine) or 0


def written(scene: Scene, job: OutboxFacts) -> Letter | None:
    with scene.inside() as session:
        return letter(session, job)


def test_admins_hear_of_units_without_a_liaison_once_a_month(scene: Scene, storage: Any) -> None:
    first = (in_days(0).replace(day=1) + timedelta(days=40)).replace(day=1)
    morning = datetime.combine(first, time(7), tzinfo=ZONE)
    with clock.frozen(morning):
        assert told(scene) == 0  # no unit, no letter
    unit = scene.unit("Dinas Sosial")
    with clock.frozen(morning - timedelta(hours=3)):
        assert told(scene) == 0
    for days, letters in ((0, 1), (0, 1), (20, 1), (32, 2), (33, 2)):
        with clock.frozen(morning + timedelta(days)):
            assert told(scene) == letters
    job = OutboxFacts(
        1, scene.agency.id, WITHOUT_LIAISON, first.year * 100 + first.month, scene.admin.id, 1
    )
    said = written(scene, job)
    assert said is not None
    assert (said.path, said.facts["units"]) == ("/kelola/orang/", scene.unit_name(unit))
    number = drafted(scene, storage, MemberAnswers("ketua", "Wayan"))
    issued(scene, number)
    said = written(scene, job)
    assert said is not None
    assert said.path == f"/desk/sk/{number}/peran"
    assert scene.desk().open(said.path).status == 200
    scene.person("liaison", units=[unit])
    assert written(scene, job) is None


def test_the_letter_names_the_first_units_and_counts_the_others(app: Flask, scene: Scene) -> None:
    with scene.inside() as session:
        session.add_all(Unit(name=f"Unit {n:02}") for n in range(NAMED + 3))
        session.add(LiaisonReminder(month=202601))
    said = written(
        scene, OutboxFacts(1, scene.agency.id, WITHOUT_LIAISON, 202601, scene.admin.id, 1)
    )
    assert said is not None

    class Facts:
        letter = said
        sender = "Pemkab Uji"

    with app.test_request_context():
        subject, words, _act = WORDS[WITHOUT_LIAISON](Facts())  # type: ignore[arg-type]
    assert subject == f"{NAMED + 3} unit tanpa pejabat penghubung"
    assert "Unit 00; Unit 01" in words[0]
    assert "dan 3 unit lain" in words[0]
