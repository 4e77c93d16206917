"""The figures of all units, or of all people, of one period: one statement, whatever their number.

What is counted is a row of `facts`: a subject, a measure, a case, whether it is a good one, and a
value. The figures add these rows up; the cases behind a figure are the same rows, listed.

Whose a case is, the history says: the unit it was assigned to at that moment, the person it was
entrusted to. A limit is judged at the moment when it is known whether it was kept: when it was done
in time, else when it passed; who had the case then is who is judged. So what was handed on before
its limit counts where it went, and what came too late does not. The end of a case that its reporter
contests counts against who had it when it ended. Trials are no cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.db import PLANNED_ANEW
from sp4n.policies.rules import SHARES, Measure, Subject
from sp4n.tenants.scope import current_agency_id

# Who has the case from this event on; NULL is nobody.
_HOLDERS: Final = {
    Subject.UNIT: "CASE WHEN kind = 'assigned' THEN unit_id END",
    Subject.PERSON: "CASE WHEN kind = 'entrusted' THEN (data->>'account_id')::bigint END",
}
_MOVES: Final = {
    Subject.UNIT: "('assigned', 'forwarded')",
    Subject.PERSON: "('entrusted', 'assigned', 'forwarded')",
}
_FACTS: Final = """
WITH mine AS MATERIALIZED (
  SELECT id, filed_at, first_answered_at, answer_due_at, complete_due_at, limits_from, state,
    CASE WHEN state IN ('closed', 'archived', 'forwarded', 'disputed') THEN closed_at
      WHEN state = 'on_hold' THEN held_at END AS ended_at,
    state IN ('unhandled', 'in_progress', 'on_hold') AS owing
  FROM case_record WHERE agency_id = :agency AND NOT trial AND filed_at < :until
), told AS MATERIALIZED (
  SELECT e.case_id, e.id, e.at, e.kind, e.unit_id, e.data,
    count(*) FILTER (WHERE e.kind IN ('reopened', 'contested', 'overturned'))
      OVER (PARTITION BY e.case_id ORDER BY e.id) AS round
  FROM case_event e
  WHERE e.agency_id = :agency AND e.data->>'agency' IS NULL AND e.kind IN
    ('assigned', 'forwarded', 'entrusted', 'answered', 'closed', 'archived', 'contested',
     'appealed', 'reopened', 'overturned')
), custody AS MATERIALIZED (
  SELECT case_id, subject_id, id AS since_id, at AS since,
    coalesce(lead(id) OVER w, 9223372036854775807) AS until_id,
    coalesce(lead(at) OVER w, 'infinity') AS until
  FROM (SELECT case_id, id, at, {holder} AS subject_id FROM told WHERE kind IN {moves}) moves
  WINDOW w AS (PARTITION BY case_id ORDER BY id)
), answers AS MATERIALIZED (
  SELECT t.case_id, t.id, t.at, t.round, m.filed_at, m.owing, t.at = m.first_answered_at
      AND 1 = row_number() OVER (PARTITION BY t.case_id ORDER BY t.id) AS first,
    (t.data->>'final')::boolean AND t.id = max(t.id) FILTER (WHERE (t.data->>'final')::boolean)
      OVER (PARTITION BY t.case_id, t.round) AS last,
    coalesce((t.data->>'answer_due')::timestamptz,
      CASE WHEN m.limits_from IS NULL OR m.limits_from <= t.at THEN m.answer_due_at END)
      AS answer_due,
    coalesce((t.data->>'complete_due')::timestamptz,
      CASE WHEN m.limits_from IS NULL OR m.limits_from <= t.at THEN m.complete_due_at END)
      AS complete_due
  FROM told t JOIN mine m ON m.id = t.case_id WHERE t.kind = 'answered'
), rounds AS (
  SELECT case_id, max(round) AS round FROM told GROUP BY case_id
), owed AS (
  SELECT 'first_in_time' AS measure, case_id, id AS mark_id, at AS done_at, answer_due AS due_at,
    NULL::timestamptz AS ended_at FROM answers WHERE first
  UNION ALL
  SELECT 'first_in_time', id, NULL, NULL, answer_due_at, ended_at FROM mine
  WHERE first_answered_at IS NULL
  UNION ALL
  SELECT 'completed_in_time', a.case_id, a.id, a.at, a.complete_due, NULL
  FROM answers a JOIN rounds r USING (case_id)
  WHERE a.last AND NOT (a.owing AND a.round = r.round)
  UNION ALL
  SELECT 'completed_in_time', m.id, NULL, NULL, m.complete_due_at, m.ended_at
  FROM mine m LEFT JOIN rounds r ON r.case_id = m.id
  LEFT JOIN answers a ON a.case_id = m.id AND a.round = r.round AND a.last
  WHERE m.owing OR (m.state IN ('archived', 'forwarded', 'closed') AND a.id IS NULL)
), judged AS (
  SELECT measure, case_id, done_at, coalesce(done_at <= due_at, false) AS good,
    CASE WHEN done_at <= due_at THEN mark_id END AS mark_id,
    least(done_at, due_at) AS at
  FROM owed
  WHERE due_at IS NOT NULL AND (done_at <= due_at OR due_at < least(ended_at, :now))
), late AS (
  SELECT DISTINCT case_id FROM owed
  WHERE due_at < least(:until, :now) AND (done_at IS NULL OR done_at >= :until)
    AND (ended_at IS NULL OR (ended_at >= :until AND ended_at > due_at))
), came AS (
  SELECT DISTINCT c.subject_id, c.case_id FROM custody c JOIN mine m ON m.id = c.case_id
  WHERE c.since >= :start AND c.since < :until
), at_hand AS (
  SELECT c.subject_id, l.case_id, true AS late FROM late l JOIN custody c USING (case_id)
  WHERE c.since < :until AND c.until >= :until
), ends AS (
  SELECT case_id, id, at, kind, lead(kind) OVER w AS next_kind, lead(at) OVER w AS next_at
  FROM told WHERE kind IN ('closed', 'archived', 'contested', 'appealed')
  WINDOW w AS (PARTITION BY case_id ORDER BY id)
), points AS (
  SELECT measure, case_id, mark_id, at, good, NULL::numeric AS value FROM judged
  WHERE at >= :start AND at < :until
  UNION ALL
  SELECT 'answered', case_id, mark_id, at, coalesce(done_at < :until, false), NULL FROM judged
  WHERE measure = 'first_in_time' AND at >= :start AND at < :until
  UNION ALL
  SELECT 'contested', e.case_id, e.id, e.at,
    coalesce(e.next_kind IN ('contested', 'appealed') AND e.next_at < :settled, false), NULL
  FROM ends e JOIN mine m ON m.id = e.case_id
  WHERE e.kind IN ('closed', 'archived') AND e.at >= :start AND e.at < :until
  UNION ALL
  SELECT 'rating', r.case_id, r.end_event_id, r.at, NULL,
    (r.access + r.response + r.transparency + r.result) / 4.0
  FROM rating r JOIN mine m ON m.id = r.case_id
  WHERE r.agency_id = :agency AND r.at >= :start AND r.at < :until
), facts AS (
  SELECT c.subject_id, p.measure, p.case_id, p.good, p.value
  FROM points p JOIN custody c ON c.case_id = p.case_id
    AND CASE WHEN p.mark_id IS NULL THEN c.since <= p.at AND p.at < c.until
      ELSE c.since_id < p.mark_id AND p.mark_id < c.until_id END
  UNION ALL
  SELECT c.subject_id, 'median_answer', a.case_id, NULL,
    round((extract(epoch FROM a.at - greatest(c.since, a.filed_at)) / 3600)::numeric, 4)
  FROM answers a JOIN custody c ON c.case_id = a.case_id
    AND c.since_id < a.id AND a.id < c.until_id
  WHERE a.first AND a.at >= :start AND a.at < :until
  UNION ALL
  SELECT subject_id, 'cases', case_id, NULL, NULL FROM came
  UNION ALL
  SELECT subject_id, 'overdue', case_id, coalesce(h.late, false), NULL
  FROM came FULL JOIN at_hand h USING (subject_id, case_id)
)
"""
# In one list: so many rows would cost more on their way than all that made them.
_CASES: Final = """
jsonb_agg(jsonb_build_array(case_id, good, value::text)
  ORDER BY good, value DESC NULLS LAST, case_id)
"""
_ADDED_UP: Final = """
SELECT subject_id, measure, count(*) AS number, count(*) FILTER (WHERE good) AS good,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median, sum(value) AS total,
  {cases}::text AS cases
FROM facts WHERE subject_id IS NOT NULL GROUP BY subject_id, measure
"""
_LISTED: Final = """
SELECT {cases} AS cases FROM facts WHERE subject_id = :subject AND measure = :measure
"""


@dataclass(frozen=True)
class Span:
    """`settled`: contests that came before it count against ends in the span."""

    start: datetime
    until: datetime
    settled: datetime
    now: datetime


@dataclass(frozen=True)
class Figure:
    """`number`: of cases (of ratings) that it is made of; `good`: those that the measure is about:
    in time, answered, contested, overdue. `cases`: where asked for, these as JSON, as
    `cases_behind` lists them."""

    number: int
    good: int
    value: Fraction
    cases: str = field(default="", repr=False)


class Fact(NamedTuple):
    """`value`: a number as text, as JSON keeps it exactly."""

    case_id: int
    good: bool | None
    value: str | None


Key = tuple[int, Measure]


def figures(
    session: Session, subject: Subject, span: Span, *, with_cases: bool = False
) -> dict[Key, Figure]:
    """By subject and measure; what has no case has no figure."""
    added_up = _ADDED_UP.format(cases=_CASES if with_cases else "''")
    return {
        (row.subject_id, Measure(row.measure)): _figure(row)
        for row in _asked(session, subject, span, added_up, {})
    }


def cases_behind(session: Session, subject: Subject, span: Span, key: Key) -> list[Fact]:
    """The rows that this figure is made of."""
    about = {"subject": key[0], "measure": str(key[1])}
    found = _asked(session, subject, span, _LISTED.format(cases=_CASES), about).scalar_one()
    return [Fact(*one) for one in found or ()]


def _asked(
    session: Session, subject: Subject, span: Span, end: str, about: Mapping[str, Any]
) -> sa.Result[Any]:
    """How many rows its parts have PostgreSQL can only guess. Among many agencies it guesses a few
    where there are thousands, and goes through all of one for each of the other: a second for 500
    cases, where 30 ms will do, and with their square."""
    statement = _FACTS.format(holder=_HOLDERS[subject], moves=_MOVES[subject]) + end
    moments = {
        "start": span.start,
        "until": span.until,
        "settled": span.settled,
        "now": span.now,
    }
    session.execute(sa.text("SET LOCAL enable_nestloop = off"))
    found = session.execute(
        sa.text(statement),
        {"agency": current_agency_id(), **moments, **about},
        execution_options=PLANNED_ANEW,
    )
    session.execute(sa.text("SET LOCAL enable_nestloop = on"))
    return found


def _figure(row: sa.Row[Any]) -> Figure:
    measure = Measure(row.measure)
    if measure in SHARES:
        value = Fraction(100 * row.good, row.number)
    elif measure is Measure.MEDIAN_ANSWER:
        value = Fraction(str(row.median))
    elif measure is Measure.RATING:
        value = Fraction(row.total) / row.number
    else:
        value = Fraction(row.good if measure is Measure.OVERDUE else row.number)
    return Figure(row.number, row.good, value, row.cases)
