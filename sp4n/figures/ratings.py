"""What reporters thought of how their cases ended: numbers and sums, counted as figures are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.db import PLANNED_ANEW
from sp4n.figures.models import FigureDelta, FigureTotal
from sp4n.figures.operations import TRIAL, count

BEST: Final = 5
DIMENSIONS: Final = ("access", "response", "transparency", "result")
RATED: Final = "rated"  # how many ratings; beside it the sum of each dimension
SUMS: Final = {f"{RATED}_{one}": one for one in DIMENSIONS}


@dataclass(frozen=True)
class Ratings:
    """`sums`: by dimension."""

    number: int = 0
    sums: Mapping[str, int] = field(default_factory=dict)

    def average(self, dimension: str) -> float | None:
        """1 to BEST; None where nobody has rated."""
        return self.sums.get(dimension, 0) / self.number if self.number else None


def count_rating(
    session: Session, scores: Mapping[str, int], *, confidential: bool, trial: bool
) -> None:
    bucket = int(confidential) + TRIAL * trial
    count(session, measure=RATED, bucket=bucket)
    for measure, dimension in SUMS.items():
        count(session, measure=measure, amount=scores[dimension], bucket=bucket)


def ratings_of(session: Session, agency_id: int) -> Ratings:
    """Of one agency, in its own scope or the national one; in one statement, as all figures."""
    rows = sa.union_all(
        *(
            sa.select(table.measure, table.amount).where(
                table.agency_id == agency_id,
                table.measure.in_((RATED, *SUMS)),
                table.bucket < TRIAL,
            )
            for table in (FigureTotal, FigureDelta)
        )
    ).subquery()
    total = sa.cast(sa.func.sum(rows.c.amount), sa.BigInteger)
    asked = sa.select(rows.c.measure, total).group_by(rows.c.measure)
    rows_found = session.execute(asked.execution_options(**PLANNED_ANEW))
    found = {measure: amount for measure, amount in rows_found}  # noqa: C416 - rows are no pairs
    sums = {dimension: found.get(measure, 0) for measure, dimension in SUMS.items()}
    return Ratings(found.get(RATED, 0), sums)
