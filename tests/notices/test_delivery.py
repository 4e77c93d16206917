"""From the citizen's form to the citizen's mailbox: outbox, relay, Redis, worker, SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import RedisError

from bench.surroundings import becomes
from sp4n.config import Settings
from sp4n.jobs import relay, transport
from sp4n.jobs.worker import make_worker
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import a_case
from tests.factories import Inside
from tests.jobs.redis_server import RedisServer
from tests.notices.conftest import Mailbox, Post

pytestmark = pytest.mark.usefixtures("by_smtp")


@pytest.fixture
def redis_server(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RedisServer]:
    """Not started yet; the application is told where it will be."""
    server = RedisServer(tmp_path)
    own = replace(settings, redis_url=server.url)
    monkeypatch.setitem(app.extensions, "sp4n.settings", own)
    yield server
    server.stop()


def test_a_case_filed_while_redis_is_away_is_mailed_when_it_is_back(
    app: Flask,
    post: Post,
    superuser: sa.Connection,
    mailbox: Mailbox,
    redis_server: RedisServer,
    agency: AgencyFacts,
    inside: Inside,
) -> None:
    superuser.exec_driver_sql("UPDATE outbox SET state = 'done' WHERE state <> 'done'")
    with inside(agency) as session:
        reference = a_case(session, agency).reference
    connection = transport.connect(app)
    with pytest.raises(RedisError):
        relay.relay_once(app, connection)
    redis_server.start()

    def delivered() -> list[str]:
        relay.relay_once(app, connection)
        make_worker(app, "mail", connection).work(burst=True, logging_level="ERROR")
        return [str(message["Subject"]) for message in mailbox.to("made@contoh.id")]

    assert becomes(delivered, 20)
    assert delivered() == [f"Laporan {reference} sudah kami terima"]
    assert post.rows(agency) == post.rows(agency, "dead") == []
