"""An agency's front page, kept and made anew, against Flask alone on the same server.

Three servers, each as `sp4n web` starts it, take turns: one keeps pages as the product does, one
keeps none (`SP4N_KEPT_SECONDS=0`), one is a bare Flask that answers the same bytes from memory. The
pages are those of the largest agencies, each asked for by its share of all cases.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import sleep
from typing import Final
from urllib.parse import urlsplit

from bench.building.database import built
from bench.filing_house import Place, largest, wait_until_ready
from bench.growth import data_dir
from bench.interleaved import Interleaved, interleaved
from bench.pages_client import (
    BATCH,
    CONNECTIONS,
    Asked,
    ask,
    ask_for,
    connect,
    request_for,
    times_of,
)
from bench.scale import Scale
from bench.table import Row
from sp4n.config import Settings, settings_to_environ
from sp4n.runtime.postgres import PostgresServer
from sp4n.runtime.roles import in_database, libpq_url

PORT: Final = 8150
KEPT, MADE, BARE = "kept", "made anew", "bare Flask"
LATENCIES: Final = 300


@dataclass
class Subject:
    """A server that is asked, and what the asking of it cost."""

    name: str
    port: int
    requests: list[bytes]
    asked: list[Asked] = field(default_factory=list)

    def rate(self, seconds: float) -> float:
        self.asked.append(ask_for(self.port, self.requests, seconds))
        return self.asked[-1].per_second

    @property
    def clients_share(self) -> float:
        """Of one core, that the client took."""
        return median(one.cpu / one.seconds for one in self.asked)


def measure(scale: Scale) -> list[Row]:
    agencies, cases = scale.pick((60, 20_000), (690, 200_000))
    with ExitStack() as held:
        made = held.enter_context(built(data_dir(), agencies=agencies, cases=cases))
        subjects = held.enter_context(servers(made.settings))
        found = interleaved(
            {
                one.name: lambda one=one: one.rate(scale.pick(2.0, 4.0))  # type: ignore[misc]
                for one in subjects
            },
            scale.rounds,
        )
        return [*rows(found, subjects, scale), *latencies(subjects)]


@contextmanager
def servers(settings: Settings) -> Iterator[list[Subject]]:
    """Of settings that name a built database."""
    places = largest(superuser_url(settings))
    base = replace(settings, web_workers=2, database_url=None)
    kept = replace(base, port=PORT, kept_seconds=2)
    made = replace(base, port=PORT + 1, kept_seconds=0)
    crowd = crowd_at(places)
    with TemporaryDirectory(prefix="sp4n-pages-") as folder, ExitStack() as held:
        for one in (kept, made):
            held.enter_context(running(one, "sp4n.cli", "web"))
            wait_until_ready(one)
        page = Path(folder) / "page.html"
        page.write_bytes(body_at(made.port, crowd[0]))
        bare = replace(base, port=PORT + 2)
        held.enter_context(running(bare, "bench.pages_bare", str(bare.port), str(page)))
        wait_until_there(bare.port, crowd[0])
        names = {KEPT: kept, MADE: made, BARE: bare}
        yield [Subject(name, one.port, crowd) for name, one in names.items()]


@contextmanager
def running(settings: Settings, *command: str) -> Iterator[None]:
    """A process of ours, in the background; what it logs is measured and thrown away."""
    environ = {**os.environ, **settings_to_environ(settings)}
    with subprocess.Popen(
        [sys.executable, "-m", *command], env=environ, stderr=subprocess.DEVNULL
    ) as server:
        try:
            yield
        finally:
            server.terminate()


def wait_until_there(port: int, request: bytes) -> None:
    for _attempt in range(100):
        try:
            body_at(port, request)
            return
        except OSError:
            sleep(0.1)
    raise RuntimeError(f"nothing answers at {port}")


def body_at(port: int, request: bytes) -> bytes:
    with connect(port) as connection:
        return ask(connection, request).partition(b"\r\n\r\n")[2]


def superuser_url(settings: Settings) -> str:
    name = urlsplit(settings.database_tenant_url or "").path.lstrip("/")
    return libpq_url(in_database(PostgresServer(settings.data_dir).superuser_url, name))


def crowd_at(places: tuple[Place, ...]) -> list[bytes]:
    """Requests for front pages, in an order that is mixed and always the same."""
    slugs = random.Random(1).choices(
        [place.slug for place in places],
        [place.weight for place in places],
        k=BATCH * CONNECTIONS,
    )
    return [request_for(f"{slug}.localhost:{PORT}") for slug in slugs]


def rows(found: Interleaved, subjects: list[Subject], scale: Scale) -> Iterator[Row]:
    for one in subjects:
        yield Row.of(f"front page, {one.name}", found.median(one.name), "/s")
    yield Row.of("front page, kept / bare Flask", found.ratio(KEPT, BARE), "", ">= 0.8")
    yield Row.of("front page, made anew / bare Flask", found.ratio(MADE, BARE), "", ">= 0.2")
    share = max(one.clients_share for one in subjects)
    yield Row.of("the client's own work, at most", share, "cores")


def latencies(subjects: list[Subject]) -> Iterator[Row]:
    """Asked one after another, with nobody else about."""
    for one in subjects:
        times = times_of(one.port, one.requests, LATENCIES)
        yield Row.of(f"front page, {one.name}: median", 1000 * median(times), "ms")
        p95 = quantiles(times, n=20, method="inclusive")[-1]
        yield Row.of(f"front page, {one.name}: p95", 1000 * p95, "ms")
