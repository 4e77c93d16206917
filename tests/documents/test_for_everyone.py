"""What everyone finds of an agency's documents, what the national level sees of all agencies, and
who is told when one runs out."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from bench.counting import statements
from sp4n import clock
from sp4n.documents.models import Document
from sp4n.documents.reminders import EXPIRING, remind_of_ends
from sp4n.jobs.models import Outbox
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices.document_letters import admins, letter
from tests.documents.making import ZONE, a_document, in_days
from tests.factories import make_agency
from tests.scenes import Scene, coordinator_browser


@pytest.fixture
def storage(app: Flask) -> Any:
    return app.extensions["sp4n.storage"]


@pytest.fixture
def shown(scene: Scene, storage: Any) -> dict[str, int]:
    """One of each publicity, the words in each file their own, and a draft."""
    made = {}
    with scene.inside() as session:
        for kind, publicity, word in (
            ("decree", "entry", "rahasianama"),
            ("regulation", "file", "bungatanjung"),
            ("policy", "none", "cempaka"),
        ):
            made[publicity] = a_document(
                session,
                storage,
                kind=kind,
                title=f"Judul {publicity}",
                number=f"N/{kind}",
                publicity=publicity,
                text=f"Isi {word}",
            ).id
        draft = a_document(
            session, storage, issue=False, kind="sop", title="Judul draf", publicity="file"
        )
        made["draft"] = draft.id
    return made


def test_everyone_sees_what_is_there_and_reads_only_what_is_shown(
    scene: Scene, shown: dict[str, int]
) -> None:
    citizen = scene.browser()
    page = citizen.open("/dokumen")
    assert "Judul entry" in page.words
    assert "Judul file" in page.words
    assert "Judul none" not in page.words
    assert "Judul draf" not in page.words
    # That it has a policy is not hidden; that it has no plan is said.
    assert page.words.count("Belum ada") == 4
    for name, number in shown.items():
        answer = citizen.client.get(f"/dokumen/{number}/berkas")
        assert answer.status_code == (200 if name == "file" else 404)


def test_words_of_a_file_that_is_not_shown_find_nothing(
    scene: Scene, shown: dict[str, int]
) -> None:
    citizen = scene.browser()
    assert "Judul file" in citizen.open("/dokumen?q=bungatanjung").words
    for word in ("rahasianama", "cempaka"):
        assert "Tidak ada dokumen yang cocok" in citizen.open(f"/dokumen?q={word}").words
    assert "Judul entry" in citizen.open("/dokumen?q=entry").words


def test_machines_read_the_same(scene: Scene, shown: dict[str, int]) -> None:
    said = json.loads(scene.browser().client.get("/dokumen.json").data)
    assert {one["id"] for one in said["documents"]} == {shown["entry"], shown["file"]}
    files = {one["id"]: one["file"] for one in said["documents"]}
    assert files[shown["entry"]] is None
    assert files[shown["file"]].endswith(f"/dokumen/{shown['file']}/berkas")
    stands = {one["kind"]: one["standing"] for one in said["duties"]}
    assert stands["policy"] == "in_force"
    assert stands["action_plan"] == "missing"


def test_coordinators_see_all_agencies_in_as_many_statements(
    app: Flask, scene: Scene, shown: dict[str, int]
) -> None:
    other = make_agency(app)
    coordinator = coordinator_browser(app)
    page = coordinator.open(f"/nasional/dokumen?q={scene.agency.slug}")
    assert scene.agency.name in page.words
    assert "Berlaku" in page.words
    page = coordinator.open("/nasional/dokumen?instrumen=decree&keadaan=missing&jenis=kabupaten")
    assert scene.agency.slug not in page.text
    assert coordinator.open(f"/nasional/dokumen?q={other.slug}&keadaan=in_force").words.count(
        "Tidak ada instansi yang cocok"
    )
    with statements() as sent:
        assert coordinator.client.get("/nasional/dokumen").status_code == 200
    assert len(sent) <= 6, sent


def told(scene: Scene) -> int:
    with scene.inside() as session:
        remind_of_ends(session)
        count = sa.select(sa.func.count()).select_from(Outbox).where(Outbox.kind == EXPIRING)
        return session.scalar(count) or 0


def test_admins_are_told_ninety_thirty_and_seven_days_ahead(scene: Scene, storage: Any) -> None:
    with scene.inside() as session:
        number = a_document(session, storage, valid_to=in_days(100)).id
    noon = datetime.combine(in_days(0), time(12), tzinfo=ZONE)
    for days, letters in ((0, 0), (10, 1), (11, 1), (71, 2), (94, 3), (99, 3), (101, 3)):
        with clock.frozen(noon + timedelta(days)):
            assert told(scene) == letters
    job = OutboxFacts(1, scene.agency.id, EXPIRING, number, scene.admin.id, 1)
    with clock.frozen(noon + timedelta(94)), scene.inside() as session:
        assert list(admins(session, job)) == [scene.admin.id]
        written = letter(session, job)
        assert written is not None
        assert (written.facts["days"], written.path) == (6, f"/desk/dokumen/{number}")
        session.get_one(Document, (scene.agency.id, number)).ended_on = in_days(0)
        session.flush()
        assert letter(session, job) is None


def test_one_that_has_a_successor_needs_no_letter(scene: Scene, storage: Any) -> None:
    with scene.inside() as session:
        former = a_document(session, storage, valid_to=in_days(20)).id
        a_document(
            session, storage, number="2", valid_from=in_days(21), valid_to=None, replaces_id=former
        )
    with clock.frozen(datetime.combine(in_days(1), time(12), tzinfo=ZONE)):
        assert told(scene) == 0
