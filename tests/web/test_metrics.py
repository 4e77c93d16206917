"""/metrics: the outbox as PostgreSQL has it, for whoever holds the token, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from sp4n import clock
from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.db import db
from sp4n.jobs.gauges import outbox_gauges
from sp4n.jobs.outbox import owe
from sp4n.tenants.resolver import AgencyFacts
from sp4n.web import metrics
from tests.factories import ClientFor, Inside

TOKEN = "sandi-untuk-prometheus-0123456789"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def gauges(answer: TestResponse) -> dict[str, float]:
    families = text_string_to_metric_families(answer.get_data(as_text=True))
    return {sample.name: sample.value for family in families for sample in family.samples}


@pytest.fixture
def fresh(settings: Settings) -> ClientFor:
    """An application that has not been asked yet, so that nothing is kept."""
    return ClientFor(create_app(settings))


@pytest.fixture
def with_token(settings: Settings) -> ClientFor:
    return ClientFor(create_app(replace(settings, metrics_token=TOKEN)))


@pytest.fixture
def empty_outbox(superuser: sa.Connection) -> None:
    for table in ("outbox", "national_outbox"):
        superuser.exec_driver_sql(f"UPDATE {table} SET state = 'done' WHERE state <> 'done'")


@pytest.mark.usefixtures("empty_outbox")
def test_the_gauges_are_what_the_outbox_holds(
    app: Flask, fresh: ClientFor, agency: AgencyFacts, superuser: sa.Connection
) -> None:
    for due_at in (None, None, clock.now() + timedelta(hours=1)):
        with Inside(app)(agency) as session:
            owe(session, kind="uji", object_id=None, due_at=due_at)
    superuser.exec_driver_sql(
        "INSERT INTO national_outbox (queue, kind, state, due_at) VALUES"
        " ('mail', 'uji', 'dead', NULL), ('mail', 'uji', 'leased', now()),"
        " ('mail', 'uji', 'scheduled', now() - interval '10 minutes'),"
        " ('mail', 'uji', 'waiting', now() - interval '3 hours')"
    )
    found = gauges(fresh(None).get("/metrics"))
    assert 10_790 < found.pop("sp4n_outbox_oldest_waiting_seconds") < 10_900
    assert found == {
        "sp4n_outbox_waiting": 3,
        "sp4n_outbox_under_way": 1,
        "sp4n_outbox_dead": 1,
        "sp4n_outbox_overdue": 1,
    }


@pytest.mark.usefixtures("empty_outbox")
def test_with_nothing_owed_all_is_nought(fresh: ClientFor) -> None:
    assert set(gauges(fresh(None).get("/metrics")).values()) == {0.0}


def test_the_token_opens(with_token: ClientFor) -> None:
    answer = with_token(None).get("/metrics", headers=bearer(TOKEN))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer(""),
        bearer(TOKEN[:-1]),
        bearer(TOKEN + "0"),
        bearer("é"),
        {"Authorization": TOKEN},
    ],
)
def test_without_the_token_there_is_no_such_page(
    with_token: ClientFor, headers: dict[str, str]
) -> None:
    answer = with_token(None).get("/metrics", headers=headers)
    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.get_data(as_text=True)
    assert "sp4n_outbox" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("env", "address", "status"),
    [
        ("development", "127.0.0.1", 200),
        ("development", "::1", 200),
        ("development", "192.0.2.7", 404),
        ("development", "", 404),
        ("production", "127.0.0.1", 404),
    ],
)
def test_without_a_token_set_only_this_machine_sees_it_and_only_in_development(
    settings: Settings, env: str, address: str, status: int
) -> None:
    client = ClientFor(create_app(replace(settings, env=env)))(None)  # type: ignore[arg-type]
    client.environ_base["REMOTE_ADDR"] = address
    assert client.get("/metrics").status_code == status


def test_a_proxy_on_this_machine_does_not_make_everyone_local(settings: Settings) -> None:
    client = ClientFor(create_app(replace(settings, trusted_proxies=1)))(None)
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404


def test_a_scrape_is_kept_for_a_few_seconds_and_then_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads: list[int] = []

    def read() -> Iterator[Metric]:
        reads.append(1)
        yield GaugeMetricFamily("uji", "Uji.", value=len(reads))

    kept = metrics.Kept(read)
    assert reads == []
    first = kept.text()
    assert kept.text() == first
    monkeypatch.setattr(metrics, "KEPT_SECONDS", -1.0)
    kept._until = 0
    assert kept.text() != first
    assert kept.text() != first
    assert len(reads) == 3


def test_who_would_wait_too_long_for_another_scrape_is_sent_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(metrics.Kept, "collect", lambda self: pytest.fail("it was read"))
    kept = metrics.Kept(lambda: ())
    assert kept._lock.acquire()
    with pytest.raises(metrics.ServiceUnavailable):
        kept.text()


def test_a_query_that_hangs_is_ended_by_the_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hangs(session: object) -> None:
        db.session.execute(sa.text("SELECT pg_sleep(20)"))

    monkeypatch.setattr("sp4n.jobs.gauges.queue_state", hangs)
    monkeypatch.setattr("sp4n.jobs.gauges.LONGEST_QUERY", "50ms")
    with app.app_context(), pytest.raises(sa.exc.OperationalError, match="statement timeout"):
        list(outbox_gauges())


def test_without_the_database_a_scrape_fails_and_says_so(settings: Settings) -> None:
    away = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    client = ClientFor(create_app(replace(settings, database_relay_url=away)))(None)
    assert client.get("/metrics").status_code == 503
