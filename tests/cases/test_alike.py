"""What may be about the same event: found by the index, public where everyone reads it, and seen by
nobody who may not see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases import alike
from sp4n.cases.alike import Told, cases_alike, public_alike, public_elsewhere
from sp4n.cases.operations import archive_case
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import ADMIN, HEAD, VIEWER, a_case, a_unit, liaison, verified
from tests.factories import Inside

LAMP = Told("Lampu penerangan padam di pasar Kuta", "Jalan Raya Kuta")
SHARING = (
    "SELECT count(*) FROM cases_sharing_words(to_tsquery('indonesian', 'lampu'), '-infinity', "
    "'infinity', NULL, false, 100)"
)
CROWD = """
INSERT INTO public_case (agency_id, id, reference, classification, title, body, state, filed_at,
                         updated_at)
SELECT :agency, 1000000 + n, 'ramai' || n, 'pengaduan', 'Keluhan kesekian ' || n,
       'Isi laporan nomor ' || n || ' dari ' || md5(n::text), 'closed',
       now() - n * interval '1 min', now()
FROM generate_series(1, 6000) n
"""


def published(session: Session, agency: AgencyFacts, title: str, **over: object) -> str:
    case = a_case(session, agency, title=title)
    where = {"public_title": title, "public_body": title, "public_location": "Jalan Raya Kuta"}
    verified(session, case, **where, **over)
    return case.reference


def titles(found: list[alike.Alike]) -> list[str]:
    return [one.title for one in found]


def test_the_most_alike_of_what_is_public_comes_first(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        published(session, agency, "Lampu pasar padam, jalan Kuta gelap")
        published(session, agency, "Penerangan pasar Kuta padam")
        published(session, agency, "Sampah menumpuk di pasar Kuta")
        published(session, agency, "Guru tidak masuk sekolah")
        hidden = a_case(session, agency, title="Lampu penerangan padam di pasar Kuta")
        verified(session, hidden, publish=False)
        found = public_alike(session, LAMP, agency_id=agency.id, limit=3)
    assert titles(found) == [
        "Penerangan pasar Kuta padam",
        "Lampu pasar padam, jalan Kuta gelap",
    ]


def test_what_is_old_confidential_or_laid_aside_is_not_among_them(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        with clock.frozen(clock.now() - timedelta(days=100)):
            published(session, agency, LAMP.title)
        secret = a_case(session, agency, title=LAMP.title, confidential=True)
        verified(session, secret, public_title=LAMP.title)
        gone = a_case(session, agency, title=LAMP.title)
        verified(session, gone, public_title=LAMP.title)
        archive_case(session, case=gone, actor=ADMIN, reason="spam", message="Iklan.")
        assert public_alike(session, LAMP, agency_id=agency.id, limit=3) == []


def test_of_other_agencies_only_what_they_have_published(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(other_agency) as session:
        shown = published(session, other_agency, "Penerangan pasar Kuta padam")
        a_case(session, other_agency, title=LAMP.title)
    with inside(agency) as session:
        published(session, agency, LAMP.title)
        found = public_elsewhere(session, LAMP, agency_id=agency.id, limit=50, around=clock.now())
        assert [one.reference for one in found if one.agency_id == other_agency.id] == [shown]
        assert agency.id not in {one.agency_id for one in found}


def test_an_officer_finds_what_they_may_see(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        mine, other = a_unit(session).id, a_unit(session).id
        case, near, far, secret = (
            a_case(session, agency, title=LAMP.title, confidential=one == 3) for one in range(4)
        )
        for one, unit in ((near, mine), (far, other), (secret, other)):
            verified(session, one, unit_id=unit, publish=False)

        def seen(actor: object) -> set[int]:
            found = cases_alike(session, case, actor=actor, limit=10)  # type: ignore[arg-type]
            return {one.id for one in found}

        assert seen(ADMIN) == {near.id, far.id, secret.id}
        assert seen(HEAD) == seen(VIEWER) == {near.id, far.id}
        assert seen(liaison(mine)) == {near.id}
        assert seen(liaison()) == set()


def test_another_agencys_cases_are_not_like_any(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(other_agency) as session:
        a_case(session, other_agency, title=LAMP.title)
    with inside(agency) as session:
        case = a_case(session, agency, title=LAMP.title)
        assert cases_alike(session, case, actor=ADMIN, limit=9) == []
        session.execute(sa.text("SET LOCAL app.agency_id = ''"))
        assert session.scalar(sa.text(SHARING)) == 0
        session.rollback()


def test_alike_cases_are_looked_up_in_the_index_of_words(
    agency: AgencyFacts, superuser: sa.Connection
) -> None:
    """Among thousands, by an agency's own role, and nothing forbids another way."""
    superuser.exec_driver_sql("BEGIN")
    try:
        superuser.execute(sa.text(CROWD), {"agency": agency.id})
        superuser.exec_driver_sql("ANALYZE public_case")
        superuser.exec_driver_sql("SET LOCAL ROLE sp4n_tenant")
        superuser.exec_driver_sql(f"SET LOCAL app.agency_id = '{agency.id}'")
        asked = statement_of(
            lambda session: public_alike(session, LAMP, agency_id=agency.id, limit=3)
        )
        plan = "\n".join(superuser.exec_driver_sql(f"EXPLAIN {asked}").scalars())
    finally:
        superuser.exec_driver_sql("ROLLBACK")
    assert "Bitmap Index Scan on ix_public_case_found" in plan


def statement_of(ask: Callable[[Session], object]) -> str:
    class Asked:
        def execute(self, statement: sa.Select[tuple[object, ...]]) -> list[object]:
            self.statement = statement
            return []

    asked = Asked()
    ask(cast(Session, asked))
    how = {"dialect": postgresql.dialect(), "compile_kwargs": {"literal_binds": True}}
    return str(asked.statement.compile(**how)).replace("%%", "%")


@pytest.mark.parametrize(
    ("title", "place", "query"),
    [
        ("Aspal rusak", "", "(aspal & rusak)"),
        ("Aspal", "", None),
        ("Lampu", "pasar Kuta", "(lampu & pasar & kuta)"),
        ("Lampu", "di Kuta", None),
        ("Lampu padam", "di Kuta", "(lampu & padam)"),
        ("Lampu padam di Jalan Kuta", "Kuta", "(lampu & padam)"),
        (
            "Lampu padam gelap",
            "di Kuta",
            "(lampu & padam & gelap) | (lampu & padam & kuta) | (lampu & gelap & kuta)"
            " | (padam & gelap & kuta)",
        ),
        ("Air mati sejak kemarin sore", "", "(kemarin & mati & sore)"),
        ("yang dan untuk 2026 a'b:*|!c", "dari", None),
        ("Mohon segera", "", None),
    ],
)
def test_too_little_is_like_nothing(title: str, place: str, query: str | None) -> None:
    assert Told(title, place).query == query
