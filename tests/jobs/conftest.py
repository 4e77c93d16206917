"""The application on a real Redis, an outbox that is empty, and kinds of jobs for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis
from sqlalchemy.orm import Session

from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.jobs import registry, relay, run, transport
from sp4n.jobs.outbox import owe
from sp4n.jobs.registry import Effect, Handler, OutboxFacts
from sp4n.jobs.worker import make_worker
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import Inside
from tests.jobs.redis_server import RedisServer


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def settings(settings: Settings, redis_server: RedisServer) -> Settings:
    return replace(settings, redis_url=redis_server.url)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    app = create_app(settings)
    app.testing = True
    return app


@pytest.fixture(autouse=True)
def served(app: Flask) -> None:
    run.serve(app)


@pytest.fixture(autouse=True)
def empty_outbox(superuser: sa.Connection) -> None:
    for table in ("outbox", "national_outbox"):
        superuser.exec_driver_sql(f"UPDATE {table} SET state = 'done' WHERE state <> 'done'")


@pytest.fixture
def redis(app: Flask, redis_server: RedisServer) -> Redis:
    redis_server.client.flushall()
    return transport.connect(app)


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone after it."""
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(registry, "_upkeep", {})


@dataclass
class Desk:
    """Owes rows, runs them, and looks at them past the wall."""

    app: Flask
    superuser: sa.Connection
    seen: list[OutboxFacts] = field(default_factory=list)

    def handles(self, kind: str, handler: Handler | None = None) -> None:
        registry.register(kind, handler or self._remember)

    def sends(self, kind: str, effect: Callable[[OutboxFacts], None]) -> None:
        def handler(_session: Session, job: OutboxFacts) -> Effect:
            return lambda: effect(job)

        registry.register(kind, handler)

    def owe(self, agency: AgencyFacts, *, times: int = 1, **about: Any) -> None:
        with Inside(self.app)(agency) as session:
            for _ in range(times):
                owe(session, **{"kind": "test", "object_id": None, **about})

    def rows(self, agency: AgencyFacts) -> list[Any]:
        query = sa.text("SELECT * FROM outbox WHERE agency_id = :a ORDER BY id")
        return list(self.superuser.execute(query, {"a": agency.id}))

    def row(self, agency: AgencyFacts) -> Any:
        (row,) = self.rows(agency)
        return row

    def relay(self, redis: Redis) -> int:
        return relay.relay_once(self.app, redis)

    def work(self, redis: Redis, queue: str = "mail") -> None:
        make_worker(self.app, queue, redis).work(burst=True, logging_level="ERROR")

    def _remember(self, _session: Session, job: OutboxFacts) -> None:
        self.seen.append(job)


@pytest.fixture
def desk(app: Flask, superuser: sa.Connection) -> Desk:
    return Desk(app, superuser)
