"""The four database roles, on the embedded server or on one of yours (PostgreSQL 15 and newer).

The owner migrates; tenant, national and relay work. None is superuser, none passes row level
security, none is a member of another.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

OWNER = "sp4n_owner"
WORKING_ROLES = ("sp4n_tenant", "sp4n_national", "sp4n_relay")
ROLES = (OWNER, *WORKING_ROLES)
EXTENSIONS = ("btree_gin", "pg_trgm", "unaccent")
OLDEST_SERVER = 150000

SETTING_OF = {
    OWNER: "DATABASE_URL",
    "sp4n_tenant": "DATABASE_TENANT_URL",
    "sp4n_national": "DATABASE_NATIONAL_URL",
    "sp4n_relay": "DATABASE_RELAY_URL",
}


class UnsafeRole(Exception):
    """A role of ours has powers that would open the wall."""


def create_roles(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Make each role of `passwords`, or give it this password; refuse one that has powers."""
    with _connected(superuser_url) as connection:
        if connection.info.server_version < OLDEST_SERVER:
            raise UnsafeRole("this PostgreSQL is older than 15.")
        # Two at once would both find a role missing.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('sp4n roles'))")
        for role, password in passwords.items():
            _create_role(connection, role, password)
        refuse_powers(connection)


def create_database(superuser_url: str, name: str) -> None:
    """An empty database of the owner's, open to our roles and nobody else; idempotent."""
    with _connected(superuser_url, autocommit=True) as connection:
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
    with _connected(in_database(superuser_url, name)) as connection:
        for statement in _opening(name):
            connection.execute(statement)


def role_urls(superuser_url: str, passwords: Mapping[str, str], database: str) -> dict[str, str]:
    """Setting -> URL, as they go into the environment."""
    urls = {}
    for role, password in passwords.items():
        parts = urlsplit(in_database(superuser_url, database))
        place = parts.netloc.rpartition("@")[2]
        netloc = f"{role}:{quote(password, safe='')}@{place}"
        urls[SETTING_OF[role]] = urlunsplit(parts._replace(netloc=netloc))
    return urls


def new_passwords() -> dict[str, str]:
    return {role: secrets.token_urlsafe(32) for role in ROLES}


def in_database(url: str, name: str) -> str:
    """The same URL, but of the database `name`."""
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(name)))


def libpq_url(url: str) -> str:
    """SQLAlchemy's spelling of a URL, as libpq, psql and psycopg read it."""
    return "postgresql" + url[url.index("://") :]


def refuse_powers(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Raise `UnsafeRole` for the first of our roles that could pass the wall."""
    faults = connection.execute(
        """
        SELECT rolname, 'is superuser' FROM pg_roles WHERE rolsuper AND rolname = ANY(%(ours)s)
        UNION ALL
        SELECT rolname, 'has BYPASSRLS' FROM pg_roles
        WHERE rolbypassrls AND rolname = ANY(%(ours)s)
        UNION ALL
        SELECT m.rolname, 'is a member of ' || r.rolname
        FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
        JOIN pg_roles r ON r.oid = a.roleid WHERE m.rolname = ANY(%(ours)s)
        """,
        {"ours": list(ROLES)},
    ).fetchall()
    if faults:
        raise UnsafeRole(f"the database role {faults[0][0]} {faults[0][1]}; it may not be.")


def _create_role(
    connection: psycopg.Connection[tuple[object, ...]], role: str, password: str
) -> None:
    # Hashed here: the password itself reaches neither the server nor its log.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode()
    known = _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role)
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
            sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(role), sql.Literal(verifier)
        )
    )


def _opening(database: str) -> Iterator[sql.Composed]:
    names = {
        "database": sql.Identifier(database),
        "owner": sql.Identifier(OWNER),
        "working": sql.SQL(", ").join(map(sql.Identifier, WORKING_ROLES)),
    }
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {working}",
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {working}",
    ):
        yield sql.SQL(statement).format(**names)
    for extension in EXTENSIONS:
        yield sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))


def _exists(connection: psycopg.Connection[tuple[object, ...]], query: str, value: str) -> bool:
    return connection.execute(query.encode(), [value]).fetchone() is not None


@contextmanager
def _connected(
    url: str, *, autocommit: bool = False
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(libpq_url(url), autocommit=autocommit, connect_timeout=10) as connection:
        yield connection
