"""Whole pages that are the same for everyone, kept in this process's memory for a moment.

A page is made from its key and from nothing else of the request: what is no part of the key is
taken off before the application sees it. So no header that somebody sends along can get into a page
that others are shown, and one agency's page cannot stand under another's key: docs/decisions/0009.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from cachetools import TLRUCache
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_date, parse_etags
from werkzeug.wrappers import Response

from sp4n.web.everyones import FOR_EVERYONE, TO_BE_KEPT, coding_for, is_marked, language_alone
from sp4n.web.language import COOKIE
from sp4n.web.request_log import ENDPOINT, ID, SITE
from sp4n.web.sites import NOBODY, Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

MOST_BYTES = 16 * 1024 * 1024
HEADERS_WEIGH = 3000  # bytes, of headers, key and all, at most
LONGEST_QUERY = 300
PATIENCE_SECONDS = 5.0
KNOWN_ARGUMENTS = {"q", "jenis", "provinsi", "topik", "hal", "sebelum", "lang", "v"} | {
    "status",
    "instansi",
    "sejak",
    "urut",
}
# Of the server, not of whoever asks.
SERVERS_OWN = {"SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "wsgi.version", "wsgi.errors"} | {
    "wsgi.multithread",
    "wsgi.multiprocess",
    "wsgi.run_once",
}
OF_A_BODY = ("Content-Type", "Content-Length", "Content-Encoding")


class Key(NamedTuple):
    """All that a kept page may depend on. The site is part of it, and so is the host as it came:
    links are written in the form that their reader came by."""

    site: Site
    scheme: str
    host: str
    script: str
    path: str
    query: str
    language: str
    coding: str


@dataclass(frozen=True)
class KeptPage:
    """`made_at`: when its making began: what it shows is not older."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    notes: dict[str, Any]
    made_at: float

    @property
    def headers_alone(self) -> list[tuple[str, str]]:
        """Of an answer that says: what you have is still right."""
        return [(name, value) for name, value in self.headers if name not in OF_A_BODY]


def key_of(environ: dict[str, Any]) -> Key | None:
    """None: whoever asks may be somebody, or asks for more than a page."""
    language = language_alone(environ.get("HTTP_COOKIE", ""))
    site = environ.get("sp4n.site", NOBODY)
    query = environ.get("QUERY_STRING", "")
    if language is None or site is NOBODY or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    if query and not is_known(query):
        return None
    return Key(
        site,
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        environ.get("SCRIPT_NAME", ""),
        environ.get("PATH_INFO", ""),
        query,
        language,
        coding_for(environ.get("HTTP_ACCEPT_ENCODING", "")),
    )


def is_known(query: str) -> bool:
    """Whether each argument is one of our pages' own."""
    names = {part.partition("=")[0] for part in query.split("&")}
    return len(query) <= LONGEST_QUERY and names <= KNOWN_ARGUMENTS


def environ_of(key: Key, environ: dict[str, Any]) -> dict[str, Any]:
    """A request that says what the key says, and no more."""
    return {name: environ[name] for name in SERVERS_OWN if name in environ} | {
        "REQUEST_METHOD": "GET",
        "wsgi.url_scheme": key.scheme,
        "wsgi.input": BytesIO(),
        "HTTP_HOST": key.host,
        "SCRIPT_NAME": key.script,
        "PATH_INFO": key.path,
        "QUERY_STRING": key.query,
        "HTTP_ACCEPT_ENCODING": key.coding,
        "HTTP_COOKIE": f"{COOKIE}={key.language}" if key.language else "",
        "sp4n.site": key.site,
        TO_BE_KEPT: True,
        ID: environ.get(ID),
    }


class KeptPages:
    def __init__(self, flask: Flask, app: WSGIApplication, seconds: float) -> None:
        self.flask = flask
        self.app = app
        self.pages: TLRUCache[Key, KeptPage] = TLRUCache(
            MOST_BYTES, lambda _key, page, _now: page.made_at + seconds, getsizeof=weight
        )
        self.being_made: dict[Key, Event] = {}
        self.lock = Lock()

    def __call__(self, environ: dict[str, Any], start: StartResponse, /) -> Iterable[bytes]:
        key = key_of(environ)
        page = self._kept(key) if key else None
        if page is not None:
            return answer(page, environ, start)
        if key is None or not self._may_be_kept(environ):
            return self.app(environ, start)
        return self._made_or_awaited(key, environ, start)

    def _kept(self, key: Key) -> KeptPage | None:
        with self.lock:
            return self.pages.get(key)

    def _may_be_kept(self, environ: dict[str, Any]) -> bool:
        adapter = self.flask.create_url_adapter(self.flask.request_class(environ))
        try:
            return adapter is not None and is_marked(self.flask, adapter.match()[0])
        except HTTPException:
            return False

    def _made_or_awaited(
        self, key: Key, environ: dict[str, Any], start: StartResponse
    ) -> Iterable[bytes]:
        """One thread makes the page, others who ask for it wait. What turned out to be no page to
        keep (an agency that is suspended), they make each for themselves."""
        with self.lock:
            is_first = key not in self.being_made
            done = self.being_made.setdefault(key, Event())
        if not is_first:
            done.wait(PATIENCE_SECONDS)
            page = self._kept(key)
            return answer(page, environ, start) if page else self.app(environ, start)
        try:
            return self._made(key, environ, start)
        finally:
            with self.lock:
                del self.being_made[key]
            done.set()

    def _made(self, key: Key, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        began = time.monotonic()
        bare = environ_of(key, environ)
        status, headers, body = whole_answer(self.app, bare)
        notes = {name: bare[name] for name in (ENDPOINT, SITE) if name in bare}
        environ.update(notes)
        if not is_to_be_kept(status, headers, bare):
            start(status, headers.to_wsgi_list())
            return (body,) if environ["REQUEST_METHOD"] == "GET" else ()
        page = KeptPage(body, tuple(headers.to_wsgi_list()), headers["ETag"], notes, began)
        with self.lock:
            self.pages[key] = page
        return answer(page, environ, start)


def whole_answer(app: WSGIApplication, environ: dict[str, Any]) -> tuple[str, Headers, bytes]:
    """What the application answers, and in `environ` what it noted on the way."""
    started: list[tuple[str, Headers]] = []

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        started.append((status, Headers(headers)))

    answer = Response(app(environ, start))
    try:
        return *started[-1], answer.get_data()
    finally:
        answer.close()


def weight(page: KeptPage) -> int:
    return len(page.body) + HEADERS_WEIGH


def is_to_be_kept(status: str, headers: Headers, environ: dict[str, Any]) -> bool:
    """Said by who made it, and nothing in it says otherwise."""
    control = headers.get("Cache-Control", "")
    return (
        environ.get(FOR_EVERYONE) is True
        and status.startswith("200 ")
        and "Set-Cookie" not in headers
        and not any(word in control for word in ("no-store", "private"))
    )


def answer(page: KeptPage, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
    environ.update(page.notes)
    known = environ.get("HTTP_IF_NONE_MATCH")
    same = known and (known == page.etag or parse_etags(known).contains_raw(page.etag))
    if same or (not known and is_older(page, environ.get("HTTP_IF_MODIFIED_SINCE"))):
        start("304 NOT MODIFIED", page.headers_alone)
        return ()
    start("200 OK", list(page.headers))
    return (page.body,) if environ["REQUEST_METHOD"] == "GET" else ()


def is_older(page: KeptPage, since: str | None) -> bool:
    """Than what somebody has; False for a page that does not say how old it is."""
    changed = dict(page.headers).get("Last-Modified")
    at, had = parse_date(changed), parse_date(since)
    return at is not None and had is not None and at <= had
