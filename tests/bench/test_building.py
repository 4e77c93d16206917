"""Built cases are what the application would have written: constraints, states, clocks, figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench.building.database import ACCESS_CODE, SECRET, Built, built
from bench.building.filing import reference_of
from bench.building.offices import shares
from sp4n import clock
from sp4n.app import create_app
from sp4n.audit.actors import Actor
from sp4n.calendars.working_days import Calendar
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase, Tracking
from sp4n.cases.operations import answer_case, verify_case
from sp4n.cases.queries import case_events, tracked_case
from sp4n.cases.references import parse_reference
from sp4n.cases.states import State, owed_at
from sp4n.cases.time_limits import Clockwork
from sp4n.db import db
from sp4n.figures.queries import national_figures
from sp4n.settings.queries import Step, rule_set
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency

AGENCIES, CASES = 7, 600
ADMIN = Actor("staff", 1, "Ni Luh admin 0", "admin")

# A foreign key as one question: rows that point to nothing.
# No plan of the builder comes to these.
RARE = {State.ON_HOLD, State.DISPUTED, State.FORWARDED}
FOREIGN_KEYS = """
SELECT format('SELECT %L, count(*) FROM %s a WHERE %s AND NOT EXISTS (SELECT FROM %s b WHERE %s)',
    c.conname, c.conrelid::regclass,
    (SELECT string_agg(format('a.%I IS NOT NULL', x.attname), ' AND ') FROM pg_attribute x
     WHERE x.attrelid = c.conrelid AND x.attnum = ANY(c.conkey)),
    c.confrelid::regclass,
    (SELECT string_agg(format('a.%I = b.%I', x.attname, y.attname), ' AND ')
     FROM unnest(c.conkey, c.confkey) AS k(mine, theirs)
     JOIN pg_attribute x ON x.attrelid = c.conrelid AND x.attnum = k.mine
     JOIN pg_attribute y ON y.attrelid = c.confrelid AND y.attnum = k.theirs))
FROM pg_constraint c WHERE c.contype = 'f'
"""


@pytest.fixture(scope="module")
def made(data_dir: Path) -> Iterator[Built]:
    with built(data_dir, agencies=AGENCIES, cases=CASES) as made:
        yield made


@pytest.fixture(scope="module")
def built_app(made: Built) -> Flask:
    return create_app(made.settings)


@pytest.fixture
def national(built_app: Flask) -> Iterator[Session]:
    with built_app.app_context(), edge(NATIONAL):
        yield db.session()


def every(session: Session, table: Any) -> list[Any]:
    return list(session.scalars(sa.select(table)))


def test_every_foreign_key_holds(made: Built) -> None:
    engine = sa.create_engine(made.settings.database_url or "", poolclass=sa.NullPool)
    with engine.connect() as connection:
        questions = connection.scalars(sa.text(FOREIGN_KEYS)).all()
    assert len(questions) > 30
    with engine.connect() as connection:
        # The owner is behind the wall, too: let it look past it, and roll that back.
        for table in connection.scalars(
            sa.text("SELECT relname FROM pg_class WHERE relforcerowsecurity")
        ).all():
            connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        assert (connection.scalar(sa.text("SELECT count(*) FROM case_event")) or 0) > CASES
        dangling = [
            tuple(row) for one in questions for row in connection.execute(sa.text(one)) if row[1]
        ]
        connection.rollback()
    engine.dispose()
    assert dangling == []


def test_the_figures_are_a_direct_count(national: Session) -> None:
    cases = every(national, CaseRecord)
    assert len(cases) == CASES
    found = national_figures(national, times=True)
    for agency_id in {case.agency_id for case in cases}:
        mine = [case for case in cases if case.agency_id == agency_id]
        figures = found[agency_id]
        states = [case.state for case in mine]
        assert figures.filed == len(mine)
        assert figures.closed == states.count(State.CLOSED)
        assert figures.archived == states.count(State.ARCHIVED)
        assert figures.answered == sum(case.first_answered_at is not None for case in mine)


def test_a_case_is_where_its_history_leaves_it(national: Session) -> None:
    last: dict[int, CaseEvent] = {}
    for event in national.scalars(sa.select(CaseEvent).order_by(CaseEvent.id)):
        assert event.case_id not in last or last[event.case_id].at <= event.at
        last[event.case_id] = event
    cases = every(national, CaseRecord)
    assert {case.state for case in cases} == set(State) - RARE
    for case in cases:
        assert case.state == last[case.id].to_state
        assert case.updated_at == last[case.id].at
        assert case.due_at == owed_at(case)
        assert (case.closed_at is not None) == (case.state in (State.CLOSED, State.ARCHIVED))


def test_clocks_are_those_of_the_rules(national: Session) -> None:
    zones = dict(national.execute(sa.select(Agency.id, Agency.time_zone)).all())
    for case in every(national, CaseRecord):
        work = Clockwork(
            rule_set(national, case.rule_set_id), Calendar(ZoneInfo(zones[case.agency_id]))
        )
        of_case = case.verify_due_at, case.answer_due_at, case.complete_due_at
        kind = case.classification
        assert case.verify_due_at == work.due(Step.VERIFICATION, case.filed_at, kind)
        if case.verified_at is not None:
            work.set_from_verification(case, case.verified_at)
        assert of_case == (case.verify_due_at, case.answer_due_at, case.complete_due_at)
    national.rollback()


def test_what_is_public_is_what_was_published(national: Session) -> None:
    published = {case.id: case for case in every(national, CaseRecord) if case.published}
    public = {row.id: row for row in every(national, PublicCase)}
    assert published.keys() == public.keys()
    for number, row in public.items():
        assert (row.state, row.reference) == (published[number].state, published[number].reference)
        assert not published[number].confidential
        assert row.timeline[0]["kind"] == "verified"


def test_references_are_good_and_tracked(national: Session) -> None:
    references = {case.reference: case.agency_id for case in every(national, CaseRecord)}
    assert len(references) == CASES
    assert all(parse_reference(one) == one for one in references)
    assert {row.reference: row.agency_id for row in every(national, Tracking)} == references


def test_references_of_ten_million_cases_differ() -> None:
    spread = range(1, 10_000_001, 4_999)
    assert len({reference_of(number) for number in spread}) == len(spread)


def test_the_application_goes_on_from_there(built_app: Flask, national: Session) -> None:
    waiting = sa.select(CaseRecord.agency_id, CaseRecord.reference)
    waiting = waiting.where(CaseRecord.state == State.UNVERIFIED, CaseRecord.published.is_(False))
    agency_id, reference = national.execute(waiting.limit(1)).one()
    with built_app.app_context(), agency_edge(agency_id):
        session = db.session()
        case = tracked_case(session, secret=SECRET, reference=reference, access_code=ACCESS_CODE)
        verify_case(
            session,
            case=case,
            actor=ADMIN,
            supervision=False,
            category_id=None,
            public_title="Lampu padam",
            public_body="Lampu padam.",
            publish=False,
        )
        answer_case(session, case=case, actor=ADMIN, body="Dicek.", final=False)
        kinds = [event.kind for event in case_events(session, case=case, public_only=False)]
        session.rollback()
    assert kinds == ["filed", "verified", "answered"]


def test_it_is_found_again_and_not_made_twice(made: Built, data_dir: Path) -> None:
    assert made.rows > CASES * 8
    with built(data_dir, agencies=AGENCIES, cases=CASES) as again:
        assert (again.rows, again.settings) == (0, made.settings)


def test_the_largest_of_690_agencies_has_a_tenth_of_all() -> None:
    of_each = shares(690)
    assert of_each[0] / sum(of_each) == pytest.approx(0.1, abs=0.01)
    assert of_each[0] / of_each[-1] > 300


def test_cases_are_spread_over_three_years(national: Session) -> None:
    ends = sa.select(sa.func.min(CaseRecord.filed_at), sa.func.max(CaseRecord.filed_at))
    first, last = national.execute(ends).one()
    assert last - first > timedelta(days=3 * 365 - 30)
    assert clock.now() - last < timedelta(days=30)
