"""How many statements the hot pages send to the database: pinned, and the same for many rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from bench.counting import statements
from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import FiledCase
from sp4n.files.models import Attachment
from sp4n.settings import queries as settings
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import ClientFor, make_agency
from tests.pages import Browser
from tests.scenes import Scene, coordinator_browser


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
    """Of the second visit or the third: what a process reads once a minute is read."""
    browser.strict = False
    assert browser.open(path).status == 200
    visits = []
    for _visit in range(2):
        with statements() as sent:
            page = browser.open(path)
        assert (page.status, page.hops) == (200, ())
        visits.append(sent)
    return min(visits, key=len)


def counted_of_a_list(browser: Browser, path: str) -> list[str]:
    sent = counted(browser, path)
    links = {one for one in browser.open(path).links if "/laporan/" in one}
    assert len(links) == 50
    return sent


def liaison(scene: Scene, unit: int) -> Actor:
    return scene.person("liaison", units=[unit])


def deputy(scene: Scene, unit: int) -> Actor:
    """Who has no unit but that of a colleague who is away."""
    away, stands_in = liaison(scene, unit), scene.person("liaison")
    scene.away(away, stands_in)
    return stands_in


def long_case(scene: Scene, unit: int) -> FiledCase:
    """20 events, 5 files."""
    filing = scene.answer(scene.assign(scene.verify(scene.filed()), unit))
    for number in range(16):
        scene.note(filing, f"catatan {number}")
    with scene.inside() as session:
        events = session.scalars(
            sa.select(CaseEvent.id).where(CaseEvent.case_id == filing.case_id)
        ).all()
        assert len(events) == 20
        session.add_all(a_file(filing.case_id, min(events), number) for number in range(5))
    return filing


def a_file(case_id: int, event_id: int, number: int) -> Attachment:
    return Attachment(
        case_id=case_id,
        event_id=event_id,
        storage_key=f"ab/{number}",
        file_name=f"foto {number}.jpg",
        media_type="image/jpeg",
        size=3,
        sha256=b"x" * 32,
    )


def inside_coordinator(scene: Scene) -> Browser:
    """Who has said why."""
    browser = coordinator_browser(scene.app)
    page = browser.open(f"/nasional/instansi/{scene.agency.slug}/buka")
    browser.send(page.form("/buka"), reason="Menelusuri keluhan warga yang belum dijawab.")
    return browser


def opener(scene: Scene, client_for: ClientFor) -> dict[str, Callable[[], tuple[Browser, str]]]:
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
        "trail": lambda: (scene.desk(), "/kelola/jejak/"),
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
        ("trail", 4),
        ("overview", 5),
        ("agencies", 4),
    ],
)
def test_a_hot_page_sends_no_more_statements_than_it_should(
    scene: Scene, client_for: ClientFor, page: str, most: int
) -> None:
    sent = counted(*opener(scene, client_for)[page]())
    assert len(sent) <= most, "\n\n".join(sent)


def test_a_list_of_fifty_is_six_statements_whoever_reads_it(scene: Scene) -> None:
    unit = scene.unit()
    for _number in range(51):
        scene.verify(scene.filed(), unit_id=unit)
    inside = f"/nasional/instansi/{scene.agency.slug}/laporan"
    assert len(counted_of_a_list(scene.desk(), "/desk/")) <= 5
    assert len(counted_of_a_list(scene.desk(liaison(scene, unit)), "/desk/")) <= 6
    assert len(counted_of_a_list(scene.desk(deputy(scene, unit)), "/desk/")) <= 6
    assert len(counted_of_a_list(inside_coordinator(scene), inside)) <= 6


def test_a_long_case_is_eight_statements_whoever_reads_it(scene: Scene) -> None:
    unit = scene.unit()
    desk = f"/desk/laporan/{long_case(scene, unit).reference}"
    inside = desk.replace("/desk/", f"/nasional/instansi/{scene.agency.slug}/")
    assert len(counted(scene.desk(), desk)) <= 7
    assert len(counted(scene.desk(liaison(scene, unit)), desk)) <= 8
    assert len(counted(scene.desk(deputy(scene, unit)), desk)) <= 8
    assert len(counted(inside_coordinator(scene), inside)) <= 6


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
