"""Two officers at the same moment: of two decrees, and of two uploads of one plan, one counts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.action_plans.uploads import import_upload, keep_upload
from sp4n.documents.models import Document
from sp4n.documents.operations import issue_document
from sp4n.runtime.embedded import EmbeddedServers
from tests.action_plans.making import LIST, a_plan, as_stored
from tests.decrees.test_decrees import drafted, issued
from tests.desk.test_plan_uploads import codes, ours
from tests.documents.making import in_days
from tests.scenes import Scene
from tests.servers import superuser_of
from tests.spreadsheets.making import xlsx

WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def storage(app: Flask) -> Any:
    return app.extensions["sp4n.storage"]


@pytest.fixture
def watcher(database: EmbeddedServers) -> Iterator[sa.Connection]:
    engine = sa.create_engine(superuser_of(database))
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")
    engine.dispose()


def until_it_waits(watcher: sa.Connection) -> None:
    for _moment in range(500):
        if watcher.scalar(WAITING):
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("replacing", [False, True])
def test_of_two_decrees_published_at_once_the_second_is_refused(
    scene: Scene, storage: Any, watcher: sa.Connection, replacing: bool
) -> None:
    """Beside each other, or both in the place of the same one."""
    former = None
    if replacing:
        former = drafted(scene, storage, valid_from=in_days(-90), dated=in_days(-90))
        issued(scene, former)
    first, second = (
        drafted(scene, storage, number=number, replaces_id=former) for number in ("1/A", "2/B")
    )
    other = scene.desk(scene.person("admin"))
    form = other.open(f"/desk/dokumen/{second}").form("/berlakukan")
    with ThreadPoolExecutor(1) as pool:
        with scene.inside() as session:
            mine = session.get_one(Document, (scene.agency.id, first))
            issue_document(session, document=mine, actor=scene.admin)
            answer = pool.submit(other.send, form)
            until_it_waits(watcher)
        page = answer.result(timeout=20)
    assert page.status == 422
    assert "1/A masih berlaku pada masa itu" in " ".join(page.errors)
    with scene.inside() as session:
        states = {one.id: (one.state, one.ended_on) for one in session.scalars(sa.select(Document))}
    assert states[first] == ("issued", None)
    assert states[second] == ("draft", None)
    assert former is None or states[former] == ("issued", in_days(-30))


def test_of_two_officers_who_import_one_plan_at_once_one_has_it_whole(
    scene: Scene, watcher: sa.Connection
) -> None:
    plan_id, other = a_plan(scene), scene.person("admin", "Made Kedua")
    mine, theirs = xlsx(ours()), xlsx(ours(["2", "Sasaran", "", "Lain"]))
    with scene.inside() as session:
        uploads = [
            keep_upload(
                session, plan_id=plan_id, content=content, file_name="rencana.xlsx", actor=who
            ).id
            for content, who in ((mine, scene.admin), (theirs, other))
        ]
    revision, browser = as_stored(scene, plan_id).revision, scene.desk(other)
    path = f"{LIST}/{plan_id}/unggahan/{uploads[1]}"
    form = browser.open(path).form("/impor")
    with ThreadPoolExecutor(1) as pool:
        with scene.inside() as session:
            import_upload(
                session,
                plan_id=plan_id,
                upload_id=uploads[0],
                revision=revision,
                actor=scene.admin,
            )
            answer = pool.submit(browser.send, form)
            until_it_waits(watcher)
        page = answer.result(timeout=20)
    assert page.status == 409
    assert "Ni Luh Admin baru saja mengubah rencana ini" in " ".join(page.errors)
    assert len(codes(scene, plan_id)) == 3
    assert as_stored(scene, plan_id).revision == revision + 1
    # What they sent still waits: looked at again, it can be imported.
    browser.send(browser.open(path).form("/impor"))
    assert len(codes(scene, plan_id)) == 4
