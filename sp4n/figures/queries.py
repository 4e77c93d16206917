"""Figures as they are at this moment: totals and waiting deltas, read in one statement.

Two statements could straddle a fold and miss, or see twice, what it moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.figures.histograms import median_hours
from sp4n.figures.models import FigureDelta, FigureTotal
from sp4n.figures.operations import ARCHIVED, CLOSED, FILED, FIRST_ANSWER

_OVERDUE = "overdue"
# By name: the room of cases stands above this one.
_case = sa.table("case_record", sa.column("agency_id"), sa.column("due_at"))


@dataclass(frozen=True)
class Figures:
    """Numbers of cases. `first_answers`: bucket of hours -> cases (see `histograms`)."""

    filed: int = 0
    closed: int = 0
    archived: int = 0
    overdue: int = 0
    first_answers: Counter[int] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        return self.filed - self.closed - self.archived

    @property
    def answered(self) -> int:
        """Cases that have had an answer, whatever came after it."""
        return self.first_answers.total()

    @property
    def median_answer_hours(self) -> float | None:
        """Hours from filing to the first answer, at most 9.6 % off; None without answers."""
        return median_hours(self.first_answers)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            filed=self.filed + other.filed,
            closed=self.closed + other.closed,
            archived=self.archived + other.archived,
            overdue=self.overdue + other.overdue,
            first_answers=self.first_answers + other.first_answers,
        )


def sum_of(figures: Iterable[Figures]) -> Figures:
    """The figures of several agencies as those of one: medians are of all their cases."""
    return sum(figures, start=Figures())


def figures_of(session: Session, agency_id: int) -> Figures:
    """Those of one agency, in its own scope or the national one."""
    return _read(session, agency_id).get(agency_id, Figures())


def national_figures(session: Session) -> dict[int, Figures]:
    """By agency; one that nothing was ever filed at is missing. In the national scope."""
    return _read(session, None)


def _read(session: Session, agency_id: int | None) -> dict[int, Figures]:
    counted: dict[int, dict[str, Counter[int]]] = {}
    for owner, measure, bucket, amount in session.execute(_statement(agency_id)):
        measures = counted.setdefault(owner, {})
        measures.setdefault(measure, Counter())[bucket] = int(amount)
    return {owner: _figures(measures) for owner, measures in counted.items()}


def _figures(measures: dict[str, Counter[int]]) -> Figures:
    def single(measure: str) -> int:
        return measures[measure][0] if measure in measures else 0

    return Figures(
        filed=single(FILED),
        closed=single(CLOSED),
        archived=single(ARCHIVED),
        overdue=single(_OVERDUE),
        first_answers=measures.get(FIRST_ANSWER, Counter()),
    )


def _statement(agency_id: int | None) -> sa.Select[Any]:
    parts = [_rows(FigureTotal, agency_id), _rows(FigureDelta, agency_id)]
    kept = sa.union_all(*parts).subquery()
    key = (kept.c.agency_id, kept.c.measure, kept.c.bucket)
    sums = sa.select(*key, sa.func.sum(kept.c.amount).label("amount")).group_by(*key)
    everything = sa.union_all(sums, _overdue(agency_id)).subquery()
    return sa.select(everything)


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
