"""The comparison after a restore: what was not touched is the same, anything else is told."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from bench.faults.rows import Hashes, differences, how_many, row_hashes
from sp4n.tenants.resolver import AgencyFacts
from tests.cases import making
from tests.factories import Inside


@pytest.fixture
def before(superuser: sa.Connection, inside: Inside, agency: AgencyFacts) -> Hashes:
    with inside(agency) as session:
        making.a_case(session, agency)
    return row_hashes(superuser.engine)


def test_untouched_rows_are_the_same(superuser: sa.Connection, before: Hashes) -> None:
    assert how_many({"case_record": before["case_record"]}) > 0
    assert differences(before, row_hashes(superuser.engine)) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE case_record SET title = title || '.' WHERE agency_id = :a", "1 rows gone, 1 new"),
        ("DELETE FROM audit_entry WHERE agency_id = :a", "rows gone, 0 new"),
        ("INSERT INTO outbox (agency_id, queue, kind) VALUES (:a, 'mail', 'x')", "outbox: 0 rows"),
    ],
)
def test_a_row_that_changed_went_or_came_is_told(
    superuser: sa.Connection, before: Hashes, agency: AgencyFacts, statement: str, told: str
) -> None:
    superuser.execute(sa.text(statement), {"a": agency.id})
    (found,) = differences(before, row_hashes(superuser.engine))
    assert told in found


def test_a_table_that_is_missing_is_told_even_when_it_was_empty(before: Hashes) -> None:
    assert differences({**before, "kosong": Counter()}, before) == ["kosong: 0 rows gone, 0 new"]
