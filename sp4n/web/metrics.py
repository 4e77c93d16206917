"""/metrics, for Prometheus: what PostgreSQL knows at the moment of the scrape, and no more.

Counters of requests are left out: several web processes answer in turn, each knowing only its own
share, and a scrape would read now one, now another. The request log holds what they would say.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from threading import Lock

from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector
from werkzeug.exceptions import ServiceUnavailable

from sp4n.config import Settings
from sp4n.errors import NotFound

KEPT_SECONDS = 5.0
PATIENCE_SECONDS = 3.0

Read = Callable[[], Iterable[Metric]]


def init_app(app: Flask, settings: Settings, read: Read) -> None:
    """`read` is called in a request without a scope, and at most once in KEPT_SECONDS."""
    kept = Kept(read)

    def metrics() -> Response:
        if not _may_read(settings):
            raise NotFound
        return Response(kept.text(), content_type=CONTENT_TYPE_LATEST)

    app.add_url_rule("/metrics", "metrics", metrics)


def _may_read(settings: Settings) -> bool:
    """Whoever brings the token; where none is set, this machine itself, in development."""
    if settings.metrics_token:
        brought = request.headers.get("Authorization", "")
        return hmac.compare_digest(brought.encode(), f"Bearer {settings.metrics_token}".encode())
    return not settings.production and _is_loopback(request.remote_addr or "")


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


class Kept(Collector):
    """The last scrape of this process, for a few seconds; one thread reads, the others wait."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self._lock = Lock()
        self._text = b""
        self._until = 0.0

    def describe(self) -> Iterable[Metric]:
        """Nothing yet: without this, registering would read."""
        return ()

    def collect(self) -> Iterable[Metric]:
        return self.read()

    def text(self) -> bytes:
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            raise ServiceUnavailable
        try:
            if time.monotonic() >= self._until:
                self._text = generate_latest(self.registry)
                self._until = time.monotonic() + KEPT_SECONDS
            return self._text
        finally:
            self._lock.release()
