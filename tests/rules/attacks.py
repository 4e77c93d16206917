"""The attacks in SQL, over every walled table, by a role in its scope; [] where the wall holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from sp4n.db import Base
from tests.rules.canaries import Planted
from tests.rules.wall import OWNED, PRIVATE, WALLED


@contextmanager
def acting(connection: sa.Connection, role: str, agency_id: int | None) -> Iterator[None]:
    """As that role and in that scope, undone afterwards whatever happened."""
    nested = connection.begin_nested()
    try:
        connection.exec_driver_sql(f"SET LOCAL ROLE sp4n_{role}")
        scope = "" if agency_id is None else str(agency_id)
        connection.exec_driver_sql(f"SET LOCAL app.agency_id = '{scope}'")
        yield
    finally:
        nested.rollback()


def touched(connection: sa.Connection, sql: str, values: dict[str, Any] | None = None) -> int:
    """How many rows the statement reached; a refusal reaches none."""
    nested = connection.begin_nested()
    try:
        result = connection.execute(sa.text(sql), values or {})
        return len(result.all()) if result.returns_rows else result.rowcount
    except (exc.ProgrammingError, exc.IntegrityError, exc.InternalError, exc.NotSupportedError):
        return 0
    finally:
        nested.rollback()


def sql_breaches(
    connection: sa.Connection,
    mine: Planted,
    theirs: Planted,
    tables: Collection[str] = frozenset(WALLED),
) -> list[str]:
    found: list[str] = []
    for table in sorted(tables):
        with acting(connection, "tenant", mine.agency_id):
            found += across(connection, table, theirs)
            found += giving_away(connection, table, mine, theirs)
        with acting(connection, "tenant", None):
            found += without_scope(connection, table, mine)
    return found


def across(connection: sa.Connection, table: str, theirs: Planted) -> Iterator[str]:
    where = f"agency_id = {theirs.agency_id}"
    if table in PRIVATE and touched(connection, f"SELECT 1 FROM {table} WHERE {where}"):
        yield f"{table}: another agency's row was read"
    if touched(connection, f"UPDATE {table} SET agency_id = agency_id WHERE {where}"):
        yield f"{table}: another agency's row was changed"
    if touched(connection, f"DELETE FROM {table} WHERE {where}"):
        yield f"{table}: another agency's row was deleted"
    if inserted(connection, table, theirs.keys[table], fresh=True):
        yield f"{table}: a row was written for another agency"
    if touched(connection, f"TRUNCATE {table} CASCADE") != 0 or truncates(connection, table):
        yield f"{table}: was truncated"
    if table in PRIVATE and copied(connection, table, theirs.word):
        yield f"{table}: another agency's row came out by COPY"


def truncates(connection: sa.Connection, table: str) -> bool:
    return bool(connection.scalar(sa.text(f"SELECT has_table_privilege('{table}', 'TRUNCATE')")))


def copied(connection: sa.Connection, table: str, word: str) -> bool:
    nested = connection.begin_nested()
    try:
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as copy:  # type: ignore[attr-defined]
            return word.encode() in b"".join(bytes(block) for block in copy)
    except Exception:
        return False
    finally:
        nested.rollback()


def giving_away(
    connection: sa.Connection, table: str, mine: Planted, theirs: Planted
) -> Iterator[str]:
    sql = f"UPDATE {table} SET agency_id = {theirs.agency_id} WHERE agency_id = {mine.agency_id}"
    if touched(connection, sql):
        yield f"{table}: a row was given to another agency"
    for column in links(table):
        values = {**mine.keys[table], column: theirs.keys[links(table)[column]].get("id")}
        if inserted(connection, table, values, fresh=True):
            yield f"{table}.{column}: points to another agency's row"


def links(table: str) -> dict[str, str]:
    """column -> owned table that it points to."""
    return {
        element.parent.name: element.column.table.name
        for constraint in Base.metadata.tables[table].foreign_key_constraints
        for element in constraint.elements
        if element.column.table.name in OWNED and element.parent.name != "agency_id"
    }


def inserted(connection: sa.Connection, table: str, values: dict[str, Any], *, fresh: bool) -> bool:
    """Whether a row with these values goes in; `fresh` gives it keys of its own."""
    chosen = with_fresh_keys(table, values) if fresh else values
    nested = connection.begin_nested()
    try:
        connection.execute(sa.insert(Base.metadata.tables[table]).values(chosen))
    except exc.DBAPIError:
        return False
    else:
        return True
    finally:
        nested.rollback()


def with_fresh_keys(table: str, values: dict[str, Any]) -> dict[str, Any]:
    """The same row as another one: nothing of it is taken yet."""
    chosen = dict(values)
    for column in Base.metadata.tables[table].columns:
        key = column.primary_key and column.name not in ("agency_id", *links(table))
        if column.identity:
            chosen.pop(column.name, None)
        elif column.name in chosen and chosen[column.name] is None:
            continue
        elif key or column.name in ("name", "email", "reference", "token_hash", "domain"):
            chosen[column.name] = other(chosen[column.name])
    return chosen


def other(value: Any) -> Any:
    if isinstance(value, bytes):
        return value + b"-2"
    return value + "-2" if isinstance(value, str) else value + 1_000_000


def without_scope(connection: sa.Connection, table: str, mine: Planted) -> Iterator[str]:
    if table in PRIVATE and touched(connection, f"SELECT 1 FROM {table}"):
        yield f"{table}: rows were read without a scope"
    if inserted(connection, table, mine.keys[table], fresh=True):
        yield f"{table}: a row was written without a scope"
    if touched(connection, f"UPDATE {table} SET agency_id = agency_id"):
        yield f"{table}: rows were changed without a scope"
    nested = connection.begin_nested()
    try:
        connection.exec_driver_sql("SET LOCAL row_security = off")
        seen = touched(connection, f"SELECT 1 FROM {table}")
    finally:
        nested.rollback()
    if table in PRIVATE and seen:
        yield f"{table}: rows were read with row_security off"
