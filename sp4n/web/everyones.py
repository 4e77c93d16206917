"""Answers that are the same for everyone: marked where they are made, told apart by an ETag, and
compressed.

No other answer is compressed. Where a secret (a form's token, a case) stands in one page with words
that somebody else chose (a part of the address, say), the length of the compressed page tells the
secret bit by bit (BREACH); so whoever brings a cookie beside that of the language gets pages whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

from cachetools import LRUCache
from flask import Flask, Request, Response, g, request
from flask_compress import Compress
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from sp4n.web.language import COOKIE, LANGUAGES

View = TypeVar("View", bound=Callable[..., Any])

NO_ONES_COOKIES = re.compile(rf"(?:{COOKIE}=({'|'.join(LANGUAGES)}))?")
CODINGS = ("br", "gzip")
# Asked again each time, and answered with 304 while it is the same.
ASKED_AGAIN = "no-cache"
FOR_ONE = "private, no-store"
FOR_EVERYONE, TO_BE_KEPT = "sp4n.for_everyone", "sp4n.to_be_kept"
CONDITIONS = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"} | {
    "HTTP_IF_MODIFIED_SINCE"
}
MOST_KEPT = 8 * 1024 * 1024


def for_everyone(view: View) -> View:
    """Marks a view whose page depends on its address and the language alone."""
    view.is_for_everyone = True  # type: ignore[attr-defined]
    return view


def is_marked(app: Flask, endpoint: str | None) -> bool:
    view = app.view_functions.get(endpoint or "")
    return getattr(view, "is_for_everyone", False)


def language_alone(cookies: str) -> str | None:
    """What the header `Cookie` says of the language, "" where nothing; None where there is a cookie
    that could say who asks."""
    found = NO_ONES_COOKIES.fullmatch(cookies)
    return None if found is None else found[1] or ""


@lru_cache(maxsize=256)
def coding_for(accept_encoding: str) -> str:
    """The one of CODINGS that is liked best, or "" for none."""
    return parse_accept_header(accept_encoding, Accept).best_match(CODINGS, "")


class Compressed:
    """What was compressed before, by coding and ETag: a page made anew is mostly the same."""

    def __init__(self) -> None:
        self._kept: LRUCache[str, bytes] = LRUCache(MOST_KEPT, getsizeof=len)
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            return self._kept.get(key)

    def set(self, key: str, value: bytes) -> None:
        with self._lock:
            if len(value) <= self._kept.maxsize:
                self._kept[key] = value


def init_app(app: Flask) -> None:
    """After `headers`, so that this runs before its headers for what nobody marked."""
    app.config["COMPRESS_REGISTER"] = False
    app.config["COMPRESS_ALGORITHM"] = list(CODINGS)
    app.config["COMPRESS_BR_LEVEL"] = 5
    app.config["COMPRESS_EVALUATE_CONDITIONAL_REQUEST"] = False
    app.config["COMPRESS_CACHE_BACKEND"] = Compressed
    app.config["COMPRESS_CACHE_KEY"] = _content_of
    compress = Compress()
    compress.init_app(app)

    @app.after_request
    def finish(response: Response) -> Response:
        if "Set-Cookie" in response.headers:
            response.headers["Cache-Control"] = FOR_ONE
        elif response.status_code == 200 and _is_for_everyone(app, response):
            request.environ[FOR_EVERYONE] = True
            _label(response)
            return compress.after_request(response)
        return response


def _is_for_everyone(app: Flask, response: Response) -> bool:
    """What is public as such (a file, colours) is so whatever cookies come along."""
    if not is_marked(app, request.endpoint):
        return False
    return bool(response.cache_control.public) or (
        language_alone(request.headers.get("Cookie", "")) is not None
    )


def _label(response: Response) -> None:
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = ASKED_AGAIN
        response.vary.add("Cookie")
    response.add_etag(weak=True)
    g.content = response.headers["ETag"]
    if not CONDITIONS.isdisjoint(request.environ):
        response.make_conditional(request)
        response.headers.pop("Date", None)  # the server's, each time


def _content_of(_request: Request) -> str:
    etag: str = g.content
    return etag
