"""Whose site it is, is said by the host or the path, and by nothing else; and what one browser
holds is worth nothing at another site."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from sp4n.app import create_app
from sp4n.config import Settings, settings_to_environ
from sp4n.web.session import SiteSessions
from sp4n.web.sites import Site
from tests.attacks import intruding
from tests.attacks.impersonating import doorways, stolen_sessions
from tests.attacks.planting import Nationals, Planted
from tests.attacks.visiting import anonymous, coordinator, reporter, staff
from tests.factories import ClientFor


def page(app: Flask, host: str, path: str = "/", **headers: str) -> Any:
    """What is answered to this very Host, as text after its status."""
    client = ClientFor(app)(None)
    return client.get(path, environ_overrides={"HTTP_HOST": host}, headers=headers)


def shows(answer: Any, planted: Planted) -> bool:
    return planted.agency.name in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "host", ["{slug}.LOCALHOST:8000", "{SLUG}.localhost", "{slug}.localhost:1"]
)
def test_case_and_port_make_no_other_site(app: Flask, mine: Planted, host: str) -> None:
    slug = mine.agency.slug
    asked = host.format(slug=slug, SLUG=slug.upper())
    answer = page(app, asked)
    assert answer.status_code == 200
    assert shows(answer, mine)
    assert asked not in answer.get_data(as_text=True), "addresses come from the agency's row"


@pytest.mark.parametrize(
    "host",
    [
        "{slug}.localhost.",
        "localhost.",
        ".localhost",
        "www.{slug}.localhost",
        "{slug}.localhost.evil.test",
        "{slug}.localhost@evil.test",
        "{slug}.localhost:abc",
        "{slug}.localhost\\evil.test",
        "{slug}_.localhost",
        "{slug}.localhost, evil.test",
        "{slug}",
        "evil.test",
        "ï{slug}.localhost",
        "x" * 300,
        " ",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/masuk", "/desk/", "/nasional/", "/laporan"])
def test_a_host_that_is_nobodys_gets_the_page_of_nobody(
    app: Flask, mine: Planted, host: str, path: str
) -> None:
    answer = page(app, host.format(slug=mine.agency.slug), path)
    assert answer.status_code == 404
    assert not shows(answer, mine)


@pytest.mark.parametrize(
    "path",
    [
        "/i/{SLUG}/",
        "/i//{slug}/",
        "/i/{slug}%2f..%2f{other}/",
        "/i/{slug}/i/{other}/",
        "/i/{slug}/../{other}/",
        "/i/.{slug}/",
        "/I/{slug}/",
        "/i/{slug}/readyz",
        "/i/{slug}/metrics",
        "/i/{slug}/static/app.css",
        "/i/-/",
        "/i/{slug}/nasional/",
    ],
)
def test_a_path_that_is_almost_an_agencys_is_not_there(
    app: Flask, mine: Planted, theirs: Planted, path: str
) -> None:
    slug, other = mine.agency.slug, theirs.agency.slug
    answer = page(app, "localhost:8000", path.format(slug=slug, SLUG=slug.upper(), other=other))
    assert answer.status_code == 404
    assert not shows(answer, theirs)


@pytest.mark.parametrize("trusted", [0, 1])
def test_no_header_moves_a_request_to_another_site(
    app: Flask, settings: Settings, mine: Planted, theirs: Planted, trusted: int
) -> None:
    """Behind a proxy, too, which is trusted with the caller's address and scheme only."""
    behind = create_app(replace(settings, trusted_proxies=1)) if trusted else app
    host, other = f"{mine.agency.slug}.localhost:8000", f"{theirs.agency.slug}.localhost:8000"
    said = page(
        behind,
        host,
        **{
            "X-Forwarded-Host": other,
            "X-Forwarded-Server": other,
            "X-Forwarded-Prefix": f"/i/{theirs.agency.slug}",
            "X-Forwarded-Port": "1",
            "Forwarded": f"host={other}",
            "X-Host": other,
            "X-Original-URL": "/desk/",
            "X-Rewrite-URL": "/desk/",
            "X-Script-Name": f"/i/{theirs.agency.slug}",
            "X-Http-Method-Override": "POST",
        },
    )
    assert said.status_code == 200
    assert shows(said, mine)
    assert theirs.agency.slug not in said.get_data(as_text=True) + str(said.headers)


def test_a_domain_of_ones_own_counts_only_when_it_is_verified(
    app: Flask, mine: Planted, theirs: Planted, superuser: sa.Connection
) -> None:
    add = sa.text(
        "INSERT INTO agency_domain (agency_id, domain, verified_at) VALUES (:agency, :domain, :at)"
    )
    now = datetime.now(UTC)
    for planted, domain, at in (
        (mine, "lapor.merah.example", now),
        (theirs, "lapor.biru.example", None),
    ):
        superuser.execute(add, {"agency": planted.agency.id, "domain": domain, "at": at})
    own = page(app, "lapor.merah.example")
    assert (own.status_code, shows(own, mine)) == (200, True)
    assert page(app, "lapor.biru.example").status_code == 404
    assert page(app, "x.lapor.merah.example").status_code == 404
    assert page(app, "lapor.merah.example", "/i/" + theirs.agency.slug + "/").status_code == 404


def test_no_agency_can_bear_the_name_of_the_national_site() -> None:
    names = [Site("agency", slug=name).name for name in ("national", "agency", "nobody")]
    assert Site("national").name not in names


def test_a_session_of_one_site_is_nothing_at_another(
    app: Flask, mine: Planted, theirs: Planted
) -> None:
    assert list(stolen_sessions(app, mine, theirs)) == []


def test_the_alarm_sounds_when_sessions_do_not_ask_for_their_site(
    app: Flask, mine: Planted, theirs: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    class AnySite(SiteSessions):
        open_session = SecureCookieSessionInterface.open_session

    monkeypatch.setattr(app, "session_interface", AnySite())
    breaches = list(stolen_sessions(app, mine, theirs))
    assert any("another site's token" in breach for breach in breaches)
    assert any("cases are looked for here" in breach for breach in breaches)


def test_a_link_of_one_agency_opens_nothing_at_another_in_either_form(
    app: Flask, mine: Planted, theirs: Planted
) -> None:
    for way in doorways(mine):
        client = way.browser(app, "")
        client.get(f"{way.prefix}/atur-sandi/{theirs.link}")
        answer = client.get(f"{way.prefix}/atur-sandi")
        assert answer.status_code == 404
        assert theirs.word not in answer.get_data(as_text=True)


def test_a_form_key_of_one_agency_finds_no_draft_at_another(
    app: Flask, mine: Planted, theirs: Planted
) -> None:
    visitor = anonymous(app, mine)
    for path in ("/lapor/isi", "/lapor/periksa"):
        said = visitor.ask(path, {"form_key": theirs.form_key})
        nobodys = visitor.ask(path, {"form_key": "x" * 32})
        assert said.trail == nobodys.trail
        assert list(intruding.leaking(path, said, theirs)) == []
    at_home = anonymous(app, theirs).ask("/lapor/jenis", {"form_key": theirs.form_key})
    assert at_home.status < 500


def test_of_another_agencys_case_the_tracking_page_tells_whose_it_is_and_no_more(
    app: Flask, mine: Planted, theirs: Planted
) -> None:
    visitor, case = anonymous(app, mine), theirs.cases["proses"]
    form = {"reference": case.reference, "access_code": case.access_code}
    said = visitor.ask("/lacak", form)
    wrong = visitor.ask("/lacak", {**form, "access_code": mine.cases["proses"].access_code})
    assert said.status == 422
    assert theirs.agency.name in said.text
    assert list(intruding.leaking("/lacak", said, theirs)) == []
    codes = (case.access_code, mine.cases["proses"].access_code)
    assert said.about_nothing("-", codes) == wrong.about_nothing("-", codes)
    assert visitor.ask(f"/lacak/{case.reference}").trail == (302, 200)


@pytest.mark.parametrize(
    "path", ["/desk/x", "/laporan/x", "/i/tiadakab/", "/lapor/x", "/nasional/x"]
)
def test_error_pages_hold_nothing_of_anybodys_agency(
    app: Flask, mine: Planted, theirs: Planted, nationals: Nationals, path: str
) -> None:
    for visitor in (
        staff(app, mine, "admin"),
        reporter(app, mine),
        coordinator(app, nationals, role="super_admin"),
    ):
        for said in (visitor.ask(path), visitor.ask(path, {"title": "x"})):
            assert said.status in (404, 405)
            assert theirs.word not in said.text
            assert mine.word not in said.text.replace(f"{mine.word}petugasadmin", "")


def test_readiness_tells_nothing_of_agencies(app: Flask, mine: Planted) -> None:
    for host in (f"{mine.agency.slug}.localhost:8000", "localhost:8000", "evil.test"):
        answer = page(app, host, "/readyz")
        assert answer.status_code in (200, 503)
        assert set(answer.json) == {"status", "checks"}
        assert all(type(value) is bool for value in answer.json["checks"].values())


@pytest.fixture(scope="module")
def port(settings: Settings) -> Iterator[int]:
    """The web server itself, as `sp4n web` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    chosen = settings_to_environ(replace(settings, port=number, web_workers=1))
    process = subprocess.Popen(
        [sys.executable, "-m", "sp4n.cli", "web"], env={**os.environ, **chosen}
    )
    try:
        for _ in range(300):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", number)) == 0:
                    break
            time.sleep(0.1)
        yield number
    finally:
        process.terminate()
        process.wait(20)


def said_to(port: int, request: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        answer = b""
        while block := connection.recv(65536):
            answer += block
    return answer.decode("utf-8", "replace")


def test_the_request_line_and_a_second_host_move_nobody(
    port: int, mine: Planted, theirs: Planted
) -> None:
    """On the wire, where the server's own reading of a request counts."""
    me = f"{mine.agency.slug}.localhost:8000"
    them = f"{theirs.agency.slug}.localhost:8000"
    end = "\nConnection: close"
    plain = said_to(port, f"GET / HTTP/1.1\nHost: {me}{end}")
    assert plain.startswith("HTTP/1.1 200")
    assert mine.agency.name in plain
    for request in (
        f"GET http://{them}/ HTTP/1.1\nHost: {me}{end}",
        f"GET / HTTP/1.1\nHost: {me}\nX-Forwarded-Host: {them}{end}",
        f"GET http://{them}/desk/ HTTP/1.1\nHost: {me}{end}",
        f"GET / HTTP/1.1\nHost: {me}\nHost: {them}{end}",
        f"GET / HTTP/1.1\nHost : {them}{end}",
        f"GET / HTTP/1.0{end}",
    ):
        answer = said_to(port, request)
        assert theirs.agency.name not in answer, request
        assert theirs.agency.slug not in answer.partition("\r\n\r\n")[0], request
