"""Files that go along with one answer to many: with each answer at once, and nowhere for long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.cases.operations import FiledCase
from sp4n.files.models import Attachment
from sp4n.joined_jobs import sweep_files
from sp4n.workbench import bulk, operations
from sp4n.workbench.models import BulkAct
from tests.desk.test_groups import grouped, open_cases, page, work
from tests.files.making import picture
from tests.pages import Browser, Page
from tests.scenes import Scene

WORDS = {"body": "Sudah menyala.", "final": "yes"}
PHOTO = ("lampu.jpg", picture())


def looked_at(scene: Scene, browser: Browser, number: int = 2) -> tuple[list[FiledCase], Page]:
    filings = grouped(scene, *open_cases(scene, number))
    form = page(browser, filings[0], "/jawab").form("/jawab")
    return filings, browser.send(form, **WORDS, attachments=PHOTO)


def places(scene: Scene) -> list[int | None]:
    """Of each row of the file its case; None where it waits."""
    with scene.inside() as session:
        return list(session.scalars(sa.select(Attachment.case_id).order_by(Attachment.id)))


def sweep(scene: Scene, hours: int) -> None:
    storage = scene.app.extensions["sp4n.storage"]
    with clock.frozen(clock.now() + timedelta(hours=hours)), scene.inside() as session:
        sweep_files(storage, session)


def go_on(scene: Scene) -> None:
    with scene.inside() as session:
        number = session.scalars(sa.select(BulkAct.id)).one()
        operations.go_on(session, bulk_id=number, agency=scene.agency)


def test_killed_in_the_middle_each_answer_has_its_file_once_and_none_waits_after_the_last(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "BATCH", 1)
    browser = scene.desk()
    filings, shown = looked_at(scene, browser)
    browser.send(shown.form("/jawab"))
    go_on(scene)
    first, second = (one.case_id for one in filings)
    assert places(scene) == [None, first]
    sweep(scene, hours=80)  # a worker that was away for days
    assert places(scene) == [None, first]
    whole = bulk.copy_to_event

    def killed(*given: Any, **named: Any) -> None:
        whole(*given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(bulk, "copy_to_event", killed)
    with pytest.raises(KeyboardInterrupt):
        go_on(scene)
    assert places(scene) == [None, first]
    monkeypatch.setattr(bulk, "copy_to_event", whole)
    go_on(scene)
    assert places(scene) == [None, first, second]
    go_on(scene)  # nothing is left to do, and with it nothing waits
    assert places(scene) == [first, second]
    sweep(scene, hours=80)
    citizen = scene.browser()
    typed = {"reference": filings[1].reference, "access_code": filings[1].access_code}
    told = citizen.send(citizen.open("/lacak").form("lacak"), **typed)
    assert citizen.client.get(told.link("lampu.jpg")).status_code == 200


def test_of_an_act_that_is_stopped_no_file_is_left(scene: Scene) -> None:
    browser = scene.desk()
    _filings, shown = looked_at(scene, browser)
    shown = browser.send(shown.form("/jawab"))
    assert places(scene) == [None]
    browser.send(shown.form("/hentikan"))
    assert places(scene) == []
    work(scene)
    assert places(scene) == []


def test_files_that_waited_too_long_are_asked_for_again_and_nothing_goes_without_them(
    scene: Scene,
) -> None:
    browser = scene.desk()
    filings, shown = looked_at(scene, browser)
    form = shown.form("/jawab")
    sweep(scene, hours=80)
    assert places(scene) == []
    shown = browser.send(form)
    assert shown.status == 422
    assert "Pilih lagi semua berkasnya" in shown.text
    assert WORDS["body"] in shown.text
    shown = browser.send(shown.form("/jawab"), **WORDS, attachments=PHOTO)
    browser.send(shown.form("/jawab"))
    with scene.inside() as session:  # gone after all: it is said of each, and none is answered
        session.execute(sa.delete(Attachment))
    work(scene)
    assert [scene.case(one).state for one in filings] == ["unhandled"] * 2
    assert "Pilih lagi semua berkasnya" in browser.open("/desk/massal/" + act(scene)).words


def act(scene: Scene) -> str:
    with scene.inside() as session:
        return str(session.scalars(sa.select(BulkAct.id)).one())
