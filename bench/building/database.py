"""Built databases: made once, found again by their size, made anew when their maker has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psycopg
from flask import Flask
from psycopg import sql

from bench.building.copying import Connection
from bench.building.offices import Limits, Office, agency_ids, furnish, put_in_register
from bench.building.writing import Secrets, first_moment, write_cases
from sp4n import clock
from sp4n.app import create_app
from sp4n.cases.access import derive_access_code, hash_access_code
from sp4n.config import Settings, load_settings
from sp4n.db import db
from sp4n.runtime.embedded import EmbeddedServers, embedded_servers
from sp4n.runtime.migrations import upgrade
from sp4n.runtime.roles import in_database, libpq_url
from sp4n.sealing import Sealer
from sp4n.settings.queries import categories
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL

SECRET = "a secret of the measurements, long enough 0123456789"
ACCESS_CODE = derive_access_code(SECRET, 1, "every case has the same one")


@dataclass(frozen=True)
class Built:
    """`rows` and `seconds`: of the making; 0 where it was found made."""

    settings: Settings
    rows: int
    seconds: float


@contextmanager
def built(data_dir: Path, *, agencies: int, cases: int) -> Iterator[Built]:
    """A database of this size on the servers of DATA_DIR, at the head of the migrations."""
    name = f"bench_{agencies}_{cases}"
    with embedded_servers(data_dir, name) as servers:
        if _mark(servers, name) != _makers():
            _drop(servers, name)
        with embedded_servers(data_dir, name) as fresh:
            upgrade(fresh.database_url)
            settings = settings_for(data_dir, fresh)
            rows, seconds = 0, 0.0
            if _mark(fresh, name) != _makers():
                rows, seconds = build(create_app(settings), fresh.superuser_url, name, cases)
                _set_mark(fresh, name)
            yield Built(settings, rows, seconds)


def settings_for(data_dir: Path, servers: EmbeddedServers) -> Settings:
    """Without pages kept in memory: what they cost is what is asked."""
    given = {"DATA_DIR": str(data_dir), "SP4N_DEMO": "0", "SECRET_KEY": SECRET}
    return load_settings({**servers.environ(), **given, "SP4N_KEPT_SECONDS": "0"})


def build(app: Flask, superuser_url: str, database: str, cases: int) -> tuple[int, float]:
    """Rows of cases, and the seconds that they took; the database is at the head and empty."""
    agencies = int(database.split("_")[1])
    with app.app_context():
        offices, category_ids = _furnished(agencies)
        until = clock.now()
        with edge(NATIONAL):
            limits = Limits(db.session(), first_moment(until).date(), until.date())
    secrets = Secrets(hash_access_code(SECRET, ACCESS_CODE), _sealed())
    start = perf_counter()
    with connected(superuser_url, database) as connection:
        rows = write_cases(
            connection,
            offices,
            cases,
            until=until,
            limits=limits,
            category_ids=category_ids,
            secrets=secrets,
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM (ANALYZE)")
    return rows, perf_counter() - start


def connected(superuser_url: str, database: str) -> Connection:
    return psycopg.connect(libpq_url(in_database(superuser_url, database)))


def _furnished(agencies: int) -> tuple[list[Office], dict[str, int]]:
    with edge(NATIONAL):
        put_in_register(db.session(), agencies)
        category_ids = {one.key: one.id for one in categories(db.session())}
        ids = agency_ids(db.session())
    offices = []
    for agency_id in ids:
        with agency_edge(agency_id):
            offices.append(furnish(db.session(), agency_id))
    return offices, category_ids


def _sealed() -> bytes:
    identity = {"name": "Made Pelapor", "email": "made@pelapor.example"}
    return Sealer(SECRET).seal(identity)


def _makers() -> str:
    """What a database was made with: the sources of this package."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _mark(servers: EmbeddedServers, name: str) -> str | None:
    with connected(servers.superuser_url, "postgres") as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        ).fetchone()
    return str(found[0]) if found and found[0] else None


def _set_mark(servers: EmbeddedServers, name: str) -> None:
    with connected(servers.superuser_url, "postgres") as connection:
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(name), sql.Literal(_makers())
            )
        )


def _drop(servers: EmbeddedServers, name: str) -> None:
    with connected(servers.superuser_url, "postgres") as connection:
        connection.autocommit = True
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
