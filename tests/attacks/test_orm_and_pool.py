"""The wall inside the process: the ORM filters, the database proves, the pool carries nothing over.

Each of the two holds alone; and where both are gone, the attacks notice.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import app as app_module
from sp4n.config import Settings
from sp4n.db import Base, db
from sp4n.organisation.models import Unit
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import Scope, ScopeError, enter, leave, opened
from tests.attacks import orm
from tests.attacks.scratch import Scratch, dispose, scratch, without_criterion

EVERY_WAY = {**orm.THROUGH_THE_ORM, **orm.BESIDE_THE_ORM}
ROUNDS, THREADS = 1_000, 4


@pytest.fixture(scope="module")
def stones(settings: Settings, data_dir: Path) -> Iterator[Scratch]:
    with scratch(settings, data_dir) as made:
        yield made


def breaches(stones: Scratch, attacks: dict[str, orm.Attack]) -> list[str]:
    with stones.inside(stones.mine.agency_id) as session:
        return list(orm.breaches(session, stones.theirs.keys, attacks))


def test_no_way_through_or_beside_the_orm_reaches_another_agencys_rows(stones: Scratch) -> None:
    assert breaches(stones, EVERY_WAY) == []


def test_what_is_ones_own_is_reached_by_the_same_ways(stones: Scratch) -> None:
    """So that reaching nothing says something."""
    with stones.inside(stones.mine.agency_id) as session:
        reading = {name: EVERY_WAY[name] for name in ("get", "everything", "counted", "as_text")}
        reached = set(orm.breaches(session, stones.mine.keys, reading))
    expected = {f"{m.__tablename__}: {name}" for m in orm.owned_models() for name in reading}
    assert reached == expected


@pytest.mark.filterwarnings("ignore:DELETE statement on table")
def test_without_the_orms_filter_the_database_holds(stones: Scratch) -> None:
    with without_criterion():
        assert breaches(stones, EVERY_WAY) == []


def test_without_the_databases_policies_the_orm_holds_its_own(stones: Scratch) -> None:
    with stones.without_policies():
        assert breaches(stones, orm.THROUGH_THE_ORM) == []


def test_the_alarm_sounds_for_every_table_and_way_when_both_are_gone(stones: Scratch) -> None:
    with stones.without_policies(), without_criterion():
        found = set(breaches(stones, EVERY_WAY))
    reading = ("filtered", "everything", "renamed", "counted", "core_select", "as_text")
    for model in orm.owned_models():
        missed = {name for name in reading if f"{model.__tablename__}: {name}" not in found}
        assert not missed, f"{model.__tablename__}: {missed} saw nothing"
    silent = {name for name in EVERY_WAY if not any(one.endswith(f": {name}") for one in found)}
    assert silent == set(), "these attacks notice nothing at all"


def test_the_alarm_sounds_beside_the_orm_when_the_policies_are_gone(stones: Scratch) -> None:
    with stones.without_policies():
        found = {breach.partition(": ")[2] for breach in breaches(stones, orm.BESIDE_THE_ORM)}
    assert found == set(orm.BESIDE_THE_ORM), "what the ORM does not cover is known"


@pytest.mark.parametrize("table", sorted(orm.owned_models(), key=str))
def test_one_table_without_policies_is_noticed(stones: Scratch, table: type[Unit]) -> None:
    name = str(table.__tablename__)
    with stones.without_policies({name}):
        found = breaches(stones, {"as_text": orm.as_text})
    assert found == [f"{name}: as_text"]


def test_no_table_loads_others_by_itself() -> None:
    """Lazy and eager loads: there are none. Whoever adds one adds its attack to `orm.py`."""
    related = {m.class_.__name__: list(m.relationships) for m in Base.registry.mappers}
    assert {name: some for name, some in related.items() if some} == {}


def test_an_object_of_one_request_is_not_found_by_the_next(stones: Scratch) -> None:
    """The identity map goes with its scope: nothing is handed over without a query."""
    key = orm.key_of(Unit, stones.theirs.keys["unit"])
    with stones.app.app_context():
        enter(Scope("tenant", stones.theirs.agency_id))
        assert db.session.get(Unit, tuple(key.values())) is not None
        with pytest.raises(ScopeError):
            enter(Scope("tenant", stones.mine.agency_id))
        leave()
        enter(Scope("tenant", stones.mine.agency_id))
        assert db.session.get(Unit, tuple(key.values())) is None
        leave()


# -- one connection for all ------------------------------------------------------------------


@pytest.fixture(scope="module")
def narrow(settings: Settings) -> Iterator[Flask]:
    """The application with a pool of one connection, which goes from agency to agency."""
    with pytest.MonkeyPatch.context() as patch:
        usual = app_module.configuration
        one = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 60}

        def narrowed(given: Settings) -> dict[str, object]:
            return {**usual(given), "SQLALCHEMY_ENGINE_OPTIONS": one}

        patch.setattr(app_module, "configuration", narrowed)
        made = app_module.create_app(settings)
    yield made
    dispose(made)


@pytest.fixture
def units(narrow: Flask, agency: AgencyFacts, other_agency: AgencyFacts) -> dict[int, str]:
    """Agency id -> the name of its one unit."""
    names = {one.id: f"Dinas {one.slug}" for one in (agency, other_agency)}
    for agency_id, name in names.items():
        with narrow.app_context(), opened(Scope("tenant", agency_id)):
            db.session.add(Unit(name=name))
            db.session.commit()
    return names


ASKED = sa.text(
    "SELECT pg_backend_pid(), current_setting('app.agency_id', true), "
    "(SELECT string_agg(name, '|') FROM unit)"
)


def visit(app: Flask, agency_id: int, ending: int) -> tuple[int, str, str]:
    """One request: a look, an end of one of four kinds, and for half of them another look."""
    with app.app_context(), opened(Scope("tenant", agency_id)):
        pid, setting, names = db.session.execute(ASKED).one()
        if ending == 0:
            db.session.commit()
        elif ending == 1:
            db.session.rollback()
        elif ending == 2:
            with db.session.begin_nested() as savepoint:
                savepoint.rollback()
        else:
            with pytest.raises(sa.exc.DBAPIError):
                db.session.execute(sa.text("SELECT 1 / 0"))
            db.session.rollback()
        if ending % 2:
            return pid, setting, names
        return tuple(db.session.execute(ASKED).one())


def test_one_connection_alternates_between_agencies_and_carries_nothing_over(
    narrow: Flask, units: dict[int, str]
) -> None:
    agencies, connections = list(units), set()
    for round_ in range(ROUNDS):
        agency_id = agencies[round_ % 2]
        pid, setting, names = visit(narrow, agency_id, (round_ // 2) % 4)
        connections.add(pid)
        assert (setting, names) == (str(agency_id), units[agency_id]), f"round {round_}"
    assert len(connections) == 1


def test_a_request_without_an_agency_after_one_with_sees_nothing(
    narrow: Flask, units: dict[int, str]
) -> None:
    for agency_id in units:
        visit(narrow, agency_id, 0)
        with narrow.app_context(), opened(Scope("tenant")):
            _pid, setting, names = db.session.execute(ASKED).one()
        assert (setting or "", names) == ("", None)


def test_threads_that_share_a_connection_share_nothing_else(
    narrow: Flask, units: dict[int, str]
) -> None:
    wrong: list[object] = []

    def work(agency_id: int) -> None:
        for round_ in range(ROUNDS // 20):
            seen = visit(narrow, agency_id, round_ % 4)[1:]
            if seen != (str(agency_id), units[agency_id]):
                wrong.append((agency_id, seen))

    threads = [
        threading.Thread(target=work, args=(agency_id,)) for agency_id in [*units] * (THREADS // 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_exception_in_a_request_leaves_no_scope_to_the_next(
    narrow: Flask, units: dict[int, str]
) -> None:
    first, second = units
    with (
        narrow.app_context(),
        pytest.raises(ZeroDivisionError),
        opened(Scope("tenant", first)),
    ):
        db.session.execute(ASKED)
        raise ZeroDivisionError
    assert visit(narrow, second, 0)[2] == units[second]
