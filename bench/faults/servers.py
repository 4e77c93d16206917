"""Faults of the servers that the house stands on: PostgreSQL and Redis, gone, slow or silent."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import requests
from redis import Redis

from bench.faults.proxy import Weather
from bench.faults.scene import Scene, seconds_since
from bench.faults.traffic import Traffic
from bench.faults.verdict import case_rows, none_of
from bench.surroundings import becomes
from bench.table import Row

STOPS: Final = 3
PAGES: Final = ("/", "/lapor", "/lacak", "/desk/")
PATIENCE: Final = 5.0  # seconds in which a page must answer


@dataclass
class Looks:
    """What the pages said while the database was away."""

    unclear: list[str] = field(default_factory=list)
    seen: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0

    def look(self, scene: Scene) -> None:
        http = requests.Session()
        http.trust_env = False  # no proxy of this machine's
        for page in PAGES:
            address = f"{scene.house.origin}/i/{scene.places[0].slug}{page}"
            begun = time.monotonic()
            try:
                answer = http.get(address, timeout=30, allow_redirects=True)
            except requests.RequestException as error:
                self.unclear.append(f"{page}: {type(error).__name__}")
                continue
            self.slowest = max(self.slowest, seconds_since(begun))
            self.seen[answer.status_code] += 1
            if answer.status_code != 503 or "<h1" not in answer.text:
                self.unclear.append(f"{page}: {answer.status_code}")

    def rows(self) -> list[Row]:
        return [
            Row.of("pages looked at while it was away", self.seen.total(), "", ">= 1"),
            none_of("of these, not a clear page (503)", self.unclear),
            Row.of("slowest page while it was away", self.slowest, "s", f"<= {PATIENCE:g}"),
        ]


def database_restart(scene: Scene) -> list[Row]:
    """An immediate stop, which is a crash to the database; away for a while; then started again."""
    looks = Looks()
    before = {role: child.pid for role, child in scene.house.children().items()}
    slowest = 0.0
    with Traffic(scene) as traffic:
        for _ in range(STOPS):
            time.sleep(3)
            with scene.ledger.upheaval(), scene.servers.away("postgres", signal.SIGQUIT):
                time.sleep(0.5)
                looks.look(scene)
                time.sleep(1)
            slowest = max(slowest, until_filed(scene, traffic))
        with scene.ledger.upheaval(), scene.servers.postgres_proxy.weather(Weather(reset=True)):
            time.sleep(2)
        slowest = max(slowest, until_filed(scene, traffic))
        with scene.ledger.upheaval(), scene.servers.postgres_proxy.weather(Weather(silent=True)):
            time.sleep(scene.scale.pick(5, 20))
        slowest = max(slowest, until_filed(scene, traffic))
        with scene.servers.postgres_proxy.weather(Weather(latency=0.02)):
            time.sleep(3)
    after = {role: child.pid for role, child in scene.house.children().items()}
    started_anew = [role for role in before if after.get(role) != before[role]]
    return [
        Row.of("stops of PostgreSQL", STOPS, ""),
        Row.of("reports filed meanwhile", traffic.filed, "", ">= 1"),
        *looks.rows(),
        none_of("processes of ours that had to be started again", started_anew),
        Row.of("slowest first report after it came back", slowest, "s", "<= 60"),
        *case_rows(scene, traffic),
    ]


def until_filed(scene: Scene, traffic: Traffic) -> float:
    """Seconds from the moment that PostgreSQL is back until another report is confirmed."""
    becomes(lambda: scene.servers.is_back("postgres"), 60)
    begun, filed = time.monotonic(), traffic.filed
    traffic.wait_for(filed + 1, within=90)
    return seconds_since(begun)


def redis_loss(scene: Scene) -> list[Row]:
    """Stopped for a while, silent, emptied, killed: filing does not notice."""
    away = scene.scale.pick(20, 60)
    redis = Redis.from_url(scene.servers.direct.redis_url)
    with Traffic(scene) as traffic:
        time.sleep(2)
        begun, filed = time.monotonic(), traffic.filed
        with scene.servers.away("redis-server", signal.SIGTERM):
            time.sleep(away)
            meanwhile = traffic.filed - filed
        rate = meanwhile / seconds_since(begun)
        becomes(lambda: scene.servers.is_back("redis-server"), 30)
        for _ in range(3):
            time.sleep(1)
            redis.flushall()
        scene.servers.hurt("redis-server", signal.SIGKILL)
        becomes(lambda: scene.servers.is_back("redis-server"), 30)
        filed = traffic.filed
        with scene.servers.redis_proxy.weather(Weather(silent=True)):
            time.sleep(away / 2)
            silent = traffic.filed - filed
    redis.close()
    return [
        Row.of("Redis stopped for", away, "s"),
        Row.of("reports filed without Redis", meanwhile, "", ">= 1"),
        Row.of("reports filed without Redis, a second", rate, "1/s"),
        Row.of("reports filed while Redis was silent", silent, "", ">= 1"),
        *case_rows(scene, traffic),
    ]
