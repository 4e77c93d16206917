"""Words of cases: found by their index, inside the wall, and alike for rare and common ones."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from sp4n.cases import queries, searching
from sp4n.db import db
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import Scope
from tests.cases.making import ADMIN, a_case, liaison, verified
from tests.factories import Inside

ASKED = "SELECT count(*) FROM cases_saying(to_tsquery('indonesian', 'lampu'), 100)"


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
        assert searching.cases_saying(session, "zaitun:*") == []
        mine = a_case(session, agency, title="Zaitun di jalan")
        assert searching.cases_saying(session, "zaitun:*") == [mine.id]


def test_without_a_scope_nothing_is_found(app: Flask, agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        a_case(session, agency, title="Lampu padam")
        assert session.scalar(sa.text(ASKED)) == 1
    with app.app_context(), edge(Scope("tenant")):
        assert db.session.scalar(sa.text(ASKED)) == 0


def test_only_agencies_may_search_so(app: Flask) -> None:
    with app.app_context(), edge(NATIONAL), pytest.raises(DBAPIError, match="denied"):
        db.session.scalar(sa.text(ASKED))


def test_common_words_are_found_as_rare_ones_are(
    agency: AgencyFacts, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(agency) as session:
        cases = [a_case(session, agency, title=f"Lampu {number}") for number in range(5)]
        a_case(session, agency, title="Sampah", description="Menumpuk.")
        rare = queries.case_list(session, actor=ADMIN, text="lampu").rows
        monkeypatch.setattr(searching, "MOST_FOUND", 3)
        assert searching.cases_saying(session, "lampu:*") is None
        assert queries.case_list(session, actor=ADMIN, text="lampu").rows == rare == cases[::-1]


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
        found = sa.select(sa.func.count()).where(
            searching.says("public_case.title", "public_case.body", "zaitun:*")
        )
        assert "ix_public_case_words" in plan(session, found.select_from(sa.table("public_case")))


def test_a_liaisons_tabs_are_counted_in_the_index_of_units(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        columns = (sa.column("agency_id"), sa.column("unit_id"), sa.column("state"))
        case = sa.table("case_record", *columns)
        mine = sa.and_(case.c.agency_id == agency.id, case.c.unit_id.in_([1, 2]))
        counted = sa.select(sa.func.count(case.c.state)).where(mine)
        session.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
        how = plan(session, counted)
    assert "Index Only Scan using ix_case_record_agency_id_unit_id" in how


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
