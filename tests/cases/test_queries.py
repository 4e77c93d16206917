"""Who may see which case; lists, counts, tracking."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import REPORTER, SYSTEM, Actor
from sp4n.cases import queries
from sp4n.cases.access import derive_access_code
from sp4n.cases.drafts import new_form_key
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import answer_case, assign_case, note_case
from sp4n.cases.references import make_reference
from sp4n.cases.states import State
from sp4n.db import db
from sp4n.errors import NotFound
from sp4n.tenants.edge import edge
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import Scope
from tests.cases.making import (
    ADMIN,
    COORDINATOR,
    HEAD,
    MONDAY,
    SECRET,
    VIEWER,
    a_case,
    a_unit,
    filed,
    liaison,
    verified,
)
from tests.factories import Inside


@pytest.fixture
def unit_id(agency: AgencyFacts, inside: Inside) -> int:
    with inside(agency) as session:
        return a_unit(session).id


@pytest.fixture
def circles(agency: AgencyFacts, inside: Inside, unit_id: int) -> dict[str, str]:
    """The references of four cases: open and confidential ones, of the unit and of none."""
    with inside(agency) as session:
        of_unit = verified(session, a_case(session, agency), unit_id=unit_id)
        secret_of_unit = a_case(session, agency, confidential=True)
        verified(session, secret_of_unit, unit_id=unit_id)
        return {
            "plain": a_case(session, agency).reference,
            "secret": a_case(session, agency, confidential=True).reference,
            "unit's": of_unit.reference,
            "unit's secret": secret_of_unit.reference,
        }


def seen_by(session: Session, actor: Actor, circles: dict[str, str]) -> set[str]:
    """By loading one by one; and a list shows the same, and is counted the same."""
    seen = set()
    for name, reference in circles.items():
        try:
            queries.case_by_reference(session, reference=reference, actor=actor)
        except NotFound:
            continue
        seen.add(name)
    listed = queries.case_list(session, actor=actor).rows
    assert {case.reference for case in listed} == {circles[name] for name in seen}
    assert sum(queries.case_counts(session, actor=actor).by_state.values()) == len(seen)
    return seen


def test_each_role_sees_its_own_circle(
    agency: AgencyFacts, inside: Inside, circles: dict[str, str], unit_id: int
) -> None:
    everything = set(circles)
    expected = [
        (ADMIN, everything),
        (SYSTEM, everything),
        (HEAD, {"plain", "unit's"}),
        (VIEWER, {"plain", "unit's"}),
        (COORDINATOR, {"plain", "unit's"}),
        (liaison(unit_id), {"unit's", "unit's secret"}),
        (liaison(unit_id + 1), set()),
        (liaison(), set()),
        (REPORTER, set()),
        (Actor("staff", 1, "x", "unheard-of"), set()),
        (Actor("staff", 1, "x", "coordinator"), set()),
        (Actor("reporter", 1, "x", "admin"), set()),
    ]
    with inside(agency) as session:
        for actor, circle in expected:
            assert seen_by(session, actor, circles) == circle, actor


def test_what_is_not_there_and_what_is_not_for_you_are_the_same(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside, circles: dict[str, str]
) -> None:
    def refusal(session: Session, reference: str, actor: Actor) -> str:
        with pytest.raises(NotFound) as told:
            queries.case_by_reference(session, reference=reference, actor=actor)
        return repr(told.value)

    with inside(agency) as session:
        told = {
            refusal(session, circles["secret"], HEAD),
            refusal(session, make_reference(), HEAD),
            refusal(session, "", HEAD),
            refusal(session, "' OR 1=1 --\0", HEAD),
        }
    with inside(other_agency) as session:
        told.add(refusal(session, circles["plain"], ADMIN))
    assert len(told) == 1


def test_a_case_that_is_assigned_on_is_no_longer_the_former_units(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        here, there = a_unit(session).id, a_unit(session).id
        case = verified(session, a_case(session, agency), unit_id=here)
        assign_case(session, case=case, actor=ADMIN, unit_id=there)
        assert queries.case_list(session, actor=liaison(there)).rows == [case]
        assert queries.case_list(session, actor=liaison(here)).rows == []


def test_pages_of_the_list_hold_every_case_once_newest_first(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        for day in (3, 1, 2, 2, 2):
            with clock.frozen(MONDAY + timedelta(days=day)):
                a_case(session, agency)
        seen, cursor = [], None
        while True:
            page = queries.case_list(session, actor=ADMIN, before=cursor, limit=2)
            seen += [(case.filed_at, case.id) for case in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert len(page.rows) == 1
        assert len(set(seen)) == 5
        assert seen == sorted(seen, reverse=True)


def test_the_list_is_narrowed_by_state_unit_and_lateness(
    agency: AgencyFacts, inside: Inside
) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        unit = a_unit(session).id
        waiting = a_case(session, agency)
        assigned = verified(session, a_case(session, agency), unit_id=unit)
        done = verified(session, a_case(session, agency))
        answer_case(session, case=done, actor=ADMIN, body="Selesai.", final=True)
        with clock.frozen(waiting.verify_due_at + timedelta(seconds=1)):
            late = queries.case_list(session, actor=ADMIN, overdue=True).rows
            assert late == [waiting]
            assert queries.case_counts(session, actor=ADMIN).overdue == 1
            assert queries.case_counts(session, actor=VIEWER).overdue == 1
            assert queries.case_counts(session, actor=liaison(unit)).overdue == 0
        assert queries.case_counts(session, actor=ADMIN).overdue == 0
        assert queries.case_list(session, actor=ADMIN, unit_id=unit).rows == [assigned]
        assert queries.case_list(session, actor=ADMIN, state="unhandled").rows == [assigned]
        counted = queries.case_counts(session, actor=ADMIN).by_state
        assert {state: number for state, number in counted.items() if number} == {
            "unverified": 1,
            "unhandled": 1,
            "awaiting_reply": 1,
        }
        assert set(counted) == set(State)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LAMPU", True),
        ("depan pasar", True),
        ("100%", True),
        ("pasar lam", True),
        ("pasar, lampu!", True),
        ("perbaiki", True),
        ("kulit", False),
        ("asar", False),
        ("10_%", True),
        ("10%0", False),
        ("%", False),
        ("di", True),
        ("kuta\0", False),
        ("'; DROP TABLE case_record; --", False),
        ("   ", True),
    ],
)
def test_the_list_can_be_searched(
    agency: AgencyFacts, inside: Inside, text: str, found: bool
) -> None:
    with inside(agency) as session:
        case = a_case(session, agency, description="Di depan pasar, 100% padam. Mohon perbaikan.")
        rows = queries.case_list(session, actor=ADMIN, text=text).rows
        assert rows == ([case] if found else [])


def test_a_reference_finds_its_case_as_it_is_typed(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        a_case(session, agency)
        typed = case.reference.lower().replace("-", " ")
        assert queries.case_list(session, actor=ADMIN, text=typed).rows == [case]
        assert queries.case_by_reference(session, reference=typed, actor=ADMIN) is case


def test_the_reporter_is_shown_the_history_without_notes(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        case = verified(session, a_case(session, agency))
        note_case(session, case=case, actor=ADMIN, body="Rahasia dapur.")
        answer_case(session, case=case, actor=ADMIN, body="Dikerjakan.", final=False)
        shown = queries.case_events(session, case=case, public_only=True)
        assert [event.kind for event in shown] == ["filed", "verified", "answered"]
        whole = queries.case_events(session, case=case, public_only=False)
        assert [event.kind for event in whole] == ["filed", "verified", "noted", "answered"]


def test_reference_and_code_together_open_the_case(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        made = filed(session, agency)
        found = queries.tracked_case(
            session,
            secret=SECRET,
            reference=f" {made.reference.lower()} ",
            access_code=made.access_code.lower().replace("-", " "),
        )
        assert found.id == made.case_id


def test_one_of_the_two_alone_opens_nothing(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        made, other = filed(session, agency), filed(session, agency)
        another_code = derive_access_code(SECRET, agency.id, new_form_key())
        for reference, code in [
            (made.reference, other.access_code),
            (made.reference, another_code),
            (made.reference, ""),
            (made.reference, "x" * 500),
            (make_reference(), made.access_code),
            ("", made.access_code),
        ]:
            with pytest.raises(NotFound):
                queries.tracked_case(session, secret=SECRET, reference=reference, access_code=code)


def test_who_has_a_case_is_known_before_any_scope(
    app: Flask, agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        reference = filed(session, agency).reference
    with app.app_context(), edge(Scope("tenant")):
        found = queries.custodian(db.session(), reference=reference.lower())
        assert found == agency.id
        assert queries.custodian(db.session(), reference=make_reference()) is None
        assert queries.custodian(db.session(), reference="\0") is None


def test_another_agencys_case_cannot_be_tracked_here(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        made = filed(session, agency)
    with inside(other_agency) as session, pytest.raises(NotFound):
        queries.tracked_case(
            session, secret=SECRET, reference=made.reference, access_code=made.access_code
        )


def test_the_lists_stand_on_indexes_that_begin_with_the_agency(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        query = sa.select(CaseRecord.id).where(CaseRecord.due_at < clock.now())
        compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.scalars(sa.text(f"EXPLAIN {compiled}")))
        assert "due_at" in plan
        assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("index", "narrowed"),
    [
        ("ix_case_record_topic", CaseRecord.category_id.in_([3, 5])),
        ("ix_case_record_own_topic", CaseRecord.own_topic == 2),
        ("ix_case_record_class", CaseRecord.classification == "aspirasi"),
    ],
)
def test_what_few_of_many_closed_cases_have_is_counted_out_of_an_index(
    agency: AgencyFacts, inside: Inside, index: str, narrowed: sa.ColumnElement[bool]
) -> None:
    closed = sa.select(sa.func.count()).where(CaseRecord.state == "closed", narrowed)
    with inside(agency) as session:
        for one in ("seqscan", "bitmapscan"):
            session.execute(sa.text(f"SET LOCAL enable_{one} = off"))
        compiled = closed.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.scalars(sa.text(f"EXPLAIN {compiled}")))
    assert f"using {index}" in plan
