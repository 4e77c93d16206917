"""Runs migrations as the owner, one runner at a time, with short lock waits and a retry."""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import context

from sp4n import tables  # noqa: F401 - every room's tables are on the metadata
from sp4n.db import Base

ADVISORY_LOCK = 5_140_001
LOCK_TIMEOUT = "1s"
STATEMENT_TIMEOUT = "15min"

target_metadata = Base.metadata


def owner_url() -> str:
    url = context.get_x_argument(as_dictionary=True).get("url") or os.environ.get("DATABASE_URL")
    if not url:
        raise SystemExit("DATABASE_URL (the owner's) is not set")
    return url


def run_offline() -> None:
    context.configure(
        url="postgresql+psycopg://", target_metadata=target_metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run_on(given)
        return
    with sa.create_engine(owner_url()).connect() as connection:
        run_on(connection)


def run_on(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        compare_type=True,
        transaction_per_migration=True,
    )
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({ADVISORY_LOCK})")
    connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    connection.exec_driver_sql(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'")
    connection.commit()
    try:
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})")
        connection.commit()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
