"""An error that nobody foresaw is written down with its place, and without anybody's words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, Response, g

from sp4n.db import db
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import ClientFor

CANARY = "kenaridalamgalat"


def in_the_database() -> None:
    """A refusal whose text quotes the whole row."""
    row = sa.text("INSERT INTO unit (agency_id, name, parent_id) VALUES (:agency, :name, -1)")
    db.session.execute(row, {"agency": g.agency.id, "name": CANARY})
    db.session.execute(row, {"agency": g.agency.id, "name": CANARY})


def in_python() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        raise LookupError(CANARY) from error


def in_our_code() -> None:
    len(CANARY, CANARY)  # type: ignore[call-arg]


FAULTS = {"database": in_the_database, "python": in_python, "code": in_our_code}


@pytest.fixture(params=sorted(FAULTS))
def faulty(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    """The front page, with a fault in it."""
    usual = app.view_functions["portal.front"]
    app.view_functions["portal.front"] = FAULTS[request.param]  # type: ignore[assignment]
    yield request.param
    app.view_functions["portal.front"] = usual


def test_the_log_says_where_and_not_what_was_typed(
    faulty: str, agency: AgencyFacts, client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client_for(agency).get("/")
    assert answer.status_code == 500
    assert CANARY not in caplog.text + answer.get_data(as_text=True)
    assert FAULTS[faulty].__name__ in caplog.text, "the frame is named"


def test_of_our_own_mistakes_the_words_are_kept(
    app: Flask,
    agency: AgencyFacts,
    client_for: ClientFor,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.view_functions, "portal.front", in_our_code)
    client_for(agency).get("/")
    assert "takes exactly one argument" in caplog.text


def test_what_fails_after_the_view_is_told_as_sparingly(
    app: Flask,
    agency: AgencyFacts,
    client_for: ClientFor,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a commit does, outside of what the handlers of errors see."""

    def fails(response: Response) -> Response:
        if response.status_code < 400:
            raise ValueError(CANARY)
        return response

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.after_request_funcs, "portal", [fails])
    answer = client_for(agency).get("/")
    assert answer.status_code == 500
    assert CANARY not in caplog.text
    assert "ValueError" in caplog.text
