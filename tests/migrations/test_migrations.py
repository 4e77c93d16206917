"""The migrations build what the models say, from nothing, and take all of it away again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from sp4n import tables  # noqa: F401 - every table is on the metadata
from sp4n.db import Base
from sp4n.runtime.embedded import EmbeddedServers
from tests.rules import migration_lint, wall
from tests.servers import migrate, servers

# Everything that a migration can leave behind in a schema: tables, sequences, indexes, views,
# functions, types, policies, and rights.
LEFT_BEHIND = """
SELECT c.relkind::text || ' ' || c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
UNION ALL SELECT 'function ' || p.proname FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL SELECT 'column ' || a.attrelid::regclass || '.' || a.attname FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relname <> 'alembic_version'
UNION ALL SELECT 'policy ' || polname FROM pg_policy
UNION ALL SELECT 'check ' || conname || ' ' || convalidated FROM pg_constraint
WHERE contype = 'c' AND connamespace = 'public'::regnamespace
ORDER BY 1
"""


@pytest.fixture(scope="module")
def found(data_dir: Path) -> Iterator[EmbeddedServers]:
    """A database of our own: others stand on the one of the session."""
    with servers(data_dir, "sp4n_migrations") as found:
        yield found


@pytest.fixture
def owner(found: EmbeddedServers) -> Iterator[sa.Engine]:
    engine = sa.create_engine(found.database_url, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def catalogue(owner: sa.Engine) -> list[str]:
    with owner.connect() as connection:
        return list(connection.scalars(sa.text(LEFT_BEHIND)))


def test_up_from_nothing_down_to_nothing_and_up_again(
    owner: sa.Engine, found: EmbeddedServers
) -> None:
    url = sa.make_url(found.database_url)
    built = catalogue(owner)
    assert "r case_record" in built
    migrate(url, "base")
    assert catalogue(owner) == ["i alembic_version_pkc", "r alembic_version"]
    migrate(url, "head")
    assert catalogue(owner) == built
    with owner.connect() as connection:
        assert wall.catalogue_breaches(connection) == []


@pytest.mark.exhaustive
def test_each_migration_goes_down_and_up_by_itself(
    owner: sa.Engine, found: EmbeddedServers
) -> None:
    url = sa.make_url(found.database_url)
    for one in reversed(migration_lint.migrations()):
        before = catalogue(owner)
        migrate_down(url, one.before)
        assert catalogue(owner) != before, f"{one.name} goes down and takes nothing along"
    migrate(url, "head")
    assert "r case_record" in catalogue(owner)


def migrate_down(url: sa.URL, revision: str | None) -> None:
    config = Config(migration_lint.DIRECTORY / "alembic.ini")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision or "base")


def test_the_head_is_what_the_models_say(owner: sa.Engine) -> None:
    with owner.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, Base.metadata)
    assert differences == [], "write a migration for what changed in the models"


def test_the_migrations_are_in_order() -> None:
    assert migration_lint.breaches() == []


def test_no_exclusion_of_the_lint_has_lost_its_reason() -> None:
    revisions = {one.revision for one in migration_lint.migrations()}
    assert set(migration_lint.EXCLUDED_IN) <= revisions
    for one in migration_lint.migrations():
        sql = migration_lint.sql_of(one)
        for rule in migration_lint.EXCLUDED_IN.get(one.revision, {}):
            others = {key: "" for key in migration_lint.EXCLUDED_IN[one.revision] if key != rule}
            assert any(rule in fault for fault in migration_lint.lint(sql, others)), rule


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE unit ADD COLUMN code text NOT NULL;",
        "CREATE INDEX ix_unit_name ON unit (name);",
        "ALTER TABLE unit RENAME COLUMN name TO label;",
        "DROP TABLE unit;",
        "ALTER TABLE unit ALTER COLUMN id TYPE integer;",
    ],
)
def test_the_lint_stops_what_would_hold_up_a_busy_server(sql: str) -> None:
    assert migration_lint.lint(sql, {}) != []


BAD = '''"""Bad."""
from alembic import op

revision = "0003"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE unit ADD COLUMN made uuid DEFAULT uuidv7()")


def downgrade() -> None:
    pass
'''


@pytest.fixture
def bad(tmp_path: Path) -> migration_lint.Migration:
    path = tmp_path / "0003_bad.py"
    path.write_text(BAD)
    return migration_lint.read(path)


def test_the_lint_sees_a_wrong_number(bad: migration_lint.Migration) -> None:
    first = migration_lint.migrations()[0]
    (fault,) = migration_lint.misnumbered([first, bad])
    assert fault == "0003_bad.py: its number should be 0002, in its name and as its revision"
    assert list(migration_lint.misnumbered([bad]))[1].endswith("after None, comes after 0001")


def test_the_lint_sees_that_there_is_no_way_back(bad: migration_lint.Migration) -> None:
    assert list(migration_lint.one_way([bad])) == ["0003_bad.py: does not go down again"]


def test_the_lint_sees_what_the_oldest_server_does_not_know(bad: migration_lint.Migration) -> None:
    assert migration_lint.YOUNGER.search(bad.path.read_text())
    assert not migration_lint.YOUNGER.search("ALTER TABLE unit ADD COLUMN made_on date")
