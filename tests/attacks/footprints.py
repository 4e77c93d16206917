"""What there is of an agency in the database, table by table, as one short text each."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from tests.rules.wall import WALLED

# A look at somebody's sign-in is written down now and then, by reading a page.
SEEN = {"account_session": "last_seen_at", "account": "last_seen_at"}


def footprint(
    superuser: sa.Connection, agency_id: int, but: Collection[str] = ()
) -> dict[str, str]:
    return {table: one(superuser, table, agency_id) for table in sorted(WALLED - set(but))}


def one(superuser: sa.Connection, table: str, agency_id: int) -> str:
    row = f"to_jsonb(t) - '{SEEN.get(table, '')}'"
    sql = (
        f"SELECT count(*) || ' ' || md5(coalesce(string_agg(({row})::text, ' ' ORDER BY "
        f"({row})::text), '')) FROM {table} t WHERE agency_id = :agency_id"
    )
    return str(superuser.scalar(sa.text(sql), {"agency_id": agency_id}))


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [table for table in before if before[table] != after[table]]
