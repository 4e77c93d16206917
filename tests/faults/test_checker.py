"""The checker of the faults: quiet over what is well, and red for each thing that must not be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from bench.faults.checker import Checker
from bench.faults.ledger import Answer, Filing
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import answer_case
from sp4n.tenants.resolver import AgencyFacts
from tests.cases import making
from tests.factories import Inside

TITLES = ("Laporan uji nomor 1", "Laporan uji nomor 2")
Change = Callable[[str], None]
ANSWER = "Sudah kami perbaiki hari ini."


@pytest.fixture
def filings(inside: Inside, agency: AgencyFacts) -> list[Filing]:
    """Two reports, confirmed; the first is answered."""
    with inside(agency) as session:
        cases = [making.a_case(session, agency, title=title) for title in TITLES]
        making.verified(session, cases[0])
        answer_case(session, case=cases[0], actor=making.ADMIN, body=ANSWER, final=False)
        return [Filing(agency.id, case.title, case.reference) for case in cases]


@pytest.fixture
def checker(superuser: sa.Connection, agency: AgencyFacts) -> Checker:
    return Checker(superuser, [agency.id])


@pytest.fixture
def change(superuser: sa.Connection, agency: AgencyFacts) -> Iterator[Change]:
    """Past every wall: what only a fault would do. Then the agency is history, so that tests of
    other rooms, who count all agencies, do not count what was broken here."""

    def changed(statement: str) -> None:
        assert superuser.execute(sa.text(statement), {"agency": agency.id}).rowcount

    yield changed
    superuser.execute(
        sa.text("UPDATE agency SET status = 'archived' WHERE id = :agency"), {"agency": agency.id}
    )


def copied(table: str, columns: str) -> str:
    return (
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}"
        " WHERE agency_id = :agency LIMIT 1"
    )


def test_a_house_that_is_well_has_nothing_to_tell(
    checker: Checker, filings: list[Filing], agency: AgencyFacts
) -> None:
    assert checker.lost(filings) == []
    assert checker.doubled() == []
    assert checker.incomplete() == []
    assert checker.figures_off() == []
    assert checker.answers_lost([Answer(agency.id, ANSWER, acknowledged=True)]) == []
    assert checker.answers_doubled() == []


def test_a_confirmed_report_that_is_not_there_is_lost(
    checker: Checker, filings: list[Filing], agency: AgencyFacts
) -> None:
    gone = Filing(agency.id, "Laporan uji nomor 3", "AAAA-AAAA")
    assert checker.lost([*filings, gone]) == [gone.title]


def test_a_report_under_the_reference_of_another_is_lost(
    checker: Checker, filings: list[Filing]
) -> None:
    first, second = filings
    first.reference, second.reference = second.reference, first.reference
    assert checker.lost(filings) == list(TITLES)


def test_a_report_that_nobody_was_told_of_is_not_lost(
    checker: Checker, agency: AgencyFacts
) -> None:
    assert checker.lost([Filing(agency.id, "Laporan uji nomor 3")]) == []


def test_a_report_that_made_two_cases_is_doubled(
    checker: Checker, filings: list[Filing], inside: Inside, agency: AgencyFacts
) -> None:
    with inside(agency) as session:
        making.a_case(session, agency, title=TITLES[1])
    assert checker.doubled() == [TITLES[1]]


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("DELETE FROM tracking WHERE agency_id = :agency", "where it is tracked 0 times"),
        ("DELETE FROM filing_key WHERE agency_id = :agency", "the form's key 0 times"),
        (
            "UPDATE filing_key SET reference = 'AAAAAAAAAA' WHERE agency_id = :agency"
            " AND key_hash = (SELECT min(key_hash) FROM filing_key WHERE agency_id = :agency)",
            "case None",
        ),
        (
            "DELETE FROM audit_entry WHERE agency_id = :agency AND act = 'case.filed'",
            "its audit row 0 times",
        ),
        (
            "DELETE FROM outbox WHERE agency_id = :agency AND kind = 'notice.staff_new_case'",
            "word to the staff 0 times",
        ),
        (
            "DELETE FROM outbox WHERE agency_id = :agency AND kind = 'notice.case_filed'",
            "word to the reporter 0 times",
        ),
        (
            "DELETE FROM case_event WHERE agency_id = :agency AND kind = 'filed'",
            "its first event 0 times",
        ),
        (
            copied("audit_entry", "agency_id, actor_kind, act, object_kind, object_id"),
            "its audit row 2 times",
        ),
        (
            copied("outbox", "agency_id, queue, kind, object_id"),
            "word to the",
        ),
    ],
)
def test_a_case_without_a_part_or_with_two_of_it_is_not_complete(
    checker: Checker, filings: list[Filing], change: Change, statement: str, part: str
) -> None:
    change(statement)
    assert any(part in one for one in checker.incomplete())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE figure_delta SET amount = amount + 1 WHERE agency_id = :agency",
        "DELETE FROM figure_delta WHERE agency_id = :agency AND measure = 'in_progress'",
        "UPDATE figure_delta SET bucket = 1 WHERE agency_id = :agency AND measure = 'filed'",
        "DELETE FROM figure_delta WHERE agency_id = :agency AND measure = 'first_answer'",
        "UPDATE figure_delta SET bucket = 7 WHERE agency_id = :agency AND measure = 'first_answer'",
        "INSERT INTO figure_total (agency_id, measure, bucket, amount)"
        " VALUES (:agency, 'closed', 0, 1)",
        "UPDATE case_record SET first_answered_at = NULL WHERE agency_id = :agency",
    ],
)
def test_a_figure_that_is_no_count_is_told(
    checker: Checker, filings: list[Filing], change: Change, statement: str
) -> None:
    change(statement)
    assert checker.figures_off()


def test_answers_that_are_lost_or_doubled_are_told(
    checker: Checker, filings: list[Filing], inside: Inside, agency: AgencyFacts
) -> None:
    unheard = Answer(agency.id, "Belum sampai.", acknowledged=True)
    assert checker.answers_lost([unheard]) == [unheard.body]
    with inside(agency) as session:
        case = session.scalars(sa.select(CaseRecord).where(CaseRecord.title == TITLES[0])).one()
        answer_case(session, case=case, actor=making.ADMIN, body=ANSWER, final=False)
    assert checker.answers_doubled() == [ANSWER]


def letters(superuser: sa.Connection, agency: AgencyFacts) -> list[str]:
    owed = sa.text(
        "SELECT id FROM outbox WHERE agency_id = :agency AND queue = 'mail'"
        " AND kind NOT LIKE 'notice.staff%'"
    )
    rows = superuser.scalars(owed, {"agency": agency.id}).all()
    return [f"outbox-{agency.id}-{row}" for row in rows]


def test_mail_is_to_come_once(
    checker: Checker, filings: list[Filing], superuser: sa.Connection, agency: AgencyFacts
) -> None:
    now = time.time()
    arrivals = {name: [now] for name in letters(superuser, agency)}
    assert len(arrivals) > 2
    assert checker.unsent(arrivals) == []
    assert checker.sent_twice(arrivals) == []
    assert len(checker.still_owed()) > 2  # nobody works here
    twice, missing = list(arrivals)[:2]
    arrivals[twice].append(now + 100)
    del arrivals[missing]
    assert [one.split()[0] for one in checker.unsent(arrivals)] == [missing]
    assert checker.sent_twice(arrivals) == [twice]


def test_mail_in_flight_at_a_kill_may_come_twice(
    checker: Checker, filings: list[Filing], superuser: sa.Connection, agency: AgencyFacts
) -> None:
    now = time.time()
    arrivals = {name: [now, now + 100] for name in letters(superuser, agency)[:1]}
    assert checker.sent_twice(arrivals, [(now + 0.5, now + 0.5)]) == []
    assert checker.sent_twice(arrivals, [(now + 5, now + 5), (now + 100, now + 100)]) != []
