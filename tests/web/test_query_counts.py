"""How many statements the hot pages send to the database: pinned, and the same for many rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.audit.actors import Actor
from sp4n.settings import queries as settings
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import ClientFor, make_agency
from tests.pages import Browser
from tests.scenes import Scene, coordinator_browser


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent on any engine, less what opens and closes a transaction."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SET LOCAL", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def scene(app: Flask) -> Scene:
    """An agency with 55 cases in several states."""
    scene = Scene(app, make_agency(app))
    unit = scene.unit()
    for number in range(55):
        filing = scene.filed()
        if number % 2:
            scene.assign(scene.verify(filing), unit)
        if number % 4 == 1:
            scene.answer(filing)
    return scene


def counted(browser: Browser, path: str) -> list[str]:
    """Of the second visit: what a process reads once is read."""
    browser.strict = False
    assert browser.open(path).status == 200
    with statements() as sent:
        page = browser.open(path)
    assert (page.status, page.hops) == (200, ())
    return sent


def liaison(scene: Scene) -> Actor:
    return scene.person("liaison", units=[scene.unit()])


def opener(scene: Scene, client_for: ClientFor) -> dict[str, Callable[[], tuple[Browser, str]]]:
    def one_case() -> tuple[Browser, str]:
        filing = scene.answer(scene.verify(scene.filed()))
        for _number in range(10):
            scene.note(filing, "catatan")
        return scene.desk(), f"/desk/laporan/{filing.reference}"

    def tracked() -> tuple[Browser, str]:
        filing = scene.answer(scene.verify(scene.filed()))
        browser = scene.browser()
        form = browser.open("/lacak").form("lacak")
        page = browser.send(form, reference=filing.reference, access_code=filing.access_code)
        return browser, page.path

    return {
        "national front": lambda: (Browser(client_for(None)), "/"),
        "national search": lambda: (Browser(client_for(None)), "/?q=uji"),
        "agency front": lambda: (scene.browser(), "/"),
        "public list": lambda: (scene.browser(), "/laporan"),
        "tracked case": tracked,
        "desk list": lambda: (scene.desk(), "/desk/"),
        "desk list of a liaison": lambda: (scene.desk(liaison(scene)), "/desk/"),
        "desk case": one_case,
        "trail": lambda: (scene.desk(), "/desk/jejak"),
        "overview": lambda: (coordinator_browser(scene.app), "/nasional/"),
        "agencies": lambda: (coordinator_browser(scene.app), "/nasional/instansi"),
    }


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("national front", 2),
        ("national search", 3),
        ("agency front", 2),
        ("public list", 2),
        ("tracked case", 5),
        ("desk list", 6),
        ("desk list of a liaison", 7),
        ("desk case", 7),
        ("trail", 4),
        ("overview", 4),
        ("agencies", 4),
    ],
)
def test_a_hot_page_sends_no_more_statements_than_it_should(
    scene: Scene, client_for: ClientFor, page: str, most: int
) -> None:
    sent = counted(*opener(scene, client_for)[page]())
    assert len(sent) <= most, "\n\n".join(sent)


def test_rules_and_topics_are_read_once_a_minute_and_not_for_each_page(scene: Scene) -> None:
    browser = scene.browser()
    settings.forget()
    browser.strict = False
    with statements() as first:
        browser.open("/")
    with statements() as second:
        browser.open("/")
    assert len(first) > len(second)


def test_more_rows_do_not_mean_more_statements(app: Flask, agency: AgencyFacts) -> None:
    few = Scene(app, agency)
    few.filed()
    before = len(counted(few.desk(), "/desk/"))
    for _number in range(20):
        few.assign(few.verify(few.filed()), few.unit())
    assert len(counted(few.desk(), "/desk/")) == before
