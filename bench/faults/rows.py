"""Every row of every table as a hash: two databases are the same when these are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

TABLES: Final = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"""
Hashes = dict[str, Counter[str]]


def row_hashes(engine: sa.Engine) -> Hashes:
    """By table; all of one moment."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        names = connection.scalars(sa.text(TABLES)).all()
        return {name: Counter(connection.scalars(_hashes_of(name))) for name in names}


def _hashes_of(table: str) -> sa.TextClause:
    return sa.text(f"SELECT encode(sha256(convert_to(t::text, 'UTF8')), 'hex') FROM {table} t")


def differences(before: Mapping[str, Counter[str]], after: Mapping[str, Counter[str]]) -> list[str]:
    """Tables that are not the same, with how many of their rows are gone and how many are new."""
    found = []
    for name in sorted(before.keys() | after.keys()):
        own, other = before.get(name, Counter()), after.get(name, Counter())
        if name not in before or name not in after or own != other:
            gone, new = (own - other).total(), (other - own).total()
            found.append(f"{name}: {gone} rows gone, {new} new")
    return found


def how_many(hashes: Mapping[str, Counter[str]]) -> int:
    return sum(rows.total() for rows in hashes.values())
