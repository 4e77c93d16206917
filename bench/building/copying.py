"""Rows on their way into tables, many at a time, past foreign keys and secondary indexes.

A superuser's session does not check foreign keys while it copies; tests check that all hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

ROWS_AT_ONCE = 20_000

Connection = psycopg.Connection[tuple[Any, ...]]

SECONDARY = """
SELECT c.relname, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE t.relname = ANY(%s) AND NOT i.indisunique
"""


class Copier:
    """Holds the rows of several tables and copies each table's when there are enough."""

    def __init__(self, connection: Connection, columns: dict[str, tuple[str, ...]]) -> None:
        self._connection = connection
        self._columns = columns
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in columns}
        self.copied = 0

    def add(self, table: str, *row: Any) -> None:
        rows = self._rows[table]
        rows.append(row)
        if len(rows) >= ROWS_AT_ONCE:
            self._copy(table)

    def finish(self) -> None:
        for table in self._rows:
            self._copy(table)

    def _copy(self, table: str) -> None:
        columns = sql.SQL(", ").join(map(sql.Identifier, self._columns[table]))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
        with self._connection.cursor().copy(statement) as copy:
            for row in self._rows[table]:
                copy.write_row(row)
        self.copied += len(self._rows[table])
        self._rows[table].clear()


@contextmanager
def unhindered(connection: Connection, tables: list[str]) -> Iterator[None]:
    """Secondary indexes are made once, at the end, and statistics taken."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '512MB'")
    indexes = connection.execute(SECONDARY, [tables]).fetchall()
    for name, _definition in indexes:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _name, definition in indexes:
        connection.execute(definition)
    connection.execute("SET session_replication_role = origin")
