"""The embedded servers as their users see them: URLs that work for as long as you stay inside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sp4n.config import Settings
from sp4n.runtime.leases import Lease
from sp4n.runtime.postgres import DATABASE, PostgresServer
from sp4n.runtime.redis import RedisServer
from sp4n.runtime.roles import OWNER, create_database


@dataclass(frozen=True)
class EmbeddedServers:
    """The URLs of one DATA_DIR's servers; those of the database are SQLAlchemy's."""

    superuser_url: str
    database_url: str
    database_tenant_url: str
    database_national_url: str
    database_relay_url: str
    redis_url: str

    def environ(self) -> dict[str, str]:
        """For `load_settings` or a child process; without the superuser's."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_TENANT_URL": self.database_tenant_url,
            "DATABASE_NATIONAL_URL": self.database_national_url,
            "DATABASE_RELAY_URL": self.database_relay_url,
            "REDIS_URL": self.redis_url,
        }


@contextmanager
def embedded_servers(data_dir: Path, database: str = DATABASE) -> Iterator[EmbeddedServers]:
    """Both servers, running and ready, with `database` made for the owner (empty when new).

    Joins what runs with this DATA_DIR already, from whatever process; the last one out stops it.
    """
    postgres, redis = PostgresServer(data_dir), RedisServer(data_dir)
    with Lease(postgres), Lease(redis):
        if database != DATABASE:
            create_database(postgres.superuser_url, database)
        yield EmbeddedServers(
            superuser_url=postgres.superuser_url,
            redis_url=redis.url(),
            **database_urls(postgres, database),
        )


@contextmanager
def joined(settings: Settings, *, redis: bool = True) -> Iterator[Settings]:
    """`settings` with a URL for everything: given, or of an embedded server held meanwhile."""
    with ExitStack() as held:
        found: dict[str, str] = {}
        if settings.embedded_database:
            postgres = PostgresServer(settings.data_dir)
            held.enter_context(Lease(postgres))
            found |= database_urls(postgres)
        if settings.embedded_redis and redis:
            server = RedisServer(settings.data_dir)
            held.enter_context(Lease(server))
            found["redis_url"] = server.url()
        yield replace(settings, **found)  # type: ignore[arg-type]


def database_urls(postgres: PostgresServer, database: str = DATABASE) -> dict[str, str]:
    return {
        "database_url": postgres.url(OWNER, database),
        "database_tenant_url": postgres.url("sp4n_tenant", database),
        "database_national_url": postgres.url("sp4n_national", database),
        "database_relay_url": postgres.url("sp4n_relay", database),
    }
