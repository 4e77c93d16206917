"""/readyz tells what is there; without Redis it is degraded, and still ready."""

from __future__ import annotations

from dataclasses import replace

from sp4n.app import create_app
from sp4n.config import Settings
from tests.factories import ClientFor


def test_with_everything_there_it_is_ready(client_for: ClientFor) -> None:
    answer = client_for(None).get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "ready")


def test_without_redis_it_is_degraded_and_takes_requests(settings: Settings) -> None:
    app = create_app(replace(settings, redis_url="redis://127.0.0.1:1/0"))
    answer = ClientFor(app)(None).get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")


def test_without_its_database_it_is_down_and_pages_say_so(settings: Settings) -> None:
    away = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    app = create_app(replace(settings, database_tenant_url=away))
    client = ClientFor(app)(None)
    assert client.get("/readyz").status_code == 503
    page = client.get("/")
    assert page.status_code == 503
    assert "Retry-After" in page.headers
    assert client.get("/livez").status_code == 200
