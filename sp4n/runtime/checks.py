"""What the doctor looks at by itself: settings, database and its roles, walls, queue, storage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import redis
from rq import Worker

from sp4n.config import Settings
from sp4n.files.choice import storage_from_url
from sp4n.jobs.queues import QUEUES
from sp4n.runtime import migrations
from sp4n.runtime.doctor import Check, Fault
from sp4n.runtime.roles import OLDEST_SERVER, libpq_url, refuse_powers
from sp4n.tenants.grants import GRANTS, TableClass

VERBS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}
WALLED = [
    name
    for name, grant in GRANTS.items()
    if grant.table_class in (TableClass.OWNED, TableClass.SHARED)
]
Connection = psycopg.Connection[tuple[object, ...]]


def settings_are_whole(settings: Settings) -> str:
    mail = "SMTP" if settings.smtp_url else "kept, not sent"
    return f"{settings.env}, {settings.public_origin}, mail {mail}"


def database_is_current(settings: Settings) -> str:
    with _connected(settings.database_tenant_url) as connection:
        version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise Fault("PostgreSQL is older than 15")
    words = f"PostgreSQL {version // 10000}.{version % 10000}"
    if settings.database_url is None:
        return f"{words} (migrations not looked at: DATABASE_URL is not set here)"
    if missing := migrations.pending(settings.database_url):
        raise Fault(f"{len(missing)} migrations are missing; run `sp4n db upgrade`")
    return f"{words}, every migration applied"


def rules_are_in_force(settings: Settings) -> str:
    with _connected(settings.database_national_url) as connection:
        found = connection.execute(
            "SELECT name FROM rule_set WHERE valid_from <= current_date"
            " AND (valid_to IS NULL OR valid_to >= current_date) ORDER BY valid_from DESC"
        ).fetchone()
    if found is None:
        raise Fault("no rule set is in force, so nothing can be filed; run `sp4n db upgrade`")
    return str(found[0])


def roles_are_plain(settings: Settings) -> str:
    """Asked of the connections as they are: a role's name proves nothing."""
    for name, url in _working_urls(settings).items():
        with _connected(url) as connection:
            refuse_powers(connection)
            strong, owns = _row(
                connection,
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb,"
                " EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid)"
                " FROM pg_roles r WHERE rolname = current_user",
            )
        if strong or owns:
            raise Fault(f"the role of {name} {'owns tables' if owns else 'is too powerful'}")
    return "three working roles, none with powers, none an owner"


def walls_stand(settings: Settings) -> str:
    with _connected(settings.database_tenant_url) as connection:
        faults = [*_unwalled(connection), *_beside_the_matrix(connection)]
        faults += _seen_without_scope(connection)
    if faults:
        raise Fault("; ".join(faults))
    return f"{len(WALLED)} tables behind row level security, rights as the matrix says"


def queue_answers(settings: Settings) -> str:
    connection = redis.Redis.from_url(settings.redis_url or "", socket_timeout=5)
    version = connection.info("server")["redis_version"]
    working = {queue for worker in Worker.all(connection) for queue in worker.queue_names()}
    idle = [queue for queue in QUEUES if queue not in working]
    if idle and settings.production:
        raise Fault(f"no worker runs for {', '.join(idle)}; start `sp4n worker {idle[0]}`")
    return f"Redis {version}, " + (
        f"no worker runs for {', '.join(idle)}" if idle else "all worked"
    )


def outbox_moves(settings: Settings) -> str:
    """Immediate work is dated to the hour, so what waits is told late after two."""
    with _connected(settings.database_relay_url) as connection:
        dead, late = _row(
            connection,
            "SELECT count(*) FILTER (WHERE state = 'dead'),"
            " count(*) FILTER (WHERE state <> 'dead' AND due_at < now() - interval '2 hours')"
            " FROM (SELECT state, due_at FROM outbox WHERE state <> 'done'"
            " UNION ALL SELECT state, due_at FROM national_outbox WHERE state <> 'done') owed",
        )
    if late:
        raise Fault(f"{late} owed since more than two hours; is `sp4n relay` running?")
    return f"nothing owed is late, {dead} dead letters"


def storage_holds(settings: Settings) -> str:
    storage_from_url(settings.storage_url, settings.data_dir).probe()
    return "a file was written and removed" + ("" if settings.storage_url else " in DATA_DIR")


CHECKS: dict[str, Check] = {
    "settings": settings_are_whole,
    "database": database_is_current,
    "rules": rules_are_in_force,
    "roles": roles_are_plain,
    "walls": walls_stand,
    "queue": queue_answers,
    "outbox": outbox_moves,
    "storage": storage_holds,
}


def _working_urls(settings: Settings) -> dict[str, str | None]:
    return {
        "DATABASE_TENANT_URL": settings.database_tenant_url,
        "DATABASE_NATIONAL_URL": settings.database_national_url,
        "DATABASE_RELAY_URL": settings.database_relay_url,
    }


def _unwalled(connection: Connection) -> Iterator[str]:
    walled = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relrowsecurity AND relforcerowsecurity"
    ).fetchall()
    for table in sorted(set(WALLED) - {str(row[0]) for row in walled}):
        yield f"{table} is not behind row level security"


def _beside_the_matrix(connection: Connection) -> Iterator[str]:
    for table, grant in GRANTS.items():
        for role in ("tenant", "national", "relay"):
            wanted = {VERBS[letter] for letter in getattr(grant, role)}
            if _rights(connection, f"sp4n_{role}", table) != wanted:
                yield f"sp4n_{role} has other rights on {table} than the matrix gives"


def _rights(connection: Connection, role: str, table: str) -> set[str]:
    rows = connection.execute(
        "SELECT verb FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE']) verb"
        " WHERE has_table_privilege(%s, 'public.' || quote_ident(%s), verb)",
        [role, table],
    ).fetchall()
    return {str(row[0]) for row in rows}


def _seen_without_scope(connection: Connection) -> Iterator[str]:
    for table, grant in GRANTS.items():
        if grant.table_class is TableClass.OWNED and "S" in grant.tenant:
            query = psycopg.sql.SQL("SELECT EXISTS (SELECT 1 FROM {})")
            if _row(connection, query.format(psycopg.sql.Identifier(table)))[0]:
                yield f"{table} shows rows without a scope"


def _row(connection: Connection, query: psycopg.abc.Query) -> tuple[object, ...]:
    found = connection.execute(query).fetchone()
    assert found is not None
    return found


@contextmanager
def _connected(url: str | None) -> Iterator[Connection]:
    with psycopg.connect(libpq_url(url or ""), connect_timeout=5) as connection:
        yield connection
