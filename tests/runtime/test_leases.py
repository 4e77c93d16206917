"""Embedded servers live exactly as long as somebody needs them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from bench.surroundings import becomes
from sp4n.runtime.embedded import embedded_servers
from sp4n.runtime.leases import Lease
from sp4n.runtime.postgres import PostgresServer
from sp4n.runtime.redis import RedisServer
from sp4n.runtime.roles import libpq_url
from sp4n.runtime.servers import EmbeddedServer, ServerFailed
from tests.runtime import trees

pytestmark = pytest.mark.exhaustive

HOLD = """
import sys, time
from pathlib import Path
from sp4n.runtime.embedded import embedded_servers
with embedded_servers(Path(sys.argv[1])) as servers:
    print(servers.redis_url, flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(data_dir: Path, seconds: float) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", HOLD, str(data_dir), str(seconds)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


@pytest.fixture(params=[PostgresServer, RedisServer])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddedServer]:
    yield request.param(tmp_path)
    assert becomes(lambda: not trees.living(tmp_path), 10), trees.names(tmp_path)


def test_the_last_one_out_stops_the_server(server: EmbeddedServer) -> None:
    with Lease(server):
        with Lease(server):
            assert trees.living(server.data_dir)
        assert trees.living(server.data_dir)
    assert trees.names(server.data_dir) == []


def test_two_commands_that_start_at_once_share_one_server(tmp_path: Path) -> None:
    several = [holder(tmp_path, 3) for _ in range(4)]
    assert len({first_line(process) for process in several}) == 1
    assert len(trees.servers(tmp_path, "postgres")) == 1
    for process in several:
        assert process.wait(30) == 0
    assert trees.names(tmp_path) == []


def test_the_starter_may_leave_while_another_still_works(tmp_path: Path) -> None:
    starter = holder(tmp_path, 1)
    first_line(starter)
    with embedded_servers(tmp_path) as servers:
        assert starter.wait(30) == 0
        time.sleep(0.5)
        with psycopg.connect(libpq_url(servers.database_tenant_url)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert redis.Redis.from_url(servers.redis_url).ping()
    assert trees.names(tmp_path) == []


def test_a_killed_holder_leaves_no_server_behind(tmp_path: Path) -> None:
    process = holder(tmp_path, 60)
    first_line(process)
    process.kill()
    process.wait()
    assert becomes(lambda: not trees.living(tmp_path), 10), trees.names(tmp_path)


def test_a_killed_keeper_takes_its_server_along_and_the_next_start_succeeds(
    server: EmbeddedServer,
) -> None:
    with Lease(server) as lease:
        trees.kill(trees.keepers(server.data_dir))
        assert becomes(lambda: not lease.is_kept(), 5)
        lease.ensure_running()
        assert lease.is_kept()
        assert server.answers()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    cluster = tmp_path / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(ServerFailed, match="made by PostgreSQL 12"), embedded_servers(tmp_path):
        pass
    assert becomes(lambda: not trees.living(tmp_path), 5)
