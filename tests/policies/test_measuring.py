"""Figures of units and people: each equal to a count by hand, and to the cases listed behind it."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask

from bench.counting import statements
from sp4n import clock
from sp4n.cases import operations
from sp4n.policies.evaluating import evaluate, names_of, span_of
from sp4n.policies.measuring import Fact, cases_behind, figures
from sp4n.policies.periods import Period, PeriodKind, read_period
from sp4n.policies.rules import Comparison, Element, Measure, Rule, Subject
from sp4n.policies.steps import REWARD
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import Between, between
from tests.cases.making import MONDAY, a_unit
from tests.factories import Inside
from tests.policies.diary import Diary, counted
from tests.scenes import Scene

LONG_AFTER = datetime(2027, 3, 1, 2, tzinfo=UTC)


def period(token: str) -> Period:
    found = read_period(token)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", [1])
def test_every_figure_is_what_a_count_by_hand_gives(
    inside: Inside, agency: AgencyFacts, seed: int
) -> None:
    with inside(agency) as session:
        units = [a_unit(session).id for _one in range(3)]
        diary = Diary(session, agency, units, random.Random(seed))
        diary.write(30)
        session.flush()
        for token in ("2026-11", "2026-TW4"):
            span = span_of(period(token), agency.zone, 14, LONG_AFTER)
            with statements() as sent:
                found = figures(session, Subject.UNIT, span)
            assert len(sent) == 1
            expected = counted(diary.entries, span)
            assert {key: (one.number, one.good) for key, one in found.items()} == {
                key: (one.number, one.good) for key, one in expected.items()
            }
            for key, one in found.items():
                assert abs(one.value - expected[key].value) < 0.001, key
            assert {measure for _unit, measure in found} == set(Measure)
            kept = figures(session, Subject.UNIT, span, with_cases=True)
            assert {key: one.value for key, one in kept.items()} == {
                key: one.value for key, one in found.items()
            }
            for one in kept.values():
                behind = [Fact(*fact) for fact in json.loads(one.cases)]
                assert len(behind) == one.number
                assert sum(fact.good is True for fact in behind) == one.good
            for key, one in list(kept.items())[:8]:
                assert json.loads(one.cases) == [
                    list(fact) for fact in cases_behind(session, Subject.UNIT, span, key)
                ]
        session.rollback()


def test_what_is_handed_on_counts_where_it_is_when_its_limit_is_known(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts, other_agency: AgencyFacts
) -> None:
    """Between units, and between agencies: in time here and there, late only where it was late."""
    both: Between = between(app, superuser, agency, other_agency)
    here, there = both.here, both.there
    mine, next_door, theirs = here.unit("Dinas A"), here.unit("Dinas B"), there.unit("Dinas C")
    with clock.frozen(MONDAY):
        early, late, moved = (here.verify(here.filed(), unit_id=mine) for _one in range(3))
    with clock.frozen(MONDAY + timedelta(days=1)):
        here.assign(moved, next_door)
        both.hand_over(early)
    with clock.frozen(MONDAY + timedelta(days=2)), there.inside() as session:
        case = both.case(session, early.reference)
        assert case is not None
        operations.verify_case(
            session,
            case=case,
            actor=there.admin,
            supervision=False,
            category_id=None,
            public_title="",
            public_body="",
            publish=False,
            unit_id=theirs,
        )
    with clock.frozen(MONDAY + timedelta(days=20)):
        both.hand_over(late)
        here.answer(moved)
    november = period("2026-11")
    assert judged(here, november) == {(mine, 1, 0), (next_door, 1, 0)}
    assert judged(there, november) == {(theirs, 1, 0)}


def judged(scene: Scene, asked: Period) -> set[tuple[int, int, int]]:
    with scene.inside() as session:
        span = span_of(asked, scene.agency.zone, 14, LONG_AFTER)
        return {
            (who, one.number, one.good)
            for (who, what), one in figures(session, Subject.UNIT, span).items()
            if what is Measure.FIRST_IN_TIME
        }


def test_people_are_judged_by_what_was_entrusted_to_them_by_name(scene: Scene) -> None:
    unit = scene.unit()
    made, wayan = (scene.person("liaison", name, units=[unit]) for name in ("Made", "Wayan"))
    with clock.frozen(MONDAY):
        filings = [scene.verify(scene.filed(), unit_id=unit) for _one in range(4)]
    for place, who in enumerate((made, made, wayan)):
        with clock.frozen(MONDAY + timedelta(hours=1)), scene.inside() as session:
            case = scene.case(filings[place], session)
            operations.entrust_case(session, case=case, actor=scene.admin, account_id=who.id)
    with clock.frozen(MONDAY + timedelta(days=1)):
        scene.answer(filings[0])
        scene.answer(filings[3])  # nobody's by name
    with scene.inside() as session:
        span = span_of(period("2026-11"), scene.agency.zone, 14, LONG_AFTER)
        found = figures(session, Subject.PERSON, span)
    first = {
        who: (one.number, one.good)
        for (who, what), one in found.items()
        if what is Measure.FIRST_IN_TIME
    }
    assert first == {made.id: (2, 1), wayan.id: (1, 0)}


def test_a_trial_is_no_case_and_what_the_agency_has_with_nobody_is_nobodys(
    inside: Inside, agency: AgencyFacts, scene: Scene
) -> None:
    with clock.frozen(MONDAY):
        scene.answer(scene.verify(scene.filed()))
    with inside(agency) as session:
        span = span_of(period("2026-11"), agency.zone, 14, LONG_AFTER)
        assert figures(session, Subject.UNIT, span) == {}
        assert evaluate(session, [], period("2026-11"), span).outcomes == ()


def test_whoever_has_no_case_is_neither_rewarded_nor_punished(scene: Scene) -> None:
    """Nothing overdue of nothing is no merit, and no share of nothing is low."""
    unit = scene.unit("Dinas tanpa laporan")
    rules = [
        rule_of(number, measure, comparison)
        for number, (measure, comparison) in enumerate(
            ((one, other) for one in Measure for other in Comparison), 1
        )
    ]
    with scene.inside() as session:
        assert unit in names_of(session, Subject.UNIT, in_use=True)
        span = span_of(period("2026-11"), scene.agency.zone, 14, LONG_AFTER)
        found = evaluate(session, rules, period("2026-11"), span, with_cases=True)
    assert len(found.outcomes) == len(rules)
    assert [one for one in found.outcomes if one.fired or one.judged or one.too_few] == []
    assert found.judged == 0


def rule_of(number: int, measure: Measure, comparison: Comparison) -> Rule:
    """With the least minimum, and a threshold that 0 satisfies where it may."""
    step = ("certificate", Element.DISCIPLINE)
    threshold = Decimal(1 if measure is Measure.RATING else 0)
    who, when = Subject.UNIT, PeriodKind.MONTH
    return Rule(number, who, when, measure, comparison, threshold, 1, REWARD, *step)
