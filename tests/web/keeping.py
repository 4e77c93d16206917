"""A house that keeps pages: what it holds, and other browsers at the same sites."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.datastructures import Headers

from sp4n.tenants.resolver import AgencyFacts
from sp4n.web.kept import KeptPages
from sp4n.web.request_log import HEADER
from tests.factories import ClientFor, SiteClient


def pages_of(app: Flask) -> KeptPages:
    found: Any = app.wsgi_app
    while not isinstance(found, KeptPages):
        found = found.app
    return found


def another(keeping: ClientFor, agency: AgencyFacts | None = None) -> SiteClient:
    """A browser that nothing is known of; `keeping(…)` begins with no page kept."""
    return ClientFor(keeping.app)(agency)


def without_number(headers: Headers) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in headers if name != HEADER)
