"""Kept pages: what they save, and how old they get."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.tenants.models import AgencyStatus
from sp4n.tenants.resolver import AgencyFacts
from sp4n.web import kept as kept_module
from sp4n.web.request_log import HEADER
from tests.factories import ClientFor, SiteClient, make_agency
from tests.scenes import Scene
from tests.web.keeping import another, pages_of, without_number
from tests.web.test_query_counts import statements


def made(app: Flask, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one each time that a page of `endpoint` is made."""
    view, times = app.view_functions[endpoint], []

    def counted(**values: Any) -> Any:
        times.append(endpoint)
        return view(**values)

    counted.is_for_everyone = True  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, endpoint, counted)
    return times


# -- what it saves ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/laporan", "/laporan?q=jalan&lang=id", "/warna.css"])
def test_a_kept_page_asks_the_database_nothing(
    keeping: ClientFor, agency: AgencyFacts, path: str
) -> None:
    client = keeping(agency)
    client.set_cookie("bahasa", "id", domain=f"{agency.slug}.localhost")
    first = client.get(path)
    with statements() as sent:
        second = client.get(path)
    assert sent == []
    assert (second.status_code, second.data) == (200, first.data)
    assert without_number(second.headers) == without_number(first.headers)
    assert first.headers[HEADER] != second.headers[HEADER]


@pytest.mark.parametrize("path", ["/", "/instansi", "/instansi?jenis=kota&hal=1"])
def test_so_do_the_national_sites_pages(keeping: ClientFor, path: str) -> None:
    first = keeping(None).get(path)
    with statements() as sent:
        assert another(keeping).get(path).data == first.data
    assert sent == []


def test_one_page_is_made_once_for_all_who_wait(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    times, gate = made(keeper, "portal.front", monkeypatch), Barrier(8)

    def open_it(_number: int) -> int:
        client = another(keeping, agency)
        gate.wait(10)
        return client.get("/").status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_it, range(8))) == [200] * 8
    assert len(times) == 1
    assert pages_of(keeper).being_made == {}


def test_a_page_that_failed_is_made_again(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = keeping(agency)
    with monkeypatch.context() as broken:

        def fails() -> str:
            raise ZeroDivisionError

        fails.is_for_everyone = True  # type: ignore[attr-defined]
        broken.setitem(keeper.view_functions, "portal.front", fails)
        assert client.get("/").status_code == 500
    assert client.get("/").status_code == 200
    assert pages_of(keeper).being_made == {}


def test_memory_has_a_bound(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = pages_of(keeper)
    monkeypatch.setattr(kept_module, "HEADERS_WEIGH", pages.pages.maxsize // 10)
    for number in range(20):
        assert another(keeping).get(f"/?q=kata{number}").status_code == 200
    assert 5 <= len(pages.pages) < 10
    assert pages.pages.currsize <= pages.pages.maxsize


def test_a_kept_page_has_its_line_in_the_log(
    keeping: ClientFor, agency: AgencyFacts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="sp4n")
    answers = [another(keeping, agency).get("/laporan") for _time in range(2)]
    lines = [dict(r.msg) for r in caplog.records if isinstance(r.msg, dict)]
    assert [line["request_id"] for line in lines] == [a.headers[HEADER] for a in answers]
    assert {line["site"] for line in lines} == {agency.slug}
    assert {line["endpoint"] for line in lines} == {"portal.cases"}


# -- how old it gets -------------------------------------------------------------------------


def soon(client: SiteClient, seconds: float, shown: Callable[[Any], bool]) -> bool:
    until = time.monotonic() + seconds
    while not shown(client.get("/")):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_a_rename_and_a_suspension_show_within_two_seconds(app: Flask, settings: Settings) -> None:
    house = create_app(replace(settings, kept_seconds=2))
    agency = make_agency(app)
    client, scene = ClientFor(house)(agency), Scene(app, agency)
    assert agency.name in client.get("/").text
    change_agency(scene, name="Pemerintah Kabupaten Baru")
    assert soon(client, 2.2, lambda answer: "Pemerintah Kabupaten Baru" in answer.text)
    change_agency(scene, status=AgencyStatus.SUSPENDED)
    assert soon(client, 2.2, lambda answer: answer.status_code == 403)
    change_agency(scene, status=AgencyStatus.ACTIVE)
    assert client.get("/").status_code == 200, "what is no page to keep was not kept"


def change_agency(scene: Scene, **values: Any) -> None:
    from sp4n.db import db
    from sp4n.tenants.edge import edge
    from sp4n.tenants.everyone import NATIONAL
    from sp4n.tenants.models import Agency

    with scene.app.app_context(), edge(NATIONAL):
        row = db.session.get_one(Agency, scene.agency.id)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_page_that_is_not_kept_takes_one_statement(app: Flask, agency: AgencyFacts) -> None:
    """Whose site it is, is known for two seconds."""
    host = {"HTTP_HOST": f"{agency.slug}.localhost:8000"}
    browser = app.test_client()
    app.extensions["sp4n.agencies"].forget()
    for path in ("/", "/laporan"):
        browser.get(path, environ_overrides=host)
        with statements() as sent:
            assert browser.get(path, environ_overrides=host).status_code == 200
        assert len(sent) == 1, sent


def test_what_is_known_of_an_agency_is_forgotten_within_two_seconds(app: Flask) -> None:
    agency = make_agency(app)
    host = {"HTTP_HOST": f"{agency.slug}.localhost:8000"}
    browser = app.test_client()
    assert agency.name in browser.get("/", environ_overrides=host).text
    change_agency(Scene(app, agency), name="Pemerintah Kabupaten Lain")
    until = time.monotonic() + 2.5
    while "Pemerintah Kabupaten Lain" not in browser.get("/", environ_overrides=host).text:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_agency_that_there_was_not_is_there_at_once(app: Flask) -> None:
    browser, host = app.test_client(), {"HTTP_HOST": "barusajakab.localhost:8000"}
    assert browser.get("/", environ_overrides=host).status_code == 404
    make_agency(app, slug="barusajakab")
    assert browser.get("/", environ_overrides=host).status_code == 200
