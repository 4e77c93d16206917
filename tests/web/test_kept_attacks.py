"""Kept pages: nobody is shown what is another's, whatever somebody sends before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, flash
from werkzeug.datastructures import Headers

from sp4n.app import create_app
from sp4n.cases.models import CaseRecord
from sp4n.config import Settings
from sp4n.db import db
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import ScopeError
from sp4n.web.everyones import FOR_EVERYONE
from sp4n.web.kept import is_to_be_kept
from tests.factories import ClientFor
from tests.scenes import Scene
from tests.web.keeping import another, pages_of, without_number
from tests.web.test_query_counts import statements

CANARY = "kenari7asing"


@pytest.fixture
def scene(keeper: Flask, agency: AgencyFacts) -> Scene:
    scene = Scene(keeper, agency)
    scene.verify(scene.filed())
    return scene


def test_two_agencies_never_share_a_page(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts, other_agency: AgencyFacts
) -> None:
    """However the host is written, and whichever agency was asked for first."""
    mine, theirs = agency.slug, other_agency.slug
    for path in ("/", "/laporan"):
        for slug, name, others in (
            (mine, agency.name, other_agency.name),
            (theirs, other_agency.name, agency.name),
        ):
            for host in (
                f"{slug}.localhost:8000",
                f"{slug}.localhost",
                f"{slug.upper()}.LOCALHOST:1",
            ):
                answer = at(keeper, host, path)
                assert (answer.status_code, name in answer.text) == (200, True)
                assert others not in answer.text
            answer = at(keeper, "localhost:8000", f"/i/{slug}{path}")
            assert name in answer.text
            assert others not in answer.text
            assert f'href="/i/{slug}/lacak"' in answer.text


def at(app: Flask, host: str, path: str = "/", **headers: str) -> Any:
    client = ClientFor(app)(None)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, environ_overrides={"HTTP_HOST": host}, headers=sent)


@pytest.mark.parametrize(
    "host", ["tidak-ada.localhost", "localhost.", "a.b.localhost", "x y", "localhost:8000\\@x", ""]
)
def test_a_host_that_is_nobodys_is_shown_no_kept_page(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts, host: str
) -> None:
    assert keeping(agency).get("/").status_code == 200
    assert at(keeper, host).status_code in (308, 404) or host == ""
    assert agency.name not in at(keeper, host).text


POISONS = {
    "X_Forwarded_Host": f"{CANARY}.example",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Port": "1234",
    "X_Forwarded_Prefix": f"/{CANARY}",
    "X_Forwarded_For": "203.0.113.9",
    "X_Host": f"{CANARY}.example",
    "X_Original_URL": f"/{CANARY}",
    "X_Rewrite_URL": f"/{CANARY}",
    "X_HTTP_Method_Override": "POST",
    "Forwarded": f"host={CANARY}.example;proto=https",
    "Accept_Language": "en",
    "Accept": f"text/{CANARY}",
    "Origin": f"https://{CANARY}.example",
    "Referer": f"https://{CANARY}.example/",
    "User_Agent": CANARY,
    "Authorization": f"Bearer {CANARY}",
    "X_Request_ID": f"{CANARY}0",
    "Range": "bytes=0-9",
    "If_None_Match": "*",
    "If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT",
    "Content_Type": "application/x-www-form-urlencoded",
    "Connection": "close",
}


@pytest.mark.parametrize("name", sorted(POISONS))
def test_no_header_gets_into_a_page_that_others_are_shown(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts, client_for: ClientFor, name: str
) -> None:
    clean = client_for(agency).get("/laporan")
    host = f"{agency.slug}.localhost:8000"
    at(keeper, host, "/laporan", **{name: POISONS[name]})
    after = another(keeping, agency).get("/laporan")
    assert (after.status_code, after.data) == (200, clean.data)
    assert without_number(after.headers) == without_number(clean.headers)
    assert len(pages_of(keeper).pages) == 1, "one page for all of them"


def test_a_proxys_scheme_is_part_of_the_key(settings: Settings, agency: AgencyFacts) -> None:
    house = create_app(replace(settings, kept_seconds=60, trusted_proxies=1))
    for scheme in ("https", "http"):
        answer = at(house, f"{agency.slug}.localhost", "/?lang=en", X_Forwarded_Proto=scheme)
        assert ("Secure" in answer.headers["Set-Cookie"]) == (scheme == "https")
    for scheme in ("https", "http"):
        at(house, f"{agency.slug}.localhost", "/", X_Forwarded_Proto=scheme)
    assert {key.scheme for key in pages_of(house).pages} == {"http", "https"}


def test_a_body_sent_with_a_get_changes_nothing(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts
) -> None:
    poisoned = keeping(agency).get("/laporan", data={"q": CANARY, "lang": "en"})
    assert CANARY not in poisoned.text
    assert CANARY not in another(keeping, agency).get("/laporan").text


@pytest.mark.parametrize(
    "query",
    [
        f"x={CANARY}",
        f"q=a&x={CANARY}",
        f"%71={CANARY}",
        f"q=a;x={CANARY}",
        f"hal=1&&={CANARY}",
        f"q={CANARY * 40}",
    ],
)
def test_an_address_with_more_than_our_own_words_is_not_kept(
    keeper: Flask, keeping: ClientFor, query: str
) -> None:
    keeping(None).get(f"/?{query}")
    kept = [key for key in pages_of(keeper).pages if key.query != query]
    assert kept == []
    assert CANARY not in another(keeping).get("/").text
    if not query.startswith("q=a;"):
        assert query not in {key.query for key in pages_of(keeper).pages}


def test_words_that_were_searched_are_shown_to_who_searched_them(
    keeping: ClientFor, agency: AgencyFacts
) -> None:
    assert CANARY in keeping(agency).get(f"/laporan?q={CANARY}").text
    for path in ("/laporan", "/laporan?q=", "/laporan?q=lain"):
        assert CANARY not in another(keeping, agency).get(path).text


def test_a_language_is_nobody_elses(keeping: ClientFor, agency: AgencyFacts) -> None:
    english = keeping(agency)
    answer = english.get("/?lang=en")
    assert "Set-Cookie" in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert '<html lang="en">' in english.get("/").text
    assert '<html lang="id">' in another(keeping, agency).get("/").text
    assert '<html lang="en">' in english.get("/").text
    again = another(keeping, agency).get("/?lang=en")
    assert "Set-Cookie" in again.headers, "an answer that sets a cookie is made for each"


def test_who_is_signed_in_neither_fills_nor_is_shown_a_kept_page(
    keeper: Flask, keeping: ClientFor, scene: Scene
) -> None:
    staff = scene.desk().client
    pages_of(keeper).pages.clear()
    for path in ("/", "/laporan"):
        answer = staff.get(path)
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert len(pages_of(keeper).pages) == 0
    another(keeping, scene.agency).get("/")
    with statements() as sent:
        staff.get("/")
    assert sent


def test_a_message_is_shown_once_and_to_one(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that flashes has a session, and that is a cookie."""

    def flashing() -> str:
        flash(CANARY)
        return "<p>page</p>"

    flashing.is_for_everyone = True  # type: ignore[attr-defined]
    monkeypatch.setitem(keeper.view_functions, "portal.front", flashing)
    assert "Set-Cookie" in keeping(agency).get("/").headers
    assert len(pages_of(keeper).pages) == 0


@pytest.mark.parametrize("first", ["GET", "HEAD"])
def test_head_and_get_are_the_same_page(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts, first: str
) -> None:
    client = keeping(agency)
    client.open("/", method=first)
    with statements() as sent:
        head, whole = client.head("/"), client.get("/")
    assert sent == []
    assert (head.status_code, head.data) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(whole.data) > 1000
    assert without_number(head.headers) == without_number(whole.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"])
def test_other_methods_never_meet_a_kept_page(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts, method: str
) -> None:
    whole = keeping(agency).get("/")
    answer = another(keeping, agency).open("/", environ_overrides={"REQUEST_METHOD": method})
    assert answer.data != whole.data
    assert len(pages_of(keeper).pages) == 1


def test_codings_are_kept_apart(keeping: ClientFor, agency: AgencyFacts) -> None:
    for coding in ("br", "", "gzip", "br", "identity", "gzip"):
        answer = another(keeping, agency).get("/", headers={"Accept-Encoding": coding})
        expected = coding if coding in ("br", "gzip") else None
        assert answer.headers.get("Content-Encoding") == expected
        assert (b"<!DOCTYPE html>" in answer.data) == (expected is None)


def test_what_somebody_has_already_is_said_from_memory(
    keeping: ClientFor, agency: AgencyFacts
) -> None:
    client = keeping(agency)
    etag = client.get("/").headers["ETag"]
    for known in (etag, f'"a", {etag}', etag.removeprefix("W/"), "*"):
        with statements() as sent:
            answer = client.get("/", headers={"If-None-Match": known})
        assert (answer.status_code, answer.data, sent) == (304, b"", [])
        assert answer.headers["ETag"] == etag
        assert "Content-Length" not in answer.headers
        assert {"Cookie", "Accept-Encoding"} <= set(answer.vary)


@pytest.mark.parametrize("path", ["/lacak", "/masuk", "/tidak-ada", "/laporan/KP7-4XM-9R3T"])
def test_other_pages_are_not_kept(
    keeper: Flask, keeping: ClientFor, agency: AgencyFacts, path: str
) -> None:
    for _time in range(2):
        answer = another(keeping, agency).get(path)
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert len(pages_of(keeper).pages) == 0


@pytest.mark.parametrize(
    ("status", "headers", "marked", "kept"),
    [
        ("200 OK", {"Cache-Control": "no-cache"}, True, True),
        ("200 OK", {"Cache-Control": "public, max-age=60"}, True, True),
        ("200 OK", {"Cache-Control": "no-cache"}, False, False),
        ("200 OK", {"Cache-Control": "no-cache", "Set-Cookie": "a=b"}, True, False),
        ("200 OK", {"Cache-Control": "private"}, True, False),
        ("200 OK", {"Cache-Control": "no-cache, no-store"}, True, False),
        ("404 NOT FOUND", {"Cache-Control": "no-cache"}, True, False),
        ("206 PARTIAL CONTENT", {"Cache-Control": "no-cache"}, True, False),
    ],
)
def test_what_is_kept(status: str, headers: dict[str, str], marked: bool, kept: bool) -> None:
    environ = {FOR_EVERYONE: True} if marked else {}
    assert is_to_be_kept(status, Headers(headers), environ) is kept


def test_without_the_setting_no_page_is_kept(client_for: ClientFor, agency: AgencyFacts) -> None:
    client_for(agency).get("/")
    with statements() as sent:
        client_for(agency).get("/")
    assert sent


def test_a_page_for_everyone_can_read_no_agencys_own_row(
    keeper: Flask, keeping: ClientFor, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever its view asks for: the database shows it nothing, and the session refuses."""

    def nosy() -> str:
        rows = db.session.scalar(sa.text("SELECT count(*) FROM case_record"))
        with pytest.raises(ScopeError):
            db.session.scalars(sa.select(CaseRecord)).all()
        return f"rows={rows}"

    nosy.is_for_everyone = True  # type: ignore[attr-defined]
    monkeypatch.setitem(keeper.view_functions, "portal.front", nosy)
    assert keeping(scene.agency).get("/").text == "rows=0"
    monkeypatch.setitem(
        keeper.view_functions,
        "portal.front",
        lambda: str(db.session.scalar(sa.text("SELECT count(*) FROM case_record"))),
    )
    pages_of(keeper).pages.clear()
    assert int(another(keeping, scene.agency).get("/").text) == 1
