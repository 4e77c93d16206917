"""A number for every request, and one line in the log about each: what was asked of which page,
how it ended, how long it took. Never by whom, from where, or with what words.

No address is written: its path may hold a reference or a link for one use. The endpoint's name says
as much. What a visitor can choose freely (a method, a host's label, a path) is named only where the
house knows it.

Rooms where people report are quiet: a report without a name is kept without its minute, and a line
about the visit would tell it. Only what went wrong there is told.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request

from sp4n.web.sites import request_site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9-]{8,64}")
METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
# Many, and of no interest; /livez is asked every few seconds.
UNTOLD = {"static", "livez"}
UNKNOWN = "-"
FAULT = 500
ID, ENDPOINT, SITE = "sp4n.request_id", "sp4n.endpoint", "sp4n.site_name"
QUIET = "sp4n.quiet"


class Line(dict[str, object]):
    """What one line says: fields of their own in JSON, `name=value` in text."""

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in self.items())


def milliseconds_since(began: float) -> int:
    """`began` by `time.perf_counter()`."""
    return round((time.perf_counter() - began) * 1000)


def request_id() -> str:
    """The number of the request at hand, for the log and for a person to quote."""
    number: str = request.environ.get(ID, UNKNOWN)
    return number


def init_app(app: Flask, *, behind_proxy: bool, quiet_rooms: Collection[str]) -> None:
    """Called last of all that wraps the application: it numbers whatever answers."""

    @app.after_request
    def note(response: Response) -> Response:
        """For the line, which is written when the context of the request is gone."""
        request.environ[ENDPOINT] = request.endpoint or UNKNOWN
        request.environ[SITE] = _site_name()
        quiet = request.blueprint in quiet_rooms and g.get("agency") is not None
        request.environ[QUIET] = quiet
        return response

    app.wsgi_app = RequestLog(app.wsgi_app, behind_proxy=behind_proxy)  # type: ignore[assignment, method-assign]


def _site_name() -> str:
    if agency := g.get("agency"):
        return str(agency.slug)
    return "nasional" if request_site(request).kind == "national" else UNKNOWN


class RequestLog:
    """Around everything, so that what the house refuses at the gate has a number and a line too."""

    def __init__(self, app: Callable[..., Iterable[bytes]], *, behind_proxy: bool) -> None:
        self.app = app
        self.behind_proxy = behind_proxy

    def __call__(self, environ: dict[str, Any], start: StartResponse, /) -> Iterable[bytes]:
        began = time.perf_counter()
        number = environ[ID] = self._number(environ)
        statuses = [500]

        def start_numbered(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            statuses.append(int(status[:3]))
            return start(status, [*headers, (HEADER, number)], *rest)

        try:
            return self.app(environ, start_numbered)
        finally:
            if _is_told(environ, statuses[-1]):
                log.info(_line(environ, statuses[-1], milliseconds_since(began)))

    def _number(self, environ: dict[str, Any]) -> str:
        """A proxy's own where there is one: anybody else's could be a name, or forged."""
        brought = environ.get("HTTP_X_REQUEST_ID", "") if self.behind_proxy else ""
        return brought if WELL_FORMED.fullmatch(brought) else secrets.token_hex(8)


def _is_told(environ: dict[str, Any], status: int) -> bool:
    if environ.get(QUIET) and status < FAULT:
        return False
    return environ.get(ENDPOINT) not in UNTOLD


def _line(environ: dict[str, Any], status: int, milliseconds: int) -> Line:
    method = environ.get("REQUEST_METHOD", "")
    return Line(
        event="request",
        method=method if method in METHODS else UNKNOWN,
        endpoint=environ.get(ENDPOINT, UNKNOWN),
        status=status,
        ms=milliseconds,
        site=environ.get(SITE, UNKNOWN),
        request_id=environ[ID],
    )
