"""The house that filings are measured in: servers of its own, agencies of uneven weight, and forms
that are filled in and wait for the button that sends them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode

import psycopg
from flask import Flask
from flask.testing import FlaskClient

from bench.filing_clients import Post
from sp4n import clock
from sp4n.app import create_app
from sp4n.cases.drafts import form_key_hash, load_draft, new_form_key
from sp4n.config import Settings, load_settings, settings_to_environ
from sp4n.db import db
from sp4n.portal.filing_draft import HELD
from sp4n.runtime.embedded import EmbeddedServers, embedded_servers
from sp4n.runtime.migrations import upgrade
from sp4n.runtime.roles import libpq_url
from sp4n.runtime.supervisor import READY, ask_readyz
from sp4n.settings.operations import load_reference_data
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency

AGENCIES: Final = 12  # the n-th has a n-th of the first one's reports
ANSWERS: Final = {
    "classification": "pengaduan",
    "title": "Jalan berlubang di depan Pasar Beringkit",
    "description": "Lubang sedalam 20 cm di tengah jalan, di depan gerbang barat.\n" * 4,
    "occurred_on": "2026-11-20",
    "location": "Jalan Raya Mengwi, depan Pasar Beringkit",
    "category": "kesehatan",
    "reporter_name": "Siti Rahma",
    "reporter_email": "siti.rahma@contoh.id",
    "reporter_phone": "0812 3456 7890",
}
FIELD: Final = re.compile(r'name="(csrf_token|form_key)"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Place:
    """An agency, and its share of all reports."""

    id: int
    slug: str
    weight: int


@dataclass(frozen=True)
class House:
    app: Flask
    settings: Settings
    servers: EmbeddedServers
    places: tuple[Place, ...]

    @contextmanager
    def web(self) -> Iterator[None]:
        """The product's web server as `sp4n up` starts it, from ready to gone."""
        environ = {**os.environ, **settings_to_environ(self.settings)}
        with subprocess.Popen([sys.executable, "-m", "sp4n.cli", "web"], env=environ) as server:
            try:
                wait_until_ready(self.settings)
                yield
            finally:
                server.terminate()

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection[Any]]:
        url = self.servers.superuser_url.replace("/postgres?", "/sp4n?")
        with psycopg.connect(libpq_url(url), autocommit=True) as connection:
            yield connection

    def client(self, place: Place) -> FlaskClient:
        return self.app.test_client()

    def origin(self, place: Place) -> str:
        return f"http://{place.slug}.localhost:{self.settings.port}"

    def filings(self) -> int:
        with self.superuser() as connection:
            row = connection.execute(
                "SELECT count(*) FROM case_record c JOIN filing_key k "
                "ON (k.agency_id, k.case_id) = (c.agency_id, c.id)"
            ).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def house(port: int) -> Iterator[House]:
    """Migrated, with reference data and agencies; 2 web workers, as in production."""
    with TemporaryDirectory(prefix="sp4n-filing-") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o755)
        with embedded_servers(data_dir) as servers:
            upgrade(servers.database_url)
            environ = {"DATA_DIR": folder, "SP4N_DEMO": "0", "PORT": str(port)}
            settings = load_settings({**servers.environ(), **environ, "SP4N_WEB_WORKERS": "2"})
            settings = replace(settings, database_url=None)
            app = create_app(settings)
            yield House(app, settings, servers, make_places(app))


def make_places(app: Flask) -> tuple[Place, ...]:
    with app.app_context(), edge(NATIONAL):
        load_reference_data(db.session())
        rows = [an_agency(number) for number in range(1, AGENCIES + 1)]
        db.session.add_all(rows)
        db.session.flush()
        return tuple(
            Place(row.id, row.slug, max(1, 2 * AGENCIES // number))
            for number, row in enumerate(rows, 1)
        )


def an_agency(number: int) -> Agency:
    name = f"Kabupaten Ukur {number}"
    return Agency(
        slug=f"ukur{number}kab",
        kind="kabupaten",
        name=f"Pemerintah {name}",
        short_name=f"Pemkab Ukur {number}",
        time_zone="Asia/Makassar",
        colour="#0b6b5c",
    )


def wait_until_ready(settings: Settings) -> None:
    for _attempt in range(300):
        if ask_readyz(settings) == READY:
            return
        import time

        time.sleep(0.1)
    raise RuntimeError("the web server does not get ready")


# -- forms that wait to be sent --------------------------------------------------------------


@dataclass(frozen=True)
class Filled:
    """What the application kept of a form that was walked through to its check."""

    answers: dict[str, Any]
    session: dict[str, Any]
    token: str


def walk(house: House, place: Place) -> Filled:
    """Through every question, by the application's own pages."""
    client, origin = house.client(place), house.origin(place)
    page = client.get("/lapor", base_url=origin, follow_redirects=True)
    while not page.request.path.endswith("/periksa"):
        fields = dict(FIELD.findall(page.text))
        address = page.request.full_path
        page = client.post(
            address, data={**ANSWERS, **fields}, base_url=origin, follow_redirects=True
        )
        assert page.status_code == 200, page.text
    fields = dict(FIELD.findall(page.text))
    cookie = client.get_cookie("sp4n", domain=f"{place.slug}.localhost")
    assert cookie is not None
    held = signer_of(house.app).loads(cookie.value)
    with house.app.app_context(), agency_edge(place.id):
        sealer = house.app.extensions["sp4n.sealer"]
        answers = load_draft(db.session(), sealer=sealer, form_key=fields["form_key"])
    return Filled(answers, held, fields["csrf_token"])


def signer_of(app: Flask) -> Any:
    """What signs the session's cookie."""
    return app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]


def waiting_forms(house: House, filled: dict[int, Filled], number: int) -> list[Post]:
    """`number` forms like the one that was walked through, each with a key and a session of its
    own, spread over the agencies by their weight."""
    forms = [one for place in house.places for one in _of(house, place, filled[place.id], number)]
    rows = [(place_id, form_key_hash(key), sealed) for place_id, key, sealed, _post in forms]
    store_drafts(house, rows)
    # One agency's after another's would be no crowd: mixed, in an order that is always the same.
    return [post for _hash, post in sorted((hash(one[1]), one[3]) for one in forms)]


def _of(
    house: House, place: Place, filled: Filled, number: int
) -> Iterator[tuple[int, str, bytes, Post]]:
    share = number * place.weight // sum(one.weight for one in house.places)
    signer = signer_of(house.app)
    sealer = house.app.extensions["sp4n.sealer"]
    for counted in count():
        if counted >= share:
            return
        key, handle = new_form_key(), f"h{counted:07d}"
        cookie = signer.dumps({**filled.session, HELD: [[handle, key]]})
        post = a_post(house, place, cookie, {"csrf_token": filled.token, "form_key": key}, handle)
        yield place.id, key, sealer.seal(filled.answers), post


def a_post(house: House, place: Place, cookie: str, fields: dict[str, str], handle: str) -> Post:
    body = urlencode(fields).encode()
    head = (
        f"POST /lapor/periksa?formulir={handle} HTTP/1.1\r\n"
        f"Host: {place.slug}.localhost:{house.settings.port}\r\n"
        f"Origin: {house.origin(place)}\r\nSec-Fetch-Site: same-origin\r\n"
        "Accept: text/html\r\nAccept-Language: id\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nCookie: sp4n={cookie}\r\n\r\n"
    )
    return head.encode() + body


def store_drafts(house: House, rows: list[tuple[int, bytes, bytes]]) -> None:
    ends = clock.rounded_to_hour(clock.now()) + timedelta(hours=25)
    with (
        house.superuser() as connection,
        connection.cursor() as cursor,
        cursor.copy(
            "COPY filing_draft (agency_id, key_hash, sealed, expires_at) FROM STDIN"
        ) as copy,
    ):
        for row in rows:
            copy.write_row((*row, ends))
