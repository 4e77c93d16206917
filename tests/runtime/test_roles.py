"""The four roles on a PostgreSQL server, ours or one of yours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sp4n.config import load_settings
from sp4n.runtime import roles
from sp4n.runtime.embedded import embedded_servers
from tests.runtime import trees


@pytest.fixture(scope="module")
def superuser_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_servers(tmp_path_factory.mktemp("roles")) as servers:
        yield roles.libpq_url(servers.superuser_url)


@pytest.fixture
def urls(superuser_url: str) -> dict[str, str]:
    passwords = roles.new_passwords()
    roles.create_roles(superuser_url, passwords)
    roles.create_database(superuser_url, "theirs")
    return roles.role_urls(superuser_url, passwords, "theirs")


def test_the_printed_urls_are_settings_that_work(urls: dict[str, str]) -> None:
    settings = load_settings({**urls, "SECRET_KEY": "x"})
    assert not settings.embedded_database
    for url in urls.values():
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("theirs",)


def test_no_role_has_powers(urls: dict[str, str], superuser_url: str) -> None:
    with psycopg.connect(superuser_url) as connection:
        rows = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'sp4n%' AND (rolsuper OR rolbypassrls"
            " OR rolcreaterole OR rolcreatedb OR rolreplication"
            " OR oid IN (SELECT member FROM pg_auth_members))"
        ).fetchall()
    assert rows == []


def test_only_the_owner_may_make_tables(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE attempt (id int)")
        owner.rollback()
    for name in ("DATABASE_TENANT_URL", "DATABASE_NATIONAL_URL", "DATABASE_RELAY_URL"):
        for statement in ("CREATE TABLE attempt (id int)", "CREATE TEMP TABLE attempt (id int)"):
            with (
                psycopg.connect(urls[name]) as connection,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                connection.execute(statement)


def test_the_extensions_that_search_needs_are_there(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["DATABASE_TENANT_URL"]) as tenant:
        row = tenant.execute("SELECT similarity('badung', 'bandung') > 0, unaccent('é')").fetchone()
    assert row == (True, "e")


def test_running_it_again_gives_new_passwords_and_keeps_the_data(
    urls: dict[str, str], superuser_url: str
) -> None:
    with psycopg.connect(urls["DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
    passwords = roles.new_passwords()
    roles.create_roles(superuser_url, passwords)
    roles.create_database(superuser_url, "theirs")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(urls["DATABASE_URL"])
    again = roles.role_urls(superuser_url, passwords, "theirs")
    with psycopg.connect(again["DATABASE_URL"]) as owner:
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (0,)


@pytest.mark.parametrize(
    ("power", "taken_back", "named"),
    [
        ("ALTER ROLE sp4n_tenant BYPASSRLS", "ALTER ROLE sp4n_tenant NOBYPASSRLS", "BYPASSRLS"),
        ("ALTER ROLE sp4n_relay SUPERUSER", "ALTER ROLE sp4n_relay NOSUPERUSER", "superuser"),
        ("GRANT sp4n_owner TO sp4n_tenant", "REVOKE sp4n_owner FROM sp4n_tenant", "a member of"),
        (
            "GRANT pg_read_all_data TO sp4n_national",
            "REVOKE pg_read_all_data FROM sp4n_national",
            "pg_read_all_data",
        ),
    ],
)
def test_a_role_with_powers_is_refused_by_name(
    urls: dict[str, str], superuser_url: str, power: str, taken_back: str, named: str
) -> None:
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        superuser.execute(power)
        try:
            with pytest.raises(roles.UnsafeRole, match=named):
                roles.create_roles(superuser_url, roles.new_passwords())
        finally:
            superuser.execute(taken_back)
    roles.create_roles(superuser_url, roles.new_passwords())


def test_the_command_prints_the_four_settings_and_nothing_else(
    tmp_path: Path, superuser_url: str
) -> None:
    told = trees.run(tmp_path, "db", "roles", "--database", "told", superuser_url)
    assert told.returncode == 0, told.stderr
    settings = dict(line.split("=", 1) for line in told.stdout.splitlines())
    assert list(settings) == list(roles.SETTING_OF.values())
    upgraded = trees.run(tmp_path, "db", "upgrade", **settings)
    assert upgraded.returncode == 0, upgraded.stderr
    with psycopg.connect(settings["DATABASE_TENANT_URL"]) as tenant:
        assert tenant.execute("SELECT count(*) FROM agency").fetchone() == (0,)


def test_a_server_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    refused = trees.run(tmp_path, "db", "roles", "postgresql://postgres@127.0.0.1:1/postgres")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
