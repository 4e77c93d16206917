"""The house that filings are measured in: servers of its own, agencies of uneven weight, and forms
that are filled in and wait for the button that sends them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bench.building.database import built
from bench.filing_clients import Post
from sp4n import clock
from sp4n.app import create_app
from sp4n.cases.drafts import form_key_hash, load_draft, new_form_key
from sp4n.config import Settings, settings_to_environ
from sp4n.db import db
from sp4n.portal.filing_draft import HELD
from sp4n.runtime.postgres import PostgresServer
from sp4n.runtime.roles import in_database, libpq_url
from sp4n.runtime.supervisor import READY, ask_readyz
from sp4n.tenants.edge import agency_edge

AGENCIES: Final = 12
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
    superuser_url: str
    places: tuple[Place, ...]

    @contextmanager
    def web(self) -> Iterator[None]:
        """The product's web server as `sp4n up` starts it, its log in a file."""
        environ = {**os.environ, **settings_to_environ(self.settings)}
        command = [sys.executable, "-m", "sp4n.cli", "web"]
        with (
            (self.settings.data_dir / "web.log").open("wb") as log,
            subprocess.Popen(command, env=environ, stderr=log) as server,
        ):
            try:
                wait_until_ready(self.settings)
                yield
            finally:
                server.terminate()

    def superuser(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.superuser_url, autocommit=True)

    def origin(self, place: Place) -> str:
        return f"http://{place.slug}.localhost:{self.settings.port}"

    def filings(self) -> int:
        """Cases that a form's key leads to: none that the builder of databases has made."""
        return filings_in(self.superuser_url)


@contextmanager
def house(port: int, *, agencies: int, cases: int) -> Iterator[House]:
    """Servers of its own, with a built database; 2 web workers, as in production."""
    with TemporaryDirectory(prefix="sp4n-filing-") as folder:
        Path(folder).chmod(0o755)
        with built(Path(folder), agencies=agencies, cases=cases) as made:
            settings = replace(made.settings, port=port, web_workers=2, database_url=None)
            server = PostgresServer(Path(folder))
            name = urlsplit(settings.database_tenant_url or "").path.lstrip("/")
            url = libpq_url(in_database(server.superuser_url, name))
            yield House(create_app(settings), settings, url, largest(url))


def largest(superuser_url: str) -> tuple[Place, ...]:
    """The agencies with most cases, by how many they have."""
    with psycopg.connect(superuser_url) as connection:
        rows = connection.execute(
            "SELECT a.id, a.slug, count(*) FROM agency a JOIN case_record c ON c.agency_id = a.id "
            "WHERE a.status = 'active' GROUP BY a.id, a.slug ORDER BY 3 DESC LIMIT %s",
            [AGENCIES],
        ).fetchall()
    least = rows[-1][2]
    return tuple(Place(row[0], row[1], round(10 * row[2] / least)) for row in rows)


def filings_in(superuser_url: str) -> int:
    with psycopg.connect(superuser_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM case_record c JOIN filing_key k "
            "ON (k.agency_id, k.reference) = (c.agency_id, c.reference)"
        ).fetchone()
    return int(row[0]) if row else 0


def wait_until_ready(settings: Settings) -> None:
    for _attempt in range(300):
        if ask_readyz(settings) == READY:
            return
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
    client = house.app.test_client()
    fields = fields_of(to_the_check(client, house.origin(place)))
    cookie = client.get_cookie("sp4n", domain=f"{place.slug}.localhost")
    assert cookie is not None
    held = signer_of(house.app).loads(cookie.value)
    with house.app.app_context(), agency_edge(place.id):
        sealer = house.app.extensions["sp4n.sealer"]
        answers = load_draft(db.session(), sealer=sealer, form_key=fields["form_key"])
    return Filled(answers, held, fields["csrf_token"])


def to_the_check(
    client: FlaskClient, origin: str, files: Sequence[tuple[BytesIO, str]] = ()
) -> TestResponse:
    """The page that shows all answers before they are sent."""
    page = client.get("/lapor", base_url=origin, follow_redirects=True)
    while not page.request.path.endswith("/periksa"):
        data, address = {**ANSWERS, **fields_of(page)}, page.request.full_path
        brought = {"attachments": list(files)} if 'name="attachments"' in page.text else {}
        page = client.post(
            address, data={**data, **brought}, base_url=origin, follow_redirects=True
        )
        if page.status_code != 200:
            raise RuntimeError(f"{address} answered {page.status}: {page.text}")
    return page


def fields_of(page: TestResponse) -> dict[str, str]:
    """What a page's form brings along unseen."""
    return dict(FIELD.findall(page.text))


def signer_of(app: Flask) -> Any:
    """What signs the session's cookie."""
    return app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Form:
    """A form that waits to be sent: its key, its draft as it is kept, and the request."""

    place: Place
    key: str
    sealed: bytes
    post: Post


def waiting_forms(house: House, filled: dict[int, Filled], number: int) -> list[Post]:
    """`number` forms like the one that was walked through, each with a key and a session of its
    own, spread over the agencies by their weight."""
    whole = sum(place.weight for place in house.places)
    forms = [
        form
        for place in house.places
        for form in waiting_forms_of(
            house, place, filled[place.id], max(1, number * place.weight // whole)
        )
    ]
    # One agency's after another's would be no crowd.
    return [form.post for form in sorted(forms, key=lambda form: form.key)]


def waiting_forms_of(house: House, place: Place, filled: Filled, number: int) -> Iterator[Form]:
    forms = [a_form(house, place, filled, counted) for counted in range(number)]
    store_drafts(house, forms)
    yield from forms


def a_form(house: House, place: Place, filled: Filled, number: int) -> Form:
    key, handle = new_form_key(), f"h{number:07d}"
    cookie = signer_of(house.app).dumps({**filled.session, HELD: [[handle, key]]})
    body = urlencode({"csrf_token": filled.token, "form_key": key}).encode()
    head = (
        f"POST /lapor/periksa?formulir={handle} HTTP/1.1\r\n"
        f"Host: {place.slug}.localhost:{house.settings.port}\r\n"
        f"Origin: {house.origin(place)}\r\nSec-Fetch-Site: same-origin\r\n"
        "Accept: text/html\r\nAccept-Language: id\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nCookie: sp4n={cookie}\r\n\r\n"
    )
    sealed = house.app.extensions["sp4n.sealer"].seal(filled.answers)
    return Form(place, key, sealed, head.encode() + body)


def store_drafts(house: House, forms: list[Form]) -> None:
    ends = clock.rounded_to_hour(clock.now()) + timedelta(hours=25)
    into = "COPY filing_draft (agency_id, key_hash, sealed, expires_at) FROM STDIN"
    with house.superuser() as connection, connection.cursor().copy(into) as copy:
        for form in forms:
            copy.write_row((form.place.id, form_key_hash(form.key), form.sealed, ends))


def wsgi_answer(app: Flask, post: Post) -> str:
    """The status line of what the application answers, in this process."""
    head, body = post.split(b"\r\n\r\n", 1)
    first, *lines = head.decode().split("\r\n")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    method, path, _version = first.split(" ")
    with app.test_client(use_cookies=False) as client:
        answer = client.open(path, method=method, headers=headers, data=body)
    return answer.status
