"""Workers as processes: killed in mid-job, asked to stop, and with Redis gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from rq import Worker

from sp4n import clock
from sp4n.config import Settings, settings_to_environ
from sp4n.jobs import scheduler
from sp4n.tenants.resolver import AgencyFacts
from tests.jobs.conftest import Desk
from tests.jobs.redis_server import RedisServer

pytestmark = pytest.mark.exhaustive

StartWorker = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start_worker(settings: Settings, tmp_path: Path) -> Iterator[StartWorker]:
    started: list[subprocess.Popen[bytes]] = []
    environ = {**os.environ, **settings_to_environ(settings)}

    def start(queue: str = "mail") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.jobs.worker_process", queue, str(tmp_path)]
        started.append(subprocess.Popen(command, env=environ))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def traces(folder: Path) -> list[str]:
    file = folder / "traces"
    return file.read_text().splitlines() if file.exists() else []


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


def test_a_worker_killed_in_mid_job_loses_nothing(
    desk: Desk,
    redis: Redis,
    app: Flask,
    agency: AgencyFacts,
    start_worker: StartWorker,
    tmp_path: Path,
) -> None:
    desk.owe(agency, kind="test.hangs")
    desk.relay(redis)
    worker = start_worker()
    wait_until(lambda: len(traces(tmp_path)) == 1)
    worker.kill()
    worker.wait()
    assert (desk.row(agency).state, desk.row(agency).attempts) == ("sending", 1)
    later = clock.now() + timedelta(minutes=3)
    with clock.frozen(later):
        scheduler.tick(app, redis)
    with clock.frozen(later + timedelta(minutes=1)):
        scheduler.tick(app, redis)
        assert desk.relay(redis) == 1
    start_worker()
    wait_until(lambda: desk.row(agency).state == "done")
    assert [trace.split()[0] for trace in traces(tmp_path)] == ["1", "2"]


def test_a_worker_asked_to_stop_ends_its_job_first(
    desk: Desk, redis: Redis, agency: AgencyFacts, start_worker: StartWorker, tmp_path: Path
) -> None:
    desk.owe(agency, kind="test.slow", times=2)
    desk.relay(redis)
    worker = start_worker()
    wait_until(lambda: len(traces(tmp_path)) == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert [row.state for row in desk.rows(agency)] == ["done", "leased"]


def test_an_idle_worker_stops_at_once(
    desk: Desk, redis: Redis, agency: AgencyFacts, start_worker: StartWorker
) -> None:
    desk.owe(agency)
    desk.relay(redis)
    worker = start_worker()
    wait_until(lambda: desk.row(agency).state == "done")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(5) == 0


def test_upkeep_gives_way_to_who_waits_at_a_page_and_mail_does_not(
    desk: Desk, redis: Redis, agency: AgencyFacts, start_worker: StartWorker
) -> None:
    def niceness(worker: subprocess.Popen[bytes]) -> int:
        return os.getpriority(os.PRIO_PROCESS, worker.pid)

    mine = os.getpriority(os.PRIO_PROCESS, 0)
    upkeep, mail = start_worker("upkeep"), start_worker("mail")
    wait_until(lambda: niceness(upkeep) > mine)
    desk.owe(agency)
    desk.relay(redis)
    wait_until(lambda: desk.row(agency).state == "done")
    assert niceness(mail) == mine


def test_a_worker_waits_for_redis_and_starts_to_work_when_it_comes(
    desk: Desk,
    redis: Redis,
    redis_server: RedisServer,
    agency: AgencyFacts,
    start_worker: StartWorker,
) -> None:
    desk.owe(agency)
    redis_server.stop()
    try:
        worker = start_worker()
        time.sleep(2.5)
        assert worker.poll() is None
    finally:
        redis_server.start()
    desk.relay(redis)
    wait_until(lambda: desk.row(agency).state == "done")


def test_an_idle_worker_outlives_a_redis_that_goes_and_comes_back(
    desk: Desk,
    redis: Redis,
    redis_server: RedisServer,
    agency: AgencyFacts,
    start_worker: StartWorker,
) -> None:
    desk.owe(agency)
    desk.relay(redis)
    worker = start_worker()
    wait_until(lambda: desk.row(agency).state == "done")
    wait_until(lambda: [worker.get_state() for worker in Worker.all(redis)] == ["idle"])
    redis_server.stop()
    time.sleep(0.5)
    redis_server.start()
    desk.owe(agency)
    desk.relay(redis)
    wait_until(lambda: desk.rows(agency)[1].state == "done" or worker.poll() is not None)
    assert desk.rows(agency)[1].state == "done"


def test_a_worker_outlives_a_redis_that_goes_under_a_job(
    desk: Desk,
    redis: Redis,
    redis_server: RedisServer,
    agency: AgencyFacts,
    start_worker: StartWorker,
    tmp_path: Path,
) -> None:
    desk.owe(agency, kind="test.slow")
    desk.relay(redis)
    worker = start_worker()
    wait_until(lambda: len(traces(tmp_path)) == 1)
    redis_server.stop()
    wait_until(lambda: desk.row(agency).state == "done")
    time.sleep(1)  # RQ has noticed by now
    redis_server.start()
    desk.owe(agency)
    desk.relay(redis)
    wait_until(lambda: desk.rows(agency)[1].state == "done" or worker.poll() is not None)
    assert desk.rows(agency)[1].state == "done"
    redis_server.stop()
    try:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(5) == 0
    finally:
        redis_server.start()
