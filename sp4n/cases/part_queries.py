"""Reads of a case and what was taken out of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from sp4n.cases.models import CaseRecord
from sp4n.cases.parts_models import CasePart


class Relative(NamedTuple):
    """`whole`: the one that the others were taken out of."""

    id: int
    reference: str
    title: str
    state: str
    whole: bool


def whole_of(session: Session, case: CaseRecord) -> int | None:
    """The id of the case that this one was taken out of."""
    wanted = sa.select(CasePart.whole_id).where(CasePart.part_id == case.id)
    return session.scalar(wanted)


def number_of_parts(session: Session, case: CaseRecord) -> int:
    wanted = sa.select(sa.func.count()).where(CasePart.whole_id == case.id)
    return session.scalar(wanted) or 0


def relatives(session: Session, case: CaseRecord) -> list[Relative]:
    """The others that came in as one report with this case, the whole first."""
    whole_id = whole_of(session, case) or case.id
    parts = sa.select(CasePart.part_id).where(CasePart.whole_id == whole_id)
    wanted = sa.select(
        CaseRecord.id,
        CaseRecord.reference,
        CaseRecord.title,
        CaseRecord.state,
        (CaseRecord.id == whole_id).label("whole"),
    ).where(sa.or_(CaseRecord.id == whole_id, CaseRecord.id.in_(parts)), CaseRecord.id != case.id)
    rows = session.execute(wanted.order_by(sa.desc("whole"), CaseRecord.id))
    return [Relative(*row) for row in rows]


def opened_with(ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Cases of these ids, and what was taken out of them: one access code opens them all."""
    part = sa.exists().where(
        CasePart.agency_id == CaseRecord.agency_id,
        CasePart.part_id == CaseRecord.id,
        CasePart.whole_id.in_(ids),
    )
    return sa.or_(CaseRecord.id.in_(ids), part)


def last_to_end() -> sa.ColumnElement[bool]:
    """Of the cases that came in as one report: all have ended, and this one after the others. True
    of every case that has ended and was never split."""
    other, mine = aliased(CaseRecord), CasePart.agency_id == CaseRecord.agency_id
    whole = sa.select(CasePart.whole_id).where(mine, CasePart.part_id == CaseRecord.id)
    whole_id = sa.func.coalesce(whole.correlate(CaseRecord).scalar_subquery(), CaseRecord.id)
    parts = sa.select(CasePart.part_id).where(mine, CasePart.whole_id == whole_id)
    kin = sa.func.array(parts.correlate(CaseRecord).scalar_subquery()).op("||")(whole_id)
    ended = sa.tuple_(CaseRecord.closed_at, CaseRecord.id)
    later = sa.exists().where(
        other.agency_id == CaseRecord.agency_id,
        other.id == sa.any_(kin),
        sa.or_(other.closed_at.is_(None), sa.tuple_(other.closed_at, other.id) > ended),
    )
    return ~later.correlate(CaseRecord)


def with_kin(session: Session, ids: Collection[int]) -> list[int]:
    """These, and all that came in as one report with one of them."""
    whole = sa.select(CasePart.whole_id).where(CasePart.part_id.in_(ids))
    wholes = {*ids, *session.scalars(whole)}
    parts = sa.select(CasePart.part_id).where(CasePart.whole_id.in_(wholes))
    return sorted({*wholes, *session.scalars(parts)})
