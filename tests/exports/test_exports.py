"""Everything that an agency owns as one file: asked for, made by the job, taken along, gone."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.audit.models import AuditEntry
from sp4n.cases.models import IdentityLook
from sp4n.exports import contents, jobs, writing
from sp4n.exports.models import AgencyExport
from sp4n.exports.operations import MAKE, tidy_exports
from sp4n.files.cleaning import clean_upload
from sp4n.files.operations import store_upload
from sp4n.files.storage import StorageFailed
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.people import PASSWORD
from tests.files.making import picture, upload
from tests.pages import Browser, Page
from tests.rules.migration_lint import migrations
from tests.scenes import Scene

HOME = "/kelola/ekspor/"
NAMED = {"reporter_name": "Wayan Pelapor", "reporter_email": "wayan@contoh.id"}


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    run.serve(app)
    return Scene(app, agency)


def ask(browser: Browser, password: str = PASSWORD, **typed: Any) -> Page:
    return browser.send(browser.open(HOME).form("ekspor/"), password=password, **typed)


def work(scene: Scene) -> None:
    """What a worker does with the export that is owed."""
    with scene.inside() as session:
        owed = (Outbox.kind == MAKE, Outbox.state.in_(("waiting", "scheduled")))
        ids = session.scalars(sa.select(Outbox.id).where(*owed)).all()
        for row in session.scalars(sa.select(Outbox).where(Outbox.id.in_(ids))):
            row.state = "waiting"
    for outbox_id in ids:
        run.run_outbox(scene.agency.id, outbox_id)


def the_export(scene: Scene) -> AgencyExport:
    with scene.inside() as session:
        found = session.scalars(sa.select(AgencyExport).order_by(AgencyExport.id.desc())).first()
        assert found is not None
        session.expunge(found)
        return found


def acts(scene: Scene) -> list[str]:
    with scene.inside() as session:
        about = sa.select(AuditEntry.act).where(AuditEntry.object_kind == "export")
        return list(session.scalars(about.order_by(AuditEntry.id)))


def link(page: Page) -> str:
    return next(one for one in page.links if "/unduh/" in one and "lang=" not in one)


@contextmanager
def opened(browser: Browser) -> Iterator[ZipFile]:
    answer = browser.client.get(link(browser.open(HOME)))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    content = answer.get_data()
    assert answer.content_length == len(content)
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        yield archive


def table(archive: ZipFile, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(archive.read(f"tables/{name}.json"))
    return found


def attach(scene: Scene, case_id: int) -> bytes:
    with scene.inside() as session:
        file = clean_upload(upload(picture("PNG"), "bukti.png", "image/png"))
        storage = scene.app.extensions["sp4n.storage"]
        store_upload(session, storage=storage, file=file, case_id=case_id)
        return file.content


def test_an_admin_takes_along_everything_and_can_prove_it(scene: Scene) -> None:
    filing = scene.verify(scene.filed(title="=HYPERLINK(1)"))
    content = attach(scene, filing.case_id)
    browser = scene.desk()
    assert "Menunggu giliran" in ask(browser).words
    work(scene)
    with opened(browser) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        parts = [one for entry in manifest["tables"] for one in entry["files"]]
        for one in [*parts, *manifest["files"]]:
            data = archive.read(one["path"])
            assert (len(data), hashlib.sha256(data).hexdigest()) == (one["size"], one["sha256"])
        said = {one["path"] for one in [*parts, *manifest["files"]]}
        assert said | {"README.txt", "manifest.json"} == set(archive.namelist())
        assert manifest["schema_version"] == migrations()[-1].revision
        assert manifest["faulty_files"] == {}
        assert archive.read(manifest["files"][0]["path"]) == content
        (case,) = table(archive, "case_record")
        assert case["title"] == "=HYPERLINK(1)"
        rows = csv.DictReader(
            io.StringIO(archive.read("tables/case_record.csv").decode("utf-8-sig"))
        )
        assert [row["title"] for row in rows] == ["'=HYPERLINK(1)"]
        counts = {entry["table"]: entry["rows"] for entry in manifest["tables"]}
        assert counts["case_event"] == len(table(archive, "case_event")) > 1
    assert set(acts(scene)) == {"export.requested", "export.downloaded"}


def test_no_secret_and_no_reporter_is_in_it(scene: Scene) -> None:
    scene.filed(**NAMED)
    scene.filed(anonymous=True, **NAMED)
    browser = scene.desk()
    ask(browser, confidential="y")
    work(scene)
    with opened(browser) as archive:
        names = set(archive.namelist())
        everything = b"".join(archive.read(name) for name in names - {"manifest.json"})
    for name in contents.LEFT_OUT:
        assert f"tables/{name}.csv" not in names
    for word in (b"argon2", b"Wayan Pelapor", b"wayan@contoh.id", b"access_code", b"token_hash"):
        assert word not in everything, word
    with scene.inside() as session:
        assert not session.scalars(sa.select(IdentityLook)).all()


@pytest.mark.parametrize("wanted", [False, True])
def test_confidential_cases_are_in_it_only_when_that_was_said(scene: Scene, wanted: bool) -> None:
    scene.verify(scene.filed(title="Lampu"))
    filing = scene.filed(title="Rahasia sekali", confidential=True)
    scene.note(filing, "catatan rahasia")
    attach(scene, filing.case_id)
    browser = scene.desk()
    ask(browser, **({"confidential": "y"} if wanted else {}))
    work(scene)
    with opened(browser) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
        entries = [one for one in table(archive, "audit_entry") if one["object_kind"] == "case"]
        about = {entry["object_id"] for entry in entries}
        assert about == {case["id"] for case in table(archive, "case_record")}
    assert len(about) == (2 if wanted else 1)
    for word in ("Rahasia sekali", "catatan rahasia", filing.reference):
        assert (word.encode() in everything) == wanted, word
    assert (len(manifest["files"]) == 1) == wanted
    assert manifest["confidential_cases_included"] == wanted


def test_the_password_is_asked_for_and_one_at_a_time_is_made(scene: Scene) -> None:
    browser = scene.desk()
    for password in ("", "salah sekali sandinya"):
        page = ask(browser, password=password)
        assert page.status == 422
        assert page.errors
    form = browser.open(HOME).form("ekspor/")
    ask(browser)
    page = browser.send(form, password=PASSWORD)
    assert page.status == 409
    assert "Masih ada ekspor" in page.text
    assert acts(scene) == ["export.requested"]


def test_only_admins_and_only_while_it_lasts(scene: Scene, other_agency: AgencyFacts) -> None:
    browser = scene.desk()
    ask(browser)
    work(scene)
    way = link(browser.open(HOME))
    assert re.fullmatch(r".*/unduh/[\w-]{43}", way)
    for role in ("head", "liaison", "viewer"):
        assert scene.desk(scene.person(role)).client.get(way).status_code == 403
        assert scene.desk(scene.person(role)).open(HOME).status == 403
    assert scene.browser().client.get(way).status_code == 302
    stranger = Scene(scene.app, other_agency).desk()
    path = way[way.index("/kelola") :]
    assert stranger.client.get(path).status_code == 404
    assert stranger.client.get(path[:-1] + "é").status_code == 404
    assert browser.client.get(path[:-1]).status_code == 404
    with clock.frozen(clock.now() + timedelta(hours=73)):
        late = scene.desk()
        assert late.client.get(path).status_code == 404
        assert "Sudah dihapus" in late.open(HOME).words


def test_when_its_time_is_over_the_file_goes(scene: Scene) -> None:
    browser = scene.desk()
    ask(browser)
    work(scene)
    storage = scene.app.extensions["sp4n.storage"]
    key = the_export(scene).storage_key
    for hours, there in ((71, True), (73, False)):
        with clock.frozen(clock.now() + timedelta(hours=hours)), scene.inside() as session:
            tidy_exports(session, storage=storage)
            assert storage.exists(key) is there
    assert the_export(scene).state == "expired"


def test_the_sweep_of_uploads_leaves_it_alone(scene: Scene) -> None:
    browser = scene.desk()
    ask(browser)
    work(scene)
    storage = scene.app.extensions["sp4n.storage"]
    key = the_export(scene).storage_key
    with scene.inside():
        assert key not in [file.key for file in storage.list()]
        assert storage.exists(key)


def test_all_admins_are_written_to(scene: Scene) -> None:
    scene.person("admin", "Admin Kedua")
    scene.person("head")
    ask(scene.desk())
    work(scene)
    for _round in range(2):
        with scene.inside() as session:
            mail = (Outbox.kind.like("notice.export%"), Outbox.state == "waiting")
            ids = session.scalars(sa.select(Outbox.id).where(*mail)).all()
        for outbox_id in ids:
            run.run_outbox(scene.agency.id, outbox_id)
    with scene.inside() as session:
        sent = session.execute(
            sa.select(Outbox.kind, sa.func.count())
            .where(Outbox.recipient_id.is_not(None), Outbox.state == "done")
            .group_by(Outbox.kind)
        ).all()
    assert {row[0]: row[1] for row in sent} == {"notice.export_asked": 2, "notice.export_ready": 2}


def test_what_is_cancelled_leaves_no_file(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = scene.desk()
    scene.filed()
    ask(browser)
    page = browser.open(HOME)
    export = the_export(scene)
    step = jobs.Heart.step

    def cancelled_meanwhile(self: jobs.Heart, number: int) -> None:
        # As it is: a request of its own, in a thread of its own.
        other = Thread(target=browser.send, args=(page.form("batal"),))
        other.start()
        other.join()
        self.beat()
        step(self, number)

    monkeypatch.setattr(jobs.Heart, "step", cancelled_meanwhile)
    work(scene)
    assert the_export(scene).state == "cancelled"
    with scene.inside() as session:
        assert not scene.app.extensions["sp4n.storage"].exists(export.storage_key)
        states = session.scalars(sa.select(Outbox.state).where(Outbox.kind == MAKE)).all()
    assert list(states) == ["done"]
    assert list((scene.app.extensions["sp4n.storage"].root).rglob("*.part")) == []
    assert "Batalkan ekspor" not in browser.open(HOME).words


def test_a_failure_is_tried_again_and_then_says_what_to_do(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise StorageFailed

    browser = scene.desk()
    ask(browser)
    monkeypatch.setattr(writing.Export, "write", full)
    for state in ("running", "running", "failed"):
        work(scene)
        assert the_export(scene).state == state
    assert "Penyimpanan berkas penuh" in browser.open(HOME).words
    assert "Menunggu giliran" in ask(browser).words


def test_one_whose_worker_died_for_good_does_not_stand_in_the_way(scene: Scene) -> None:
    browser = scene.desk()
    ask(browser)
    with scene.inside() as session:
        session.execute(sa.update(Outbox).where(Outbox.kind == MAKE).values(state="dead"))
        tidy_exports(session, storage=scene.app.extensions["sp4n.storage"])
    assert the_export(scene).fault == "stopped"
    assert "Minta ekspor lagi" in browser.open(HOME).words


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_a_worker_left_of_one_that_ended_otherwise_goes(scene: Scene, state: str) -> None:
    ask(scene.desk())
    work(scene)
    storage, key = scene.app.extensions["sp4n.storage"], the_export(scene).storage_key
    with scene.inside() as session:
        assert storage.exists(key)
        session.execute(sa.update(AgencyExport).values(state=state))
        tidy_exports(session, storage=storage)
        assert not storage.exists(key)


def test_everything_in_it_is_of_one_moment(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case that is filed while the tables are read is in none of them."""
    scene.filed(title="Sebelum")
    browser = scene.desk()
    ask(browser)
    before = writing.Export._table
    filed: list[object] = []

    def meanwhile(self: writing.Export, table: sa.Table) -> dict[str, Any]:
        if not filed:
            filed.append(1)
            other = Thread(target=scene.filed, kwargs={"title": "Sesudah"})
            other.start()
            other.join()
        return before(self, table)

    monkeypatch.setattr(writing.Export, "_table", meanwhile)
    work(scene)
    with opened(browser) as archive:
        assert [case["title"] for case in table(archive, "case_record")] == ["Sebelum"]
        assert len(table(archive, "case_event")) == 1


def test_a_missing_attachment_is_named_and_keeps_nothing_back(scene: Scene) -> None:
    filing = scene.filed()
    attach(scene, filing.case_id)
    browser = scene.desk()
    ask(browser)
    root: Path = scene.app.extensions["sp4n.storage"].root / str(scene.agency.id)
    for file in root.glob("??/*"):
        file.unlink()
    work(scene)
    with opened(browser) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert list(manifest["faulty_files"].values()) == ["missing"]
    assert manifest["files"] == []


def test_another_agencys_rows_are_in_none_of_it(scene: Scene, other_agency: AgencyFacts) -> None:
    """What is shared every agency may read; an export has its own alone."""
    other = Scene(scene.app, other_agency)
    theirs = other.verify(other.filed(title="Milik tetangga"))
    scene.verify(scene.filed())
    browser = scene.desk()
    ask(browser, confidential="y")
    work(scene)
    with opened(browser) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        tracked = table(archive, "tracking")
        shared = [*tracked, *table(archive, "public_case")]
    assert len(tracked) == 1
    assert {row["agency_id"] for row in shared} == {scene.agency.id}
    assert theirs.reference.encode() not in everything
    assert b"Milik tetangga" not in everything
