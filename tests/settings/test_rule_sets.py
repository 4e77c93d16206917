"""Rule sets: from the file to the limit of a case, cited and dated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.db import db
from sp4n.remembered import LIFETIME
from sp4n.settings import queries
from sp4n.settings.models import RuleSet, TimeLimit
from sp4n.settings.operations import load_rule_sets
from sp4n.settings.queries import Limit, RuleSetFacts, Step, Unit, limit, rule_set_in_force
from sp4n.tenants.scope import Scope, opened

TODAY = date(2026, 11, 22)


@pytest.fixture
def national_session(app: Flask) -> Iterator[Session]:
    """Nothing of it is committed, and what this process remembers of it is forgotten."""
    with app.app_context(), opened(Scope("national")):
        queries.forget()
        yield db.session()
        queries.forget()


@pytest.fixture
def rules(national_session: Session) -> RuleSetFacts:
    return rule_set_in_force(national_session, TODAY)


def days(found: Limit | None) -> int | None:
    return None if found is None else found.amount


@pytest.mark.parametrize("classification", ["pengaduan", "aspirasi", "permintaan_informasi"])
def test_verification_answer_and_reply_take_3_5_and_10_days_for_every_class(
    rules: RuleSetFacts, classification: str
) -> None:
    steps = (Step.VERIFICATION, Step.FIRST_ANSWER, Step.REPLY)
    assert [days(limit(rules, step, classification)) for step in steps] == [3, 5, 10]


@pytest.mark.parametrize(
    ("classification", "supervision", "amount"),
    [
        ("permintaan_informasi", False, 5),
        ("permohonan_informasi", False, 10),
        ("pengaduan", False, 14),
        ("pengaduan", True, 60),
        ("aspirasi", False, None),
        ("aspirasi", True, None),
        ("permintaan_informasi", True, 5),
    ],
)
def test_completion_takes_as_long_as_its_class_says(
    rules: RuleSetFacts, classification: str, supervision: bool, amount: int | None
) -> None:
    assert days(limit(rules, Step.COMPLETION, classification, supervision)) == amount


def test_every_limit_has_its_own_citation_and_unit(rules: RuleSetFacts) -> None:
    assert len(rules.limits) == 15
    assert all(one.citation for one in rules.limits)
    assert {one.step for one in rules.limits if one.unit is not Unit.WORKING_DAY} == {
        Step.OMBUDSMAN
    }


def test_the_time_to_contest_says_that_no_rule_was_found(rules: RuleSetFacts) -> None:
    found = limit(rules, Step.CONTEST, "aspirasi")
    assert found is not None
    assert (found.amount, found.unit) == (10, Unit.WORKING_DAY)
    assert found.citation.startswith("Perlu diverifikasi")


def test_the_ladder_of_late_cases_is_data_that_says_that_no_rule_was_found(
    rules: RuleSetFacts,
) -> None:
    steps = [step for step in Step if step.startswith("escalate_")]
    found = [limit(rules, step, "pengaduan") for step in steps]
    assert [days(one) for one in found] == [0, 3, 5, 10]
    assert all(one is not None and "Perlu diverifikasi" in one.citation for one in found)


def test_rules_whose_text_nobody_read_are_not_called_verified(rules: RuleSetFacts) -> None:
    assert rules.citation.startswith("PermenPANRB Nomor 5 Tahun 2025")
    assert not rules.verified
    assert "belum diperiksa" in rules.source


def test_each_day_has_the_rules_of_its_time(national_session: Session) -> None:
    told = {
        day: rule_set_in_force(national_session, day).key
        for day in (date(2021, 11, 5), date(2025, 4, 30), date(2025, 5, 1), TODAY)
    }
    assert list(told.values()) == [
        "permenpanrb-62-2018",
        "permenpanrb-62-2018",
        "permenpanrb-5-2025",
        "permenpanrb-5-2025",
    ]


def test_a_day_before_all_rules_has_none(national_session: Session) -> None:
    with pytest.raises(LookupError, match="2018-12-31"):
        rule_set_in_force(national_session, date(2018, 12, 31))


def test_a_case_finds_the_rules_it_was_filed_under_again(
    national_session: Session, rules: RuleSetFacts
) -> None:
    assert queries.rule_set(national_session, rules.id) == rules
    with pytest.raises(LookupError, match="no rule set 0"):
        queries.rule_set(national_session, 0)


def test_loading_again_changes_nothing(national_session: Session) -> None:
    before = _everything(national_session)
    load_rule_sets(national_session)
    load_rule_sets(national_session)
    assert _everything(national_session) == before
    assert not national_session.dirty


def test_loading_repairs_what_differs_from_the_file(national_session: Session) -> None:
    before = _everything(national_session)
    row = national_session.scalars(sa.select(RuleSet).order_by(RuleSet.id)).first()
    assert row is not None
    row.name, row.verified = "lain", True
    first = national_session.get(TimeLimit, (row.id, "verification", ""))
    assert first is not None
    first.amount = 99
    national_session.add(
        TimeLimit(
            rule_set_id=row.id,
            step="completion",
            case_class="aspirasi",
            amount=1,
            unit="working_day",
            citation="none",
        )
    )
    national_session.flush()
    assert _everything(national_session) != before
    load_rule_sets(national_session)
    assert _everything(national_session) == before


def test_newer_rules_win_over_older_ones_that_are_still_open(national_session: Session) -> None:
    _add_rules(national_session, "newer", TODAY)
    queries.forget()
    assert rule_set_in_force(national_session, TODAY).key == "newer"
    assert rule_set_in_force(national_session, TODAY - timedelta(days=1)).key != "newer"


def test_what_was_read_is_remembered_for_a_minute_and_no_longer(national_session: Session) -> None:
    start = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    with clock.frozen(start):
        before = rule_set_in_force(national_session, TODAY).key
        _add_rules(national_session, "newer", TODAY)
    with clock.frozen(start + LIFETIME - timedelta(seconds=1)):
        assert rule_set_in_force(national_session, TODAY).key == before
    with clock.frozen(start + LIFETIME):
        assert rule_set_in_force(national_session, TODAY).key == "newer"


def test_remembered_rules_cost_no_query(national_session: Session) -> None:
    rule_set_in_force(national_session, TODAY)
    asked: list[str] = []
    engine = national_session.get_bind()

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        rule_set_in_force(national_session, TODAY)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert asked == []


def test_an_agency_reads_the_rules_and_cannot_write_them(app: Flask) -> None:
    with app.app_context(), opened(Scope("tenant")):
        queries.forget()
        session = db.session()
        rules = rule_set_in_force(session, TODAY)
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            session.execute(sa.update(RuleSet).values(name="mine").where(RuleSet.id == rules.id))


def _add_rules(session: Session, key: str, valid_from: date) -> None:
    session.add(
        RuleSet(
            key=key,
            name=key,
            citation="-",
            source="-",
            verified=False,
            valid_from=valid_from,
            valid_to=None,
        )
    )
    session.flush()


def _everything(session: Session) -> list[tuple[object, ...]]:
    rules, limits = RuleSet.__table__, TimeLimit.__table__
    found = [
        *session.execute(sa.select(rules).order_by(rules.c.id)),
        *session.execute(
            sa.select(limits).order_by(limits.c.rule_set_id, limits.c.step, limits.c.case_class)
        ),
    ]
    return [tuple(row) for row in found]
