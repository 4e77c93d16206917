"""Connections of the pool, which are asked after a rest; and statements that are planned anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from sp4n import db as database
from sp4n.config import Settings
from sp4n.db import PLANNED_ANEW

BACKEND = sa.text("SELECT pg_backend_pid()")


@pytest.fixture
def engine(settings: Settings) -> Iterator[sa.Engine]:
    """With a pool that no other test has put connections into."""
    engine = sa.create_engine(settings.database_tenant_url or "")
    yield engine
    engine.dispose()


def backend(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(BACKEND) or 0)


def end(superuser: sa.Connection, backend: int) -> None:
    assert superuser.scalar(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})


def test_a_connection_that_broke_while_it_rested_is_replaced(
    engine: sa.Engine, superuser: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = backend(engine)
    assert backend(engine) == first
    end(superuser, first)
    monkeypatch.setattr(database, "LONGEST_REST", 0)
    assert backend(engine) != first


def test_one_that_breaks_in_use_takes_the_others_along(
    engine: sa.Engine, superuser: sa.Connection
) -> None:
    with engine.connect() as one, engine.connect() as other:
        backends = [int(held.scalar(BACKEND) or 0) for held in (one, other)]
    for pid in backends:
        end(superuser, pid)
    with pytest.raises(sa.exc.OperationalError):
        backend(engine)
    assert backend(engine) not in backends


@pytest.mark.parametrize(("options", "prepared"), [({}, 1), (PLANNED_ANEW, 0)])
def test_only_what_is_not_planned_anew_is_prepared(
    engine: sa.Engine, options: dict[str, bool], prepared: int
) -> None:
    word = f"{len(options)} of this test"
    asked = sa.text(f"SELECT '{word}'").execution_options(**options)
    known = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :words")
    with engine.connect() as connection:
        for _time in range(8):
            connection.execute(asked)
        found = connection.scalar(known, {"words": f"%{word}%"})
    assert found == prepared
