"""What the work of a policy takes at the end of a quarter: twenty rules over all units of a large
agency and all its cases, with the cases behind every number that a rule fires for.

The cases are written as rows, with the history that the figures read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.building.database import built
from bench.counting import statements
from bench.keeping import Agency, opened
from bench.pages import superuser_url
from bench.scale import Scale
from bench.surroundings import high_water, lowered, resident
from bench.table import Row
from sp4n import clock
from sp4n.db import db
from sp4n.policies.applying import propose
from sp4n.policies.evaluating import evaluate, span_of
from sp4n.policies.models import Policy, PolicyProposal, PolicyVersion
from sp4n.policies.periods import Period, PeriodKind, period_at
from sp4n.policies.rules import Comparison, Element, Measure, Rule, Subject
from sp4n.policies.steps import LADDER, REWARD, SANCTION
from sp4n.tenants.resolver import agency_by_id

RULES: Final = 20
UNITS: Final = """
INSERT INTO unit (agency_id, name) SELECT %(a)s, 'Unit ukur ' || n
FROM generate_series(1, %(units)s) n
"""
# Each case: verified after a day, with a unit, moved on in one of ten; answered in nine of ten,
# ended in eight, contested in one of twenty. Some of it late.
CASES: Final = """
WITH units AS (
  SELECT array_agg(id ORDER BY id) AS ids FROM unit
  WHERE agency_id = %(a)s AND name LIKE 'Unit ukur %%'
), drawn AS (
  SELECT n, %(start)s::timestamptz + random() * interval '80 days' AS at, random() AS luck,
    interval '1 day' * random() * 8 AS first, interval '1 day' * random() * 9 AS last,
    ids[1 + floor(random() * array_length(ids, 1))::int] AS unit
  FROM generate_series(1, %(cases)s) n, units
)
INSERT INTO case_record (agency_id, reference, access_code_hash, classification, title, description,
  anonymous, confidential, state, unit_id, rule_set_id, filed_at, verified_at, first_answered_at,
  verify_due_at, answer_due_at, complete_due_at, closed_at, updated_at)
SELECT %(a)s, 'UKUR' || n, ''::bytea, 'pengaduan', 'Ukur', 'Ukur', false, false,
  CASE WHEN luck < 0.8 THEN 'closed' WHEN luck < 0.9 THEN 'in_progress' ELSE 'unhandled' END,
  unit, (SELECT min(id) FROM rule_set), at, at + interval '1 day',
  CASE WHEN luck < 0.9 THEN at + interval '1 day' + first END,
  at + interval '3 days', at + interval '8 days', at + interval '15 days',
  CASE WHEN luck < 0.8 THEN at + interval '2 days' + first + last END, at
FROM drawn
"""
EVENTS: Final = """
INSERT INTO case_event (agency_id, case_id, at, kind, public, actor_kind, to_state, unit_id, data)
SELECT c.agency_id, c.id, e.at, e.kind, true, 'staff', c.state, e.unit, e.data
FROM case_record c CROSS JOIN LATERAL (VALUES
  (1, c.filed_at, 'filed', NULL::bigint, '{}'::jsonb),
  (2, c.verified_at, 'verified', NULL, '{}'),
  (3, c.verified_at, 'assigned', c.unit_id, '{}'),
  (4, CASE WHEN c.id %% 10 = 0 THEN c.verified_at + interval '2 hours' END, 'assigned',
    c.unit_id, '{}'),
  (5, c.verified_at + interval '3 hours', 'noted', c.unit_id, '{}'),
  (6, c.first_answered_at, 'answered', c.unit_id, '{"final": false}'),
  (7, c.closed_at - interval '1 day', 'answered', c.unit_id, '{"final": true}'),
  (8, c.closed_at, 'closed', NULL, '{}'),
  (9, CASE WHEN c.id %% 20 = 0 THEN c.closed_at + interval '1 day' END, 'contested', NULL, '{}')
) e (place, at, kind, unit, data)
WHERE c.agency_id = %(a)s AND c.reference LIKE 'UKUR%%' AND e.at IS NOT NULL
ORDER BY e.at, e.place
"""
RATINGS: Final = """
INSERT INTO rating (agency_id, end_event_id, event_id, case_id, at, access, response, transparency,
  result)
SELECT agency_id, id, id, case_id, at + interval '1 hour', 4, 3, 5, 1 + (id %% 5)
FROM case_event WHERE agency_id = %(a)s AND kind = 'closed' AND id %% 2 = 0 AND case_id IN
  (SELECT id FROM case_record WHERE agency_id = %(a)s AND reference LIKE 'UKUR%%')
"""


def measure(scale: Scale) -> list[Row]:
    from bench.policies_everywhere import everywhere

    units, cases = scale.pick((50, 10_000), (500, 100_000))
    with (
        TemporaryDirectory(prefix="sp4n-policies-") as folder,
        built(Path(folder), agencies=1, cases=1_000) as made,
    ):
        agency = opened(made)
        period = period_at(PeriodKind.QUARTER, date(2026, 4, 1))
        with psycopg.connect(superuser_url(made.settings)) as connection:
            crowded(connection, agency.id, period, units, cases)
            connection.commit()
            vacuumed(connection)
        rows = list(measured(agency, period, units, cases))
    return [*rows, *everywhere(scale)]


def crowded(
    connection: psycopg.Connection, agency_id: int, period: Period, units: int, cases: int
) -> None:
    about = {"a": agency_id, "units": units, "cases": cases, "start": period.starts_on}
    connection.execute("SELECT setseed(0.5)")
    for statement in (UNITS, CASES, EVENTS, RATINGS):
        connection.execute(statement, about)


def vacuumed(connection: psycopg.Connection) -> None:
    connection.autocommit = True
    connection.execute("VACUUM (ANALYZE) case_record, case_event, rating, unit")
    connection.autocommit = False


def rules() -> list[Rule]:
    """Of every measure, half of them such that they fire for many."""
    thresholds = {
        Measure.FIRST_IN_TIME: 85,
        Measure.COMPLETED_IN_TIME: 75,
        Measure.MEDIAN_ANSWER: 96,
        Measure.OVERDUE: 10,
        Measure.RATING: 3,
        Measure.CONTESTED: 5,
        Measure.ANSWERED: 80,
        Measure.CASES: 100,
    }
    return [
        Rule(
            number,
            Subject.UNIT,
            PeriodKind.QUARTER,
            one,
            Comparison.AT_LEAST if number % 2 else Comparison.LESS,
            Decimal(thresholds[one]),
            10,
            REWARD if number % 2 else SANCTION,
            "certificate" if number % 2 else LADDER,
            Element.PERFORMANCE,
        )
        for number, one in enumerate(islice(cycle(Measure), RULES), 1)
    ]


def measured(agency: Agency, period: Period, units: int, cases: int) -> Iterator[Row]:
    yield Row.of("units", units, "")
    yield Row.of("cases of the quarter", cases, "")
    with agency.inside():
        facts = agency_by_id(agency.id)
        assert facts is not None
        span = span_of(period, facts.zone, 14, clock.now())
        start = perf_counter()
        with statements() as sent:
            found = evaluate(db.session(), rules(), period, span)
        yield Row.of(f"{RULES} rules tried", perf_counter() - start, "s", "<= 10")
        yield Row.of("statements for that", len(sent), "", "<= 2")
        yield Row.of("units judged", found.judged, "", f">= {units}")
    with agency.inside():
        session = db.session()
        version = in_force(session, period)
        before = resident()
        lowered()
        start = perf_counter()
        with statements() as sent:
            run = propose(session, version=version, period=period, agency=facts)
        yield Row.of(
            "measured and proposed, with all cases behind", perf_counter() - start, "s", "<= 10"
        )
        yield Row.of(
            "memory at most meanwhile, beside what was held before",
            high_water() - before,
            "MB",
            "<= 200",
        )
        yield Row.of("proposals", run.proposed, "")
        yield Row.of("statements for that", len(sent), "")
        kept = sa.func.sum(sa.func.jsonb_array_length(PolicyProposal.cases))
        yield Row.of("cases kept with them", session.scalar(sa.select(kept)) or 0, "")


def in_force(session: Session, period: Period) -> PolicyVersion:
    """A policy for this period alone."""
    policy = Policy(title="Ukur", created_at=clock.now())
    session.add(policy)
    session.flush()
    version = PolicyVersion(
        policy_id=policy.id,
        number=1,
        title="Ukur",
        body="Ukur",
        rules=[one.written() for one in rules()],
        wait_days=14,
        objection_days=5,
        ladder_months=12,
        starts_on=period.starts_on - timedelta(days=1),
        ends_on=period.ends_on,
        published_at=clock.now(),
    )
    session.add(version)
    session.flush()
    return version
