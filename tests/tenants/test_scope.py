"""One scope, one session: what the ORM refuses before the database has to."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from sp4n.db import WrongRole, db
from sp4n.organisation.models import Unit
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import Scope, ScopeError, current_agency_id, enter, leave, opened
from tests.factories import Inside


@pytest.fixture
def units(agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside) -> dict[int, int]:
    """One unit in each agency: agency id -> unit id."""
    made = {}
    for one in (agency, other_agency):
        with inside(one) as session:
            unit = Unit(name="Dinas Perhubungan")
            session.add(unit)
            session.flush()
            made[one.id] = unit.id
    return made


def test_an_agency_sees_its_own_rows_only(
    agency: AgencyFacts, units: dict[int, int], inside: Inside
) -> None:
    with inside(agency) as session:
        assert [unit.id for unit in session.scalars(sa.select(Unit))] == [units[agency.id]]
        assert session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 1


def test_get_with_another_agencys_key_finds_nothing(
    agency: AgencyFacts, other_agency: AgencyFacts, units: dict[int, int], inside: Inside
) -> None:
    with inside(agency) as session:
        foreign = (other_agency.id, units[other_agency.id])
        assert session.get(Unit, foreign) is None


def test_a_foreign_row_is_refused_before_it_is_written(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with pytest.raises(ScopeError), inside(agency) as session:
        session.add(Unit(agency_id=other_agency.id, name="Titipan"))
        session.flush()


def test_owned_rows_without_a_scope_are_an_error_not_an_empty_list(app: Flask) -> None:
    with app.app_context(), pytest.raises(ScopeError):
        db.session.scalars(sa.select(Unit)).all()
    with app.app_context(), opened(Scope("tenant")), pytest.raises(ScopeError):
        db.session.scalars(sa.select(Unit)).all()


def test_scopes_do_not_nest(app: Flask, agency: AgencyFacts, other_agency: AgencyFacts) -> None:
    with app.app_context(), opened(Scope("tenant", agency.id)):
        with pytest.raises(ScopeError):
            enter(Scope("tenant", other_agency.id))
        assert current_agency_id() == agency.id


def test_a_session_never_moves_to_another_role(app: Flask, agency: AgencyFacts) -> None:
    from flask import g

    with app.app_context(), opened(Scope("tenant", agency.id)):
        db.session.execute(sa.text("SELECT 1"))
        g.database_role = "national"
        with pytest.raises(WrongRole):
            db.session.execute(sa.text("SELECT 1"))
        leave()


def test_the_setting_is_gone_after_commit_and_rollback(app: Flask, agency: AgencyFacts) -> None:
    asked = sa.text("SELECT current_setting('app.agency_id', true)")
    with app.app_context(), opened(Scope("tenant", agency.id)):
        assert db.session.scalar(asked) == str(agency.id)
        db.session.commit()
        with db.engine.connect() as bare:
            assert bare.scalar(asked) in (None, "")
        assert db.session.scalar(asked) == str(agency.id)
        db.session.rollback()
        assert db.session.scalar(asked) == str(agency.id)


def test_the_setting_survives_a_savepoint(app: Flask, agency: AgencyFacts) -> None:
    asked = sa.text("SELECT current_setting('app.agency_id', true)")
    with app.app_context(), opened(Scope("tenant", agency.id)):
        with db.session.begin_nested() as savepoint:
            savepoint.rollback()
        assert db.session.scalar(asked) == str(agency.id)


def test_only_an_integer_can_be_an_agency() -> None:
    for wrong in ("5", 0, -1, True, 1.0):
        with pytest.raises(ScopeError):
            Scope("tenant", wrong)  # type: ignore[arg-type]
    with pytest.raises(ScopeError):
        Scope("national", 5)


def test_the_national_role_reads_every_agency_and_writes_none(
    app: Flask, agency: AgencyFacts, units: dict[int, int]
) -> None:
    with app.app_context(), opened(NATIONAL):
        seen = set(db.session.scalars(sa.select(Unit.id)))
        assert set(units.values()) <= seen
        with pytest.raises(ScopeError):
            db.session.add(Unit(name="Dari pusat"))
            db.session.flush()


def test_an_agency_that_is_not_there_is_the_same_404_as_a_host_that_is_not_ours(
    app: Flask, national: FlaskClient
) -> None:
    for host in ("tiada.localhost:8000", "evil.test", "localhost.evil.test", "tiada.localhost."):
        assert national.get("/", headers={"Host": host}).status_code == 404
