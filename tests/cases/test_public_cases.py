"""The public face: only what was published, as it was redacted, following the case to its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases import queries
from sp4n.cases.models import PublicCase
from sp4n.cases.operations import (
    accept_answer,
    answer_case,
    archive_case,
    assign_case,
    note_case,
    reply_to_case,
)
from sp4n.cases.public_search import Asked, search_public
from sp4n.db import db
from sp4n.errors import Invalid, NotFound
from sp4n.tenants.edge import edge
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import Scope
from tests.cases.making import ADMIN, MONDAY, a_case, a_unit, case_of, filed, liaison, verified
from tests.factories import Inside


def test_a_published_case_shows_what_the_agency_redacted_and_nothing_more(
    agency: AgencyFacts, inside: Inside, superuser: sa.Connection
) -> None:
    with inside(agency) as session:
        made = filed(session, agency)
        case = case_of(session, made)
        unit = a_unit(session)
        unit_name, officer = unit.name, liaison(unit.id)
        verified(session, case, unit_id=unit.id, public_location="Kuta")
        note_case(session, case=case, actor=officer, body="CATATAN-DALAM")
        answer_case(session, case=case, actor=officer, body="Sedang dikerjakan.", final=False)
        reply_to_case(session, case=case, body="BALASAN-PELAPOR")
        answer_case(session, case=case, actor=officer, body="Sudah menyala.", final=True)
    shown = superuser.scalar(
        sa.text("SELECT p::text FROM public_case p WHERE agency_id = :a"), {"a": agency.id}
    )
    assert shown is not None
    for hidden in (
        "Wirawan",
        "made@contoh.id",
        "081234567890",
        made.access_code,
        "CATATAN-DALAM",
        "BALASAN-PELAPOR",
        officer.name,
        ADMIN.name,
        "Jalan Raya Kuta",
        "sejak hari Senin",
    ):
        assert hidden not in shown, hidden
    with inside(agency) as session:
        public = queries.public_case(session, agency_id=agency.id, reference=made.reference)
        assert (public.title, public.location) == ("Lampu jalan padam di depan pasar", "Kuta")
        assert public.state == "awaiting_reply"
        told = [(entry["kind"], entry["by"], entry["body"]) for entry in public.timeline]
        assert told == [
            ("verified", "", ""),
            ("assigned", unit_name, ""),
            ("answered", unit_name, "Sedang dikerjakan."),
            ("answered", unit_name, "Sudah menyala."),
        ]


def test_a_confidential_case_is_never_published(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = a_case(session, agency, confidential=True)
        verified(session, case, publish=True)
        answer_case(session, case=case, actor=ADMIN, body="Jawaban.", final=True)
        assert not case.published
        assert queries.public_cases(session, agency_id=agency.id).rows == []


def test_a_case_is_published_only_when_the_agency_says_so(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        a_case(session, agency)
        verified(session, a_case(session, agency), publish=False)
        assert queries.public_cases(session, agency_id=agency.id).rows == []


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"public_title": " "}, "public_title"),
        ({"public_title": "x" * 151}, "public_title"),
        ({"public_body": ""}, "public_body"),
        ({"public_location": "x" * 301}, "public_location"),
    ],
)
def test_what_is_published_has_a_title_and_a_body(
    agency: AgencyFacts, inside: Inside, over: dict[str, str], field: str
) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        with pytest.raises(Invalid) as refusal:
            verified(session, case, **over)
        session.rollback()
    assert list(refusal.value.fields) == [field]


def test_the_public_case_follows_to_the_end(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = verified(session, a_case(session, agency))
        public = queries.public_case(session, agency_id=agency.id, reference=case.reference)
        states = [public.state]
        answer_case(session, case=case, actor=ADMIN, body="Satu.", final=True)
        states.append(public.state)
        reply_to_case(session, case=case, body="Belum.")
        states.append(public.state)
        answer_case(session, case=case, actor=ADMIN, body="Dua.", final=True)
        accept_answer(session, case=case)
        states.append(public.state)
        assert states == ["unhandled", "awaiting_reply", "in_progress", "closed"]
        assert public.timeline[-1]["kind"] == "closed"


def test_an_archived_case_is_no_longer_public(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = verified(session, a_case(session, agency))
        archive_case(session, case=case, actor=ADMIN, reason="duplicate", message="Sudah ada.")
        reference = case.reference
    with inside(agency) as session, pytest.raises(NotFound):
        queries.public_case(session, agency_id=agency.id, reference=reference)


def test_reassigning_is_told_by_the_units_name(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        unit = a_unit(session)
        case = verified(session, a_case(session, agency))
        assign_case(session, case=case, actor=ADMIN, unit_id=unit.id, note="DISPOSISI")
        public = queries.public_case(session, agency_id=agency.id, reference=case.reference)
        assert public.timeline[-1]["by"] == unit.name
        assert "DISPOSISI" not in str(public.timeline)


def test_public_cases_are_searched_and_paged_inside_one_agency(
    app: Flask, agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    for one in (agency, other_agency):
        with inside(one) as session:
            for day in range(5):
                with clock.frozen(MONDAY + timedelta(days=day)):
                    case = a_case(session, one)
                    title = f"Jalan rusak {day}" if day % 2 else f"Banjir {day}"
                    verified(session, case, public_title=title)
    with app.app_context(), edge(Scope("tenant")):  # nobody's scope: the page is public
        session = db.session()
        first = queries.public_cases(session, agency_id=agency.id, limit=3)
        second = queries.public_cases(session, agency_id=agency.id, limit=3, before=first.next)
        assert [row.title for row in [*first.rows, *second.rows]] == [
            "Banjir 4",
            "Jalan rusak 3",
            "Banjir 2",
            "Jalan rusak 1",
            "Banjir 0",
        ]
        assert second.next is None
        found = search_public(session, Asked("RUSAK", (agency.id,)), limit=9).page
        assert {row.title for row in found.rows} == {"Jalan rusak 1", "Jalan rusak 3"}
        own = {row.reference for row in [*first.rows, *second.rows]}
        elsewhere = queries.public_cases(session, agency_id=other_agency.id).rows
        assert {row.reference for row in found.rows} < own
        assert len(own | {row.reference for row in elsewhere}) == 10
        reference = found.rows[0].reference
        named = search_public(session, Asked(reference, (agency.id,)), limit=9).page
        assert named.rows == [found.rows[0]]
        assert queries.public_case(session, agency_id=agency.id, reference=reference.lower())
        with pytest.raises(NotFound):
            queries.public_case(session, agency_id=other_agency.id, reference=reference)
        assert session.scalar(sa.select(sa.func.count()).select_from(PublicCase)) >= 10
