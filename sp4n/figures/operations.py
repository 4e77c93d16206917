"""Counting, in the transaction that changes a case, and folding what was counted into totals.

A writer only appends, so writers never wait for each other. How often it is folded decides how
fast a read is, never what it says: readers add the deltas that wait (see `queries`).
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from sp4n.db import insert_for_each
from sp4n.figures.histograms import bucket_of
from sp4n.figures.models import FigureDelta, FigureTotal
from sp4n.tenants.scope import current_agency_id

log = logging.getLogger(__name__)

FILED: Final = "filed"  # ever; so those in the first state are what is left of these
FIRST_STATE: Final = "unverified"
# How many are in each later state now. As with FILED the bucket is 1 for the confidential ones,
# and TRIAL more for trials, which are counted for the agency's own people alone.
LATER_STATES: Final = (
    "on_hold",
    "unhandled",
    "in_progress",
    "awaiting_reply",
    "disputed",
    "closed",
    "archived",
    "forwarded",
)
CONTESTED: Final = "contested"  # how often reporters said that an end was none
TRIAL: Final = 2
FIRST_ANSWER: Final = "first_answer"  # a histogram: hours from filing to the first answer

_delta = cast(sa.Table, FigureDelta.__table__)
_total = cast(sa.Table, FigureTotal.__table__)
# By name: the room of cases stands above this one.
_case = sa.table("case_record", *map(sa.column, ("agency_id", "state", "confidential", "trial")))


def count(session: Session, *, measure: str, amount: int = 1, bucket: int = 0) -> None:
    """Written with the next flush, true with the commit."""
    session.add(FigureDelta(measure=measure, bucket=bucket, amount=amount))


def counting(
    source: sa.FromClause,
    *,
    agency_id: sa.ColumnElement[int],
    measure: str,
    bucket: sa.ColumnElement[int],
) -> sa.Insert:
    """`count` as a part of a larger statement, for each row of `source`."""
    values = {"agency_id": agency_id, "measure": measure, "bucket": bucket, "amount": 1}
    return insert_for_each(source, _delta, values)


def bucket_for(
    confidential: sa.ColumnElement[bool], trial: sa.ColumnElement[bool]
) -> sa.ColumnElement[int]:
    kind = sa.cast(confidential, sa.Integer) + sa.cast(trial, sa.Integer) * TRIAL
    return sa.cast(kind, sa.SmallInteger)


def count_move(
    session: Session, *, before: str, after: str, confidential: bool, trial: bool = False
) -> None:
    """A case went from one state to another; what stays where it is changes nothing."""
    if before == after:
        return
    bucket = int(confidential) + TRIAL * trial
    if before != FIRST_STATE:
        count(session, measure=before, amount=-1, bucket=bucket)
    count(session, measure=after, bucket=bucket)


def count_first_answer(session: Session, *, after: timedelta) -> None:
    count(session, measure=FIRST_ANSWER, bucket=bucket_of(after))


def count_as_confidential(
    session: Session, *, contests: int, trial: bool, state: str = FIRST_STATE
) -> None:
    """A case in this state is confidential from here on."""
    later = int(state != FIRST_STATE)
    for measure, amount in ((FILED, 1), (CONTESTED, contests), (state, later)):
        if amount:
            count(session, measure=measure, amount=-amount, bucket=TRIAL * trial)
            count(session, measure=measure, amount=amount, bucket=1 + TRIAL * trial)


def count_contest(session: Session, *, confidential: bool, trial: bool) -> None:
    count(session, measure=CONTESTED, bucket=int(confidential) + TRIAL * trial)


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


def correct(session: Session) -> int:
    """Count this agency's cases by state and append what its figures are off; how many were.

    None, unless a release that counted less worked on these cases: the figures and the rows are
    read in one statement, and whoever moves a case writes both in one transaction. Two corrections
    at once would both append the same, so the second waits.
    """
    agency_id = current_agency_id()
    lock = sa.func.pg_advisory_xact_lock(
        sa.func.hashtext("figures"), sa.cast(agency_id, sa.Integer)
    )
    session.execute(sa.select(lock))
    off = _counted(agency_id).union_all(_kept(agency_id)).subquery()
    difference = sa.func.sum(off.c.amount)
    key = (off.c.agency_id, off.c.measure, off.c.bucket)
    wrong = sa.select(*key, difference).group_by(*key).having(difference != 0)
    append = sa.insert(_delta).from_select(["agency_id", "measure", "bucket", "amount"], wrong)
    corrected = len(session.execute(append.returning(_delta.c.id)).all())
    if corrected:
        log.warning("%d figures of agency %d were off and are right now", corrected, agency_id)
    return corrected


def _counted(agency_id: int) -> sa.Select[Any]:
    bucket = bucket_for(_case.c.confidential, _case.c.trial)
    mine = _case.c.agency_id == agency_id
    states = sa.select(_case.c.state.label("measure"), bucket.label("bucket"), sa.func.count())
    later = states.where(mine, _case.c.state.in_(LATER_STATES)).group_by("measure", "bucket")
    filed = sa.select(sa.literal(FILED), bucket.label("bucket"), sa.func.count()).where(mine)
    both = later.union_all(filed.group_by("bucket")).subquery()
    measure, bucket, amount = both.c
    return sa.select(
        sa.literal(agency_id).label("agency_id"),
        measure.label("measure"),
        bucket.label("bucket"),
        amount.label("amount"),
    )


def _kept(agency_id: int) -> sa.CompoundSelect[Any]:
    """What the figures say, to be taken away."""
    return sa.union_all(
        *(
            sa.select(table.c.agency_id, table.c.measure, table.c.bucket, -table.c.amount).where(
                table.c.agency_id == agency_id, table.c.measure.in_((FILED, *LATER_STATES))
            )
            for table in (_total, _delta)
        )
    )
