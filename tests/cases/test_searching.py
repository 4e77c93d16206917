"""Words of cases: found by their index, inside the wall, and alike for rare and common ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases import queries, searching
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import answer_case
from sp4n.cases.searching import Among
from sp4n.db import db
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import Scope
from tests.cases.making import ADMIN, HEAD, MONDAY, a_case, a_unit, liaison, verified
from tests.factories import Inside

ASKED = (
    "SELECT count(*) FROM cases_saying(to_tsquery('indonesian', 'lampu'), NULL, NULL, NULL, false, "
    "NULL, NULL, NULL, 100)"
)
ALL = Among(None, None, None, False, None, None)


def plan(session: Session, statement: sa.Select[int]) -> str:
    session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    return "\n".join(session.scalars(sa.text(f"EXPLAIN {compiled}".replace("%%", "%"))))


def test_another_agencys_cases_are_not_found(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(other_agency) as session:
        a_case(session, other_agency, title="Zaitun di taman")
    with inside(agency) as session:
        assert searching.cases_saying(session, "zaitun:*", ALL, 9) == []
        mine = a_case(session, agency, title="Zaitun di jalan")
        assert searching.cases_saying(session, "zaitun:*", ALL, 9) == [mine.id]


def test_without_a_scope_nothing_is_found(app: Flask, agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        a_case(session, agency, title="Lampu padam")
        assert session.scalar(sa.text(ASKED)) == 1
    with app.app_context(), edge(Scope("tenant")):
        assert db.session.scalar(sa.text(ASKED)) == 0


def test_only_agencies_may_search_so(app: Flask) -> None:
    with app.app_context(), edge(NATIONAL), pytest.raises(DBAPIError, match="denied"):
        db.session.scalar(sa.text(ASKED))


def test_words_and_all_other_wishes_hold_together(agency: AgencyFacts, inside: Inside) -> None:
    """The function finds what the list would have found by looking at each case."""
    with inside(agency) as session:
        unit, other = a_unit(session, "Dinas A").id, a_unit(session, "Dinas B").id
        for number in range(24):
            at = MONDAY + timedelta(hours=number)
            with clock.frozen(at):
                words = {"title": ("Lampu padam", "Sampah")[number % 2], "description": "Mohon."}
                case = a_case(session, agency, confidential=number % 3 == 0, **words)
                if number % 4:
                    verified(session, case, publish=False, unit_id=(unit, other)[number % 2])
                if number % 5 == 0 and number % 4:
                    answer_case(session, case=case, actor=ADMIN, body="Dicek.", final=False)
        page = queries.case_list(session, actor=ADMIN, text="lampu", limit=5)
        for actor in (ADMIN, HEAD, liaison(unit), liaison()):
            for wishes in (
                {},
                {"state": "unverified"},
                {"state": "in_progress", "overdue": True},
                {"unit_id": unit},
                {"unit_id": other},
                {"before": page.next},
            ):
                every = queries.case_list(session, actor=actor, **wishes).rows
                by_words = queries.case_list(session, actor=actor, text="lampu", **wishes).rows
                assert by_words == [case for case in every if case.title == "Lampu padam"]
        rest = queries.case_list(session, actor=ADMIN, text="lampu", before=page.next, limit=50)
        lamps = sa.select(sa.func.count(CaseRecord.id)).where(CaseRecord.title == "Lampu padam")
        assert len(page.rows) + len(rest.rows) == session.scalar(lamps)
        assert rest.next is None


def test_what_somebody_may_not_see_is_not_found_by_its_words(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        a_case(session, agency, title="Zaitun di taman")
        assert queries.case_list(session, actor=liaison(1), text="zaitun").rows == []


def test_words_of_public_cases_are_looked_up_in_their_index(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        verified(session, a_case(session, agency))
        found = sa.select(sa.func.count()).where(searching.public_case_says("zaitun:*"))
        assert "ix_public_case_found" in plan(session, found.select_from(sa.table("public_case")))


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Jl.Melati", "Jl:* & Melati:*"),
        ("a'b:*|!c", "a:* & b:* & c:*"),
        ("anak-anak", "anak:* & anak:*"),
        ("%_ -- ;", None),
        ("satu " * 20, " & ".join(["satu:*"] * searching.MOST_WORDS)),
    ],
)
def test_what_is_typed_becomes_words_and_nothing_else(typed: str, query: str | None) -> None:
    assert searching.query_of(typed) == query
