"""Plain functions that make what a test needs, each committed; slugs and mails never collide."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from sp4n.db import db
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from sp4n.tenants.register.queries import forget_register
from sp4n.tenants.resolver import AgencyFacts, agency_by_id

counter = itertools.count(1)


class Inside:
    """Opens an agency's scope, and commits at its end."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    @contextmanager
    def __call__(self, agency: AgencyFacts | int) -> Iterator[Session]:
        agency_id = agency if isinstance(agency, int) else agency.id
        with self.app.app_context(), agency_edge(agency_id):
            yield db.session()


class SiteClient(FlaskClient):
    """Opens paths of one site; whole addresses as they are."""

    site_url = "http://localhost:8000"

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if args and isinstance(args[0], str) and args[0].startswith("/"):
            kwargs.setdefault("base_url", self.site_url)
        # What a test has just changed is seen at once.
        self.application.extensions["sp4n.agencies"].forget()
        forget_register()
        return super().open(*args, **kwargs)


class ClientFor:
    """A test client whose addresses are those of one site."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, agency: AgencyFacts | str | None) -> SiteClient:
        slug = agency.slug if isinstance(agency, AgencyFacts) else agency
        client = SiteClient(self.app, self.app.response_class)
        client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
        client.site_url = f"http://{slug}.localhost:8000" if slug else SiteClient.site_url
        return client


def make_agency(app: Flask, **over: Any) -> AgencyFacts:
    number = next(counter)
    values: dict[str, Any] = {
        "slug": f"instansi{number}kab",
        "kind": "kabupaten",
        "name": f"Pemerintah Kabupaten Uji {number}",
        "short_name": f"Pemkab Uji {number}",
        "time_zone": "Asia/Makassar",
        "colour": "#0b6b5c",
        "search_text": f"pemerintah kabupaten uji {number} pemkab instansi{number}kab",
        **over,
    }
    with app.app_context(), edge(NATIONAL):
        row = Agency(**values)
        db.session.add(row)
        db.session.flush()
        facts = agency_by_id(row.id)
    assert facts is not None
    return facts
