"""The embedded Redis: for us alone, and back with what it had."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
import redis

from sp4n.runtime.leases import Lease
from sp4n.runtime.redis import RedisServer
from tests.runtime import trees


def connected(server: RedisServer) -> redis.Redis:
    return redis.Redis.from_url(server.url(), decode_responses=True)


def test_it_answers_on_loopback_and_to_the_password_only(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    with Lease(server):
        assert connected(server).ping()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(server.url().replace(server.password, "wrong")).ping()
        addresses = {
            connection.laddr.ip
            for process in trees.living(tmp_path)
            for connection in process.net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN
        }
        assert addresses == {"127.0.0.1"}


def test_the_password_stands_on_no_command_line(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    with Lease(server):
        assert not [name for name in trees.names(tmp_path) if server.password in name]


def test_what_waits_in_it_survives_a_restart_at_the_same_address(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    with Lease(server):
        before = server.url()
        connected(server).rpush("queue", "a job")
    with Lease(server):
        assert server.url() == before
        assert connected(server).lrange("queue", 0, -1) == ["a job"]


def test_a_store_that_cannot_be_read_is_set_aside(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    with Lease(server):
        connected(server).set("before", "1")
    for manifest in server.store.glob("*.manifest"):
        manifest.write_text("this is no manifest\n")
    with Lease(server):
        assert connected(server).get("before") is None
        connected(server).set("after", "1")
    assert (server.directory / "store.unreadable").is_dir()
