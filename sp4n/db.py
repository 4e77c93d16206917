"""The database: one declarative base, one session class bound to one role for its whole life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import Any

import sqlalchemy as sa
from flask import g, has_app_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase

# An execution option for statements that look through many rows. PostgreSQL stops looking at the
# values of a prepared statement after a few times, and makes one plan for the common word and the
# rare one, for the agency with a hundred thousand cases and the one with ten.
PLANNED_ANEW: dict[str, Any] = {"planned_anew": True}

# Seconds after which a pooled connection is asked whether its server still answers.
LONGEST_REST = 1.0

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class WrongRole(RuntimeError):
    """A session was asked to move to another database role."""


SHARED = "shared"
# Its connections: each statement by itself, nothing sent to open or end a transaction.
WITHOUT_TRANSACTIONS: dict[str, Any] = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "pool_reset_on_return": None,
}


def database_role() -> str:
    """The role that `tenants.scope` chose for this context; the weakest one without a choice."""
    return g.get("database_role", "tenant") if has_app_context() else "tenant"


class RoleSession(Session):
    """Bound to the engine of one role at its first use; SHARED is the role "tenant" of who has no
    agency: it can but read what all share, and needs no transaction for that.

    `get_bind` is asked per statement, and after a rollback would move to another role without a
    word: so the role is kept in the session, and a change raises.
    """

    def get_bind(
        self,
        mapper: Any | None = None,
        clause: Any | None = None,
        bind: sa.Engine | sa.Connection | None = None,
        **kwargs: Any,
    ) -> sa.Engine | sa.Connection:
        if bind is not None:
            return bind
        role = database_role()
        held = self.info.setdefault("role", role)
        if held != role:
            raise WrongRole(f"this session is bound to {held}, asked for {role}")
        return self._db.engines[None if role == "tenant" else role]


class Base(DeclarativeBase):
    """Every table's base. Text is text, moments are aware."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {
        str: sa.Text(),
        int: sa.BigInteger(),
        datetime: sa.DateTime(timezone=True),
    }


def moment(read: Callable[[], datetime]) -> sa.BindParameter[datetime]:
    """A time in a statement that is built once: it is read whenever the statement is sent."""
    return sa.bindparam(None, callable_=read, type_=sa.DateTime(timezone=True))


def insert_for_each(
    source: sa.FromClause, table: sa.FromClause, values: Mapping[str, Any]
) -> Insert:
    """A row of `values` for each row of `source`: a part of a larger statement.

    Values are columns of `source`, bound parameters, or plain: those are the same in every
    execution and written out, which keeps the statement short enough for psycopg to remember.
    """
    chosen = [
        value if isinstance(value, sa.ColumnElement) else _written_out(value, table.c[name].type)
        for name, value in values.items()
    ]
    into = insert(table)  # type: ignore[arg-type]
    return into.from_select(list(values), sa.select(*chosen).select_from(source))


def _written_out(value: Any, kind: sa.types.TypeEngine[Any]) -> sa.ColumnElement[Any]:
    processor = kind.literal_processor(_DIALECT)
    if value is None or processor is None:
        return sa.null() if value is None else sa.literal(value, kind)
    return sa.literal_column(processor(value), kind)


_DIALECT = postgresql.dialect()


@sa.event.listens_for(sa.Engine, "do_execute")
def _without_preparing(
    cursor: Any, statement: str, values: Any, context: sa.engine.ExecutionContext
) -> bool:
    """Whether it has been executed here."""
    anew = bool(context.execution_options.get("planned_anew"))
    if anew:
        cursor.execute(statement, values, prepare=False)
    return anew


@sa.event.listens_for(sa.pool.QueuePool, "checkin")
def _comes_to_rest(_connection: Any, record: sa.pool.ConnectionPoolEntry) -> None:
    record.info["rests_since"] = monotonic()


@sa.event.listens_for(sa.pool.QueuePool, "checkout")
def _wakes_up(connection: Any, record: sa.pool.ConnectionPoolEntry, _proxy: Any) -> None:
    """One that has rested is asked whether its server still answers; one in use need not be, and
    that saves a trip for each transaction. Where it does not answer, all of the pool go."""
    if monotonic() - record.info.get("rests_since", monotonic()) < LONGEST_REST:
        return
    if connection.pgconn.exec_(b"").status != ExecStatus.EMPTY_QUERY:
        raise InvalidatePoolError


def begin_with(connection: sa.Connection, statement: str) -> None:
    """The transaction's first statement, without an answer. psycopg would send BEGIN on a trip of
    its own; where the two do not go together plainly, or fail, they are sent in its way."""
    driver: Any = connection.connection.driver_connection
    plain = driver.isolation_level is driver.read_only is driver.deferrable is None
    if plain and driver.pgconn.transaction_status == TransactionStatus.IDLE:
        said = driver.pgconn.exec_(f"BEGIN; {statement}".encode())
        if said.status == ExecStatus.COMMAND_OK:
            return
    connection.exec_driver_sql(statement)


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": RoleSession})

__all__ = [
    "PLANNED_ANEW",
    "SHARED",
    "WITHOUT_TRANSACTIONS",
    "Base",
    "RoleSession",
    "WrongRole",
    "begin_with",
    "database_role",
    "db",
    "insert_for_each",
]
