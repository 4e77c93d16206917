"""The embedded PostgreSQL: real walls from the first second, and no loss on a crash."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from bench.surroundings import becomes
from sp4n.runtime.embedded import EmbeddedServers, embedded_servers
from sp4n.runtime.leases import Lease
from sp4n.runtime.postgres import PostgresServer
from sp4n.runtime.roles import ROLES, in_database, libpq_url
from sp4n.runtime.servers import LONGEST_SOCKET_PATH, ServerFailed
from tests.runtime import trees

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("postgres")


@pytest.fixture(scope="module")
def servers(data_dir: Path) -> Iterator[EmbeddedServers]:
    with embedded_servers(data_dir) as found:
        yield found


def connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(libpq_url(url), autocommit=True, connect_timeout=5)


def test_no_role_gets_in_without_its_own_password(data_dir: Path, servers: EmbeddedServers) -> None:
    server = PostgresServer(data_dir)
    assert len({server.password(role) for role in (*ROLES, "postgres")}) == 5
    for role in (*ROLES, "postgres"):
        stranger = servers.database_url.replace("sp4n_owner", role)
        for password in ("", ":wrong", ":" + server.password("nobody")):
            attempt = stranger.replace(":" + server.password("sp4n_owner"), password)
            with pytest.raises(psycopg.OperationalError, match="password"):
                connected(attempt)


def test_every_role_gets_in_as_itself(servers: EmbeddedServers) -> None:
    for role, url in zip(
        ROLES,
        (
            servers.database_url,
            servers.database_tenant_url,
            servers.database_national_url,
            servers.database_relay_url,
        ),
        strict=True,
    ):
        with connected(url) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (role,)


def test_it_listens_on_no_network_address(data_dir: Path, servers: EmbeddedServers) -> None:
    listening = {
        connection.laddr.port
        for process in trees.servers(data_dir, "postgres")
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == set()


def test_what_it_keeps_is_for_its_owner_only(data_dir: Path, servers: EmbeddedServers) -> None:
    for name, mode in {"postgres_password": 0o600, "postgres": 0o700, "run": 0o700}.items():
        assert stat.S_IMODE((data_dir / name).stat().st_mode) == mode, name


def test_commits_are_on_the_disk_before_they_are_answered(servers: EmbeddedServers) -> None:
    with connected(servers.database_tenant_url) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)


def test_a_failing_statement_leaves_none_of_its_values_in_the_log(
    data_dir: Path, servers: EmbeddedServers
) -> None:
    with connected(servers.database_url) as connection:
        connection.execute("CREATE TABLE secret (word text UNIQUE)")
        connection.execute("INSERT INTO secret VALUES ('kenari')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO secret VALUES ('kenari')")
        connection.execute("DROP TABLE secret")
    log = (data_dir / "log" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "kenari" not in log


def test_every_start_makes_the_roles_whole_again(tmp_path: Path) -> None:
    with embedded_servers(tmp_path) as servers, connected(servers.superuser_url) as superuser:
        superuser.execute("ALTER ROLE sp4n_tenant PASSWORD 'someone elses'")
    with embedded_servers(tmp_path) as servers, connected(servers.database_tenant_url) as tenant:
        assert tenant.execute("SELECT 1").fetchone() == (1,)


def test_what_was_committed_survives_the_death_of_every_process(tmp_path: Path) -> None:
    lease = Lease(PostgresServer(tmp_path))
    lease.take()
    server = PostgresServer(tmp_path)
    with connected(server.url("sp4n_owner")) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
        trees.kill(trees.living(tmp_path))
    lease.ensure_running()
    with connected(server.url("sp4n_owner")) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)
    lease.close()


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path)
    with Lease(server):
        pass
    pid_file = server.cluster / "postmaster.pid"
    pid_file.write_text(f"{os.getppid()}\n{server.cluster}\n1\n5432\n\n\n\nready\n")
    with Lease(server), connected(server.superuser_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert psutil.pid_exists(os.getppid())


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path)
    half = tmp_path / "postgres" / "cluster.part"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with Lease(server), connected(server.superuser_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not half.exists()


def test_a_long_or_odd_path_is_served_too(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 30) / "50% odd ü"
    server = PostgresServer(deep)
    assert len(os.fsencode(server.sockets)) < LONGEST_SOCKET_PATH
    with Lease(server), connected(server.url("sp4n_tenant")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can lay a stranger's folder")
def test_a_strangers_folder_is_refused(tmp_path: Path) -> None:
    stranger = tmp_path / "redis"
    stranger.mkdir()
    os.chown(stranger, 12345, 12345)
    with pytest.raises(ServerFailed, match="another user"), embedded_servers(tmp_path):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_started_by_root_it_runs_as_somebody_else_even_in_a_closed_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with embedded_servers(closed / "data"):
        (server,) = trees.servers(closed / "data", "postgres")
        assert 0 not in server.uids()


def test_the_database_of_a_name_is_made_for_the_owner(data_dir: Path) -> None:
    with (
        embedded_servers(data_dir, "another") as servers,
        connected(servers.database_url) as connection,
    ):
        row = connection.execute(
            "SELECT current_database(), pg_catalog.pg_get_userbyid(datdba)"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert row == ("another", "sp4n_owner")
        with pytest.raises(psycopg.OperationalError):
            connected(in_database(servers.superuser_url, "nowhere"))


def test_a_killed_server_is_started_again_by_its_keeper(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path)
    with Lease(server):
        (first,) = trees.servers(tmp_path, "postgres")
        first.kill()
        assert becomes(lambda: trees.servers(tmp_path, "postgres") not in ([], [first]), 10)
        assert becomes(server.answers, 15)
