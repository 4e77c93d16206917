"""Figures as they are at this moment: totals and waiting deltas, read in one statement.

Two statements could straddle a fold and miss, or see twice, what it moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.db import PLANNED_ANEW
from sp4n.figures.histograms import median_hours
from sp4n.figures.models import FigureDelta, FigureTotal
from sp4n.figures.operations import (
    CONTESTED,
    FILED,
    FIRST_ANSWER,
    FIRST_STATE,
    LATER_STATES,
    TRIAL,
)
from sp4n.tenants.models import Agency, AgencyStatus

_CLOSED, _ARCHIVED, _FORWARDED, _OVERDUE = "closed", "archived", "forwarded", "overdue"
_ESCALATED = "escalated"
_NUMBERS = (FILED, _CLOSED, _ARCHIVED, _FORWARDED, _OVERDUE, CONTESTED)
# By name: the room of cases stands above this one.
_CASE_COLUMNS = ("agency_id", "due_at", "confidential", "escalation_level")
_case = sa.table("case_record", *map(sa.column, _CASE_COLUMNS))


@dataclass(frozen=True)
class Figures:
    """Numbers of cases. `contested`: how often an end was contested, of one case maybe several
    times; `first_answers`: bucket of hours -> cases (see `histograms`), where it was asked for."""

    filed: int = 0
    closed: int = 0
    archived: int = 0
    forwarded: int = 0
    overdue: int = 0
    contested: int = 0
    first_answers: Counter[int] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        return self.filed - self.closed - self.archived - self.forwarded

    @property
    def answered(self) -> int:
        """Cases that have had an answer, whatever came after it; 0 where their times were not asked
        for."""
        return self.first_answers.total()

    @property
    def median_answer_hours(self) -> float | None:
        """Hours from filing to the first answer, at most 9.6 % off; None without answers, or where
        their times were not asked for."""
        return median_hours(self.first_answers)


def sum_of(figures: Iterable[Figures]) -> Figures:
    """The figures of several agencies as those of one: medians are of all their cases."""
    numbers, answers = Counter[str](dict.fromkeys(_NUMBERS, 0)), Counter[int]()
    for one in figures:
        for name in _NUMBERS:
            numbers[name] += getattr(one, name)
        for bucket, amount in one.first_answers.items():
            answers[bucket] += amount
    return Figures(**numbers, first_answers=answers)


def figures_of(session: Session, agency_id: int) -> Figures:
    """Those of one agency, in its own scope or the national one."""
    return _read(session, agency_id, times=True).get(agency_id, Figures())


def national_figures(session: Session, *, times: bool) -> dict[int, Figures]:
    """By agency; one that nothing was ever filed at is missing. In the national scope. `times`:
    with the first answers of each, which are most of what there is to read."""
    return _read(session, None, times=times)


def first_answers_by_kind(session: Session) -> dict[str, Counter[int]]:
    """Kind of agency -> bucket -> cases, of those that are not archived. In the national scope."""
    kept = (_rows(table, None) for table in (FigureTotal, FigureDelta))
    rows = sa.union_all(*kept).subquery()
    wanted = (
        sa.select(Agency.kind, rows.c.bucket, sa.cast(sa.func.sum(rows.c.amount), sa.BigInteger))
        .join(Agency, Agency.id == rows.c.agency_id)
        .where(rows.c.measure == FIRST_ANSWER, Agency.status != AgencyStatus.ARCHIVED)
        .group_by(Agency.kind, rows.c.bucket)
    )
    found: dict[str, Counter[int]] = {}
    for kind, bucket, cases in session.execute(wanted):
        found.setdefault(kind, Counter())[bucket] = cases
    return found


@dataclass(frozen=True)
class StateCounts:
    """State -> how many cases are in it now; and how many of all are overdue, or have climbed past
    who has them."""

    by_state: dict[str, int]
    overdue: int
    escalated: int


def state_counts(session: Session, agency_id: int, *, confidential: bool) -> StateCounts:
    """`confidential`: those as well."""
    buckets = (0, 1, TRIAL, TRIAL + 1) if confidential else (0, TRIAL)
    parts = [_overdue(agency_id), _escalated(agency_id)]
    if not confidential:
        parts = [part.where(_case.c.confidential.is_(False)) for part in parts]
    kept = (_rows(table, agency_id) for table in (FigureTotal, FigureDelta))
    rows = sa.union_all(*kept, *parts).subquery()
    named = (FILED, *LATER_STATES, _OVERDUE, _ESCALATED)
    wanted = (rows.c.measure.in_(named), rows.c.bucket.in_(buckets))
    total = sa.cast(sa.func.sum(rows.c.amount), sa.BigInteger).label("amount")
    asked = sa.select(rows.c.measure, total).where(*wanted).group_by("measure")
    found = session.execute(asked.execution_options(**PLANNED_ANEW))
    counts = dict.fromkeys(named, 0) | {row.measure: row.amount for row in found}
    overdue, escalated = counts.pop(_OVERDUE), counts.pop(_ESCALATED)
    filed = counts.pop(FILED)
    states = {FIRST_STATE: filed - sum(counts.values()), **counts}
    return StateCounts(states, overdue, escalated)


def _read(session: Session, agency_id: int | None, *, times: bool) -> dict[int, Figures]:
    wanted = _statement(agency_id, times=times).execution_options(**PLANNED_ANEW)
    return {row.agency_id: _figures(row, times=times) for row in session.execute(wanted)}


def _figures(row: sa.Row[Any], *, times: bool) -> Figures:
    """Trials are late in the index, too; but they are all that an agency has while they are open,
    as they end when it goes live."""
    numbers = {name: getattr(row, name) for name in _NUMBERS}
    answers = _histogram(row.buckets, row.answers) if times else Counter[int]()
    found = Figures(**numbers, first_answers=answers)
    return replace(found, overdue=min(found.overdue, found.open))


def _histogram(buckets: list[int] | None, answers: list[int] | None) -> Counter[int]:
    """A bucket comes once from the totals, and once for each delta."""
    histogram = Counter[int]()
    for bucket, amount in zip(buckets or (), answers or (), strict=True):
        histogram[bucket] += amount
    return histogram


def _statement(agency_id: int | None, *, times: bool) -> sa.Select[Any]:
    """One row for each agency: what can be added up here does not travel."""
    read = (*_NUMBERS, FIRST_ANSWER) if times else _NUMBERS
    kept = (
        _rows(table, agency_id).where(table.measure.in_(read))
        for table in (FigureTotal, FigureDelta)
    )
    rows = sa.union_all(*kept, _overdue(agency_id)).subquery()
    answer = rows.c.measure == FIRST_ANSWER
    wanted = sa.select(
        rows.c.agency_id,
        *(_single(rows, measure) for measure in _NUMBERS),
    )
    if times:
        wanted = wanted.add_columns(
            sa.func.array_agg(rows.c.bucket).filter(answer).label("buckets"),
            sa.func.array_agg(rows.c.amount).filter(answer).label("answers"),
        )
    return wanted.group_by(rows.c.agency_id)


def _single(rows: sa.Subquery, measure: str) -> sa.Label[int]:
    found = sa.func.sum(rows.c.amount).filter(rows.c.measure == measure, rows.c.bucket < TRIAL)
    return sa.cast(sa.func.coalesce(found, 0), sa.BigInteger).label(measure)


def _rows(
    table: type[FigureTotal] | type[FigureDelta], agency_id: int | None
) -> sa.Select[int, str, int, int]:
    rows = sa.select(table.agency_id, table.measure, table.bucket, table.amount)
    return rows if agency_id is None else rows.where(table.agency_id == agency_id)


def _overdue(agency_id: int | None) -> sa.Select[Any]:
    """Counted out of the index on due dates, so no tick has to have run for it to be right."""
    late: sa.Select[Any] = (
        sa.select(_case.c.agency_id, sa.literal(_OVERDUE), sa.literal(0), sa.func.count())
        .where(_case.c.due_at < clock.now())
        .group_by(_case.c.agency_id)
    )
    return late if agency_id is None else late.where(_case.c.agency_id == agency_id)


def _escalated(agency_id: int) -> sa.Select[Any]:
    """Of its index, as that has it."""
    climbed = _case.c.escalation_level > sa.literal_column("1")
    wanted = sa.select(_case.c.agency_id, sa.literal(_ESCALATED), sa.literal(0), sa.func.count())
    return wanted.where(_case.c.agency_id == agency_id, climbed).group_by(_case.c.agency_id)
