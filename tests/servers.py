"""Real servers for the tests: PostgreSQL with the product's roles, built by the migrations; Redis.

`SP4N_TEST_POSTGRES` (a superuser's URL) puts the tests on a PostgreSQL server of your own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from sp4n.runtime.embedded import EmbeddedServers, embedded_servers
from sp4n.runtime.roles import ROLES, create_database, create_roles, role_urls

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def servers(data_dir: Path, name: str) -> Iterator[EmbeddedServers]:
    """Both servers, with a new database `name` that the owner's migrations have built."""
    with embedded_servers(data_dir, name) as found:
        given = os.environ.get("SP4N_TEST_POSTGRES")
        if given:
            found = own_server(given, f"{name}_{os.getpid()}", found.redis_url)
        migrate(sa.make_url(found.database_url), "head")
        yield found


def own_server(superuser: str, name: str, redis_url: str) -> EmbeddedServers:
    # The same for every database and every worker of the tests: roles are the whole server's.
    passwords = {role: sha256(f"{role} {superuser}".encode()).hexdigest() for role in ROLES}
    create_roles(superuser, passwords)
    create_database(superuser, name)
    urls = {
        setting.lower(): sqlalchemy_url(url)
        for setting, url in role_urls(superuser, passwords, name).items()
    }
    return EmbeddedServers(superuser_url=superuser, redis_url=redis_url, **urls)


def sqlalchemy_url(url: str) -> str:
    return sa.make_url(url).set(drivername="postgresql+psycopg").render_as_string(False)


def superuser_of(found: EmbeddedServers) -> sa.URL:
    """The superuser in the tests' database: for looking, never for the application."""
    database = sa.make_url(found.database_url).database
    return sa.make_url(sqlalchemy_url(found.superuser_url)).set(database=database)


def migrate(owner: sa.URL, to: str) -> None:
    config = Config(ROOT / "migrations" / "alembic.ini")
    engine = sa.create_engine(owner)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        (command.upgrade if to != "base" else command.downgrade)(config, to)
    engine.dispose()
