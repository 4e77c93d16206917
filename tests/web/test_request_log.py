"""Every answer has a number; every request has a line; nobody's words are in it."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n.app import create_app
from sp4n.cli import log_formatter
from sp4n.config import Settings
from sp4n.jobs import registry, run
from sp4n.jobs.models import Outbox
from sp4n.jobs.outbox import owe
from sp4n.jobs.registry import OutboxFacts
from sp4n.tenants.resolver import AgencyFacts
from sp4n.web.request_log import HEADER
from tests.factories import ClientFor, Inside

THEIRS = "dari-perantara-0001"
CANARY = "kenari7rahasia"


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="sp4n")


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [dict(r.msg) for r in caplog.records if isinstance(r.msg, dict)]


@pytest.fixture
def behind_proxy(settings: Settings) -> ClientFor:
    return ClientFor(create_app(replace(settings, trusted_proxies=1)))


@pytest.mark.parametrize("path", ["/", "/tidak/ada", "/livez", "/static/app.css", "/i/x", "/desk"])
def test_every_answer_has_a_number_of_its_own(client_for: ClientFor, path: str) -> None:
    first, second = (client_for(None).get(path).headers.getlist(HEADER) for _ in range(2))
    assert len(first) == len(second) == 1
    assert first != second


def test_a_number_that_a_visitor_brings_is_not_taken(client_for: ClientFor) -> None:
    assert client_for(None).get("/", headers={HEADER: THEIRS}).headers[HEADER] != THEIRS


def test_a_trusted_proxys_number_is_taken(behind_proxy: ClientFor) -> None:
    assert behind_proxy(None).get("/livez", headers={HEADER: THEIRS}).headers[HEADER] == THEIRS


@pytest.mark.parametrize(
    "wrong", ["pendek", "x" * 65, "andi@contoh.id", "dua kata saja", "<b>12345678"]
)
def test_what_is_no_number_is_not_taken_from_a_proxy_either(
    behind_proxy: ClientFor, wrong: str
) -> None:
    assert behind_proxy(None).get("/livez", headers={HEADER: wrong}).headers[HEADER] != wrong


@pytest.mark.parametrize("status", [500, 503])
def test_a_person_can_quote_the_number_of_what_went_wrong(
    settings: Settings, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """The page, the header, the line of the request and that of the fault bear the same one."""
    away = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    app = create_app(replace(settings, database_tenant_url=away) if status == 503 else settings)
    if status == 500:
        app.view_functions["portal_national.front"] = lambda: 1 / 0  # type: ignore[return-value]
    answer = ClientFor(app)(None).get("/")
    number = answer.headers[HEADER]
    assert answer.status_code == status
    assert f"sebutkan nomor gangguan ini: {number}" in answer.get_data(as_text=True)
    assert lines(caplog)[-1]["request_id"] == number
    assert any(number in r.getMessage() for r in caplog.records if r.name == "sp4n.web.errors")


def test_a_page_that_is_well_shows_no_number(client_for: ClientFor) -> None:
    answer = client_for(None).get("/tidak-ada")
    assert answer.headers[HEADER] not in answer.get_data(as_text=True)


def test_a_line_says_what_was_asked_and_how_it_ended(
    client_for: ClientFor, agency: AgencyFacts, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client_for(agency).get("/masuk")
    (line,) = lines(caplog)
    assert isinstance(line.pop("ms"), int)
    assert line == {
        "event": "request",
        "method": "GET",
        "endpoint": "accounts.sign_in",
        "status": 200,
        "site": agency.slug,
        "request_id": answer.headers[HEADER],
    }


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("http://localhost:8000/", "nasional"),
        (f"http://{CANARY}.localhost:8000/", "-"),
        (f"http://localhost:8000/i/{CANARY}/", "-"),
        (f"http://{CANARY}.test/", "-"),
        (f"http://localhost:8000/i/{CANARY}", "-"),
    ],
)
def test_only_a_site_that_there_is_is_named(
    client_for: ClientFor, caplog: pytest.LogCaptureFixture, address: str, site: str
) -> None:
    client_for(None).get(address)
    (line,) = lines(caplog)
    assert line["site"] == site
    assert CANARY not in caplog.text


@pytest.mark.parametrize("path", ["/", "/lapor", "/lapor/isi", "/lacak", "/laporan", "/laporan/X"])
def test_a_visit_to_where_people_report_is_not_told(
    client_for: ClientFor, agency: AgencyFacts, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    """The minute would tell when somebody without a name was here."""
    assert client_for(agency).get(path).status_code < 500
    assert lines(caplog) == []


@pytest.mark.parametrize("view", ["portal.front", "portal.start"])
def test_a_fault_there_is_told(
    settings: Settings, agency: AgencyFacts, caplog: pytest.LogCaptureFixture, view: str
) -> None:
    app = create_app(settings)
    app.view_functions[view] = lambda: 1 / 0  # type: ignore[return-value]
    path = {"portal.front": "/", "portal.start": "/lapor"}[view]
    assert ClientFor(app)(agency).get(path).status_code == 500
    assert [line["endpoint"] for line in lines(caplog)] == [view]


@pytest.mark.parametrize("path", ["/livez", "/static/app.css"])
def test_files_and_signs_of_life_need_no_line(
    client_for: ClientFor, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    client_for(None).get(path)
    assert lines(caplog) == []


def test_nothing_that_a_visitor_typed_is_in_a_line(
    client_for: ClientFor, agency: AgencyFacts, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_for(agency)
    mail = f"{CANARY}@contoh.id"
    for path in (f"/laporan/{CANARY}", f"/lacak?nomor={CANARY}", f"/atur-sandi/{CANARY}"):
        client.get(path, headers={"User-Agent": CANARY, "Referer": f"http://{CANARY}/"})
    client.post("/masuk", data={"email": mail, "password": CANARY})
    client.post("/lacak", data={"reference": CANARY, "code": CANARY})
    client.open("/", method=CANARY.upper())
    client.get("/", headers={HEADER: CANARY, "X-Forwarded-For": CANARY})
    found = lines(caplog)
    assert {line["endpoint"] for line in found} == {"accounts.open_link", "accounts.sign_in", "-"}
    assert CANARY not in caplog.text.lower()
    assert "127.0.0.1" not in caplog.text
    assert {name for line in found for name in line} == {
        "event",
        "method",
        "endpoint",
        "status",
        "ms",
        "site",
        "request_id",
    }


def test_each_attempt_at_a_job_is_a_line(
    app: Flask,
    agency: AgencyFacts,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuses(_session: Session, job: OutboxFacts) -> None:
        rows.append(job)
        if len(rows) == 1:
            raise ValueError(CANARY)

    rows: list[OutboxFacts] = []
    monkeypatch.setattr(registry, "_handlers", {"uji": refuses})
    with Inside(app)(agency) as session:
        owe(session, kind="uji", object_id=None)
        row_id = session.scalars(sa.select(sa.func.max(Outbox.id))).one()
    run.serve(app)
    for _ in range(2):
        run.run_outbox(agency.id, row_id)
        with Inside(app)(agency) as session:
            session.connection().exec_driver_sql(
                "UPDATE outbox SET state = 'waiting' WHERE state = 'scheduled'"
            )
    found = lines(caplog)
    assert all(isinstance(line.pop("ms"), int) for line in found)
    same = {"event": "job", "kind": "uji", "outbox_id": row_id, "agency_id": agency.id}
    assert found == [
        {**same, "attempt": 1, "result": "scheduled"},
        {**same, "attempt": 2, "result": "done"},
    ]
    assert CANARY not in caplog.text


def test_a_line_is_json_or_text_as_the_setting_says(
    client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client_for(None).get("/")
    (record,) = [r for r in caplog.records if isinstance(r.msg, dict)]
    written = json.loads(log_formatter("json").format(record))
    assert written["request_id"] == answer.headers[HEADER]
    assert {"time", "level", "logger", "endpoint", "status"} <= set(written)
    assert "method=GET endpoint=" in log_formatter("text").format(record)
