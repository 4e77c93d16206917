"""The wall stands over every table there is; and the attackers notice each stone that is gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.db import Base
from sp4n.runtime.embedded import EmbeddedServers
from tests.factories import make_agency
from tests.rules import attacks, wall
from tests.rules.canaries import Planted, plant
from tests.servers import superuser_of


@pytest.fixture(scope="module")
def siege(app: Flask, database: EmbeddedServers) -> Iterator[sa.Connection]:
    """A superuser's transaction that is rolled back at the end of them all."""
    engine = sa.create_engine(superuser_of(database))
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


@pytest.fixture(scope="module")
def planted(app: Flask, siege: sa.Connection) -> tuple[Planted, Planted]:
    first, second = make_agency(app), make_agency(app)
    return plant(siege, first.id, "kenaripertama"), plant(siege, second.id, "kenarikedua")


@pytest.fixture
def attacker(siege: sa.Connection) -> Iterator[sa.Connection]:
    """A part of it, always rolled back; it takes the roles' places in turn."""
    nested = siege.begin_nested()
    yield siege
    nested.rollback()


def test_the_catalogue_is_as_the_matrix_says(attacker: sa.Connection) -> None:
    assert wall.catalogue_breaches(attacker) == []


def test_no_statement_reaches_another_agencys_rows(
    attacker: sa.Connection, planted: tuple[Planted, Planted]
) -> None:
    assert attacks.sql_breaches(attacker, *planted) == []


def test_the_canaries_are_in_every_walled_table(
    attacker: sa.Connection, planted: tuple[Planted, Planted]
) -> None:
    mine, _theirs = planted
    assert set(mine.keys) == wall.WALLED
    with attacks.acting(attacker, "tenant", mine.agency_id):
        for table in wall.WALLED:
            if wall.GRANTS[table].tenant:
                assert attacks.touched(attacker, f"SELECT 1 FROM {table}") >= 1, table


def policies(connection: sa.Connection) -> list[tuple[str, str]]:
    return [
        (row.tablename, row.policyname)
        for row in wall.rows(connection, "SELECT tablename, policyname FROM pg_policies")
    ]


def test_the_alarm_sounds_for_every_policy_that_is_dropped(attacker: sa.Connection) -> None:
    found = policies(attacker)
    assert len(found) > len(wall.WALLED)
    for table, policy in found:
        nested = attacker.begin_nested()
        attacker.exec_driver_sql(f"DROP POLICY {policy} ON {table}")
        assert wall.catalogue_breaches(attacker), f"{policy} on {table} could go unnoticed"
        nested.rollback()


@pytest.mark.parametrize("table", sorted(wall.WALLED))
def test_the_alarm_sounds_for_every_stone_of_a_table(
    attacker: sa.Connection, planted: tuple[Planted, Planted], table: str
) -> None:
    mutations = [
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY hole ON {table} FOR ALL TO sp4n_tenant USING (true) WITH CHECK (true)",
        f"GRANT TRUNCATE ON {table} TO sp4n_tenant",
        f"GRANT SELECT ON {table} TO PUBLIC",
        f"REVOKE SELECT ON {table} FROM sp4n_tenant",
        f"ALTER TABLE {table} OWNER TO sp4n_tenant",
    ]
    for mutation in mutations:
        nested = attacker.begin_nested()
        attacker.exec_driver_sql(mutation)
        assert wall.catalogue_breaches(attacker), mutation
        nested.rollback()


@pytest.mark.parametrize("table", sorted(wall.PRIVATE))
def test_the_attacks_themselves_notice_an_open_wall(
    attacker: sa.Connection, planted: tuple[Planted, Planted], table: str
) -> None:
    attacker.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    assert attacks.sql_breaches(attacker, *planted, tables=[table])


def foreign_keys_between_owned(connection: sa.Connection) -> list[tuple[str, str, str, str]]:
    return [
        (row.source, row.conname, row.column, row.target)
        for row in wall.rows(
            connection,
            "SELECT c.relname AS source, k.conname, a.attname AS column, f.relname AS target "
            "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f "
            "ON f.oid = k.confrelid JOIN pg_attribute a ON a.attrelid = c.oid "
            "AND a.attnum = ANY (k.conkey) AND a.attname <> 'agency_id' WHERE k.contype = 'f'",
        )
        if row.source in wall.OWNED and row.target in wall.OWNED
    ]


def test_the_alarm_sounds_for_every_foreign_key_that_loses_its_agency(
    attacker: sa.Connection,
) -> None:
    keys = foreign_keys_between_owned(attacker)
    assert keys
    for source, name, column, target in keys:
        if "id" not in {c.name for c in Base.metadata.tables[target].columns}:
            continue
        nested = attacker.begin_nested()
        attacker.exec_driver_sql(f"ALTER TABLE {source} DROP CONSTRAINT {name}")
        attacker.exec_driver_sql(f"CREATE UNIQUE INDEX only_id ON {target} (id)")
        attacker.exec_driver_sql(
            f"ALTER TABLE {source} ADD CONSTRAINT {name} FOREIGN KEY ({column}) "
            f"REFERENCES {target} (id)"
        )
        assert wall.catalogue_breaches(attacker), f"{source}.{column}"
        nested.rollback()


@pytest.mark.parametrize(
    "mutation",
    [
        "CREATE TABLE forgotten (agency_id bigint, secret text)",
        "CREATE VIEW peek AS SELECT * FROM case_record",
        "CREATE MATERIALIZED VIEW peek AS SELECT * FROM case_record",
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
        "AS 'SELECT count(*) FROM case_record'",
        "CREATE UNIQUE INDEX leaks ON account (email) WHERE id < 0",
        "GRANT sp4n_owner TO sp4n_tenant",
        "ALTER ROLE sp4n_tenant BYPASSRLS",
        "GRANT SELECT (password_hash) ON credential TO sp4n_national",
        "GRANT SELECT ON identity TO sp4n_national",
    ],
)
def test_the_alarm_sounds_for_ways_around(attacker: sa.Connection, mutation: str) -> None:
    attacker.exec_driver_sql(mutation)
    assert wall.catalogue_breaches(attacker)
