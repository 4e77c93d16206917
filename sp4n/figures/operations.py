"""Counting, in the transaction that changes a case, and folding what was counted into totals.

A writer only appends, so writers never wait for each other. How often it is folded decides how
fast a read is, never what it says: readers add the deltas that wait (see `queries`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from sp4n.db import insert_for_each
from sp4n.figures.histograms import bucket_of
from sp4n.figures.models import FigureDelta, FigureTotal
from sp4n.tenants.scope import current_agency_id

FILED: Final = "filed"
CLOSED: Final = "closed"
ARCHIVED: Final = "archived"
FIRST_ANSWER: Final = "first_answer"  # a histogram: hours from filing to the first answer

_delta = cast(sa.Table, FigureDelta.__table__)
_total = cast(sa.Table, FigureTotal.__table__)


def count(session: Session, *, measure: str, amount: int = 1, bucket: int = 0) -> None:
    """Written with the next flush, true with the commit."""
    session.add(FigureDelta(measure=measure, bucket=bucket, amount=amount))


def counting(
    source: sa.FromClause, *, agency_id: sa.ColumnElement[int], measure: str, amount: int = 1
) -> sa.Insert:
    """`count` as a part of a larger statement, for each row of `source`."""
    values = {"agency_id": agency_id, "measure": measure, "bucket": 0, "amount": amount}
    return insert_for_each(source, _delta, values)


def count_first_answer(session: Session, *, after: timedelta) -> None:
    count(session, measure=FIRST_ANSWER, bucket=bucket_of(after))


def fold(session: Session) -> int:
    """Move this agency's deltas into its totals; returns how many totals that touched.

    One statement, so that a reader sees each delta either as a delta or in its total. The rows are
    added in one order, so that two folds at once wait for each other instead of deadlocking.
    """
    agency_id = current_agency_id()
    gone = (
        sa.delete(_delta)
        .where(_delta.c.agency_id == agency_id)
        .returning(_delta.c.agency_id, _delta.c.measure, _delta.c.bucket, _delta.c.amount)
        .cte("gone")
    )
    key = (gone.c.agency_id, gone.c.measure, gone.c.bucket)
    moved = sa.select(*key, sa.func.sum(gone.c.amount)).group_by(*key).order_by(*key)
    add = insert(_total).from_select(["agency_id", "measure", "bucket", "amount"], moved)
    add = add.on_conflict_do_update(
        index_elements=["agency_id", "measure", "bucket"],
        set_={"amount": _total.c.amount + add.excluded.amount},
    )
    return len(session.execute(add.returning(_total.c.measure)).all())
