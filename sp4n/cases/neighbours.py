"""What stands beside one case in the list it was opened from, and the case that is due first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.cases.filters import Conditions
from sp4n.cases.models import CaseRecord
from sp4n.cases.queries import is_about
from sp4n.cases.visibility import visible_to
from sp4n.db import PLANNED_ANEW

NEWER, OLDER, DUE = "newer", "older", "due"


@dataclass(frozen=True)
class Neighbour:
    reference: str
    title: str
    state: str
    due_at: datetime | None
    reply_due_at: datetime | None


@dataclass(frozen=True)
class Neighbours:
    """newer, older: newest first, as the list has them. due_next: the most urgent other case."""

    newer: Sequence[Neighbour]
    older: Sequence[Neighbour]
    due_next: Neighbour | None

    @property
    def above(self) -> Neighbour | None:
        return self.newer[-1] if self.newer else None

    @property
    def below(self) -> Neighbour | None:
        return self.older[0] if self.older else None


def neighbours(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    state: str | None = None,
    unit_id: int | None = None,
    overdue: bool = False,
    topic: str = "",
    more: Conditions = (),
    each: int = 12,
) -> Neighbours:
    """One statement. Says nothing of a list that was searched by words: finding those again for
    every case that is opened would cost more than it is worth."""
    wanted = [visible_to(actor), *more]
    if state is not None:
        wanted.append(CaseRecord.state == state)
    if unit_id is not None:
        wanted.append(CaseRecord.unit_id == unit_id)
    if overdue:
        wanted.append(CaseRecord.due_at < clock.now())
    if topic:
        wanted.append(is_about(session, CaseRecord, topic))
    place = sa.tuple_(CaseRecord.filed_at, CaseRecord.id)
    here = sa.tuple_(sa.literal(case.filed_at), sa.literal(case.id))
    newer = _rows(NEWER, *wanted, place > here)
    newer = newer.order_by(CaseRecord.filed_at, CaseRecord.id).limit(each)
    older = _rows(OLDER, *wanted, place < here)
    older = older.order_by(CaseRecord.filed_at.desc(), CaseRecord.id.desc()).limit(each)
    due = _rows(DUE, visible_to(actor), CaseRecord.due_at.is_not(None), CaseRecord.id != case.id)
    due = due.order_by(CaseRecord.due_at, CaseRecord.id).limit(1)
    parts = (part.subquery().select() for part in (newer, older, due))
    asked = sa.union_all(*parts).execution_options(**PLANNED_ANEW)
    return _sorted_out(session.execute(asked).all())


def _rows(kind: str, *conditions: sa.ColumnElement[bool]) -> Any:
    return sa.select(
        sa.literal(kind).label("kind"),
        CaseRecord.filed_at,
        CaseRecord.id,
        CaseRecord.reference,
        CaseRecord.title,
        CaseRecord.state,
        CaseRecord.due_at,
        CaseRecord.reply_due_at,
    ).where(*conditions)


def _sorted_out(rows: Sequence[sa.Row[Any]]) -> Neighbours:
    found: dict[str, list[Neighbour]] = {NEWER: [], OLDER: [], DUE: []}
    for row in sorted(rows, key=lambda row: (row.filed_at, row.id), reverse=True):
        found[row.kind].append(
            Neighbour(row.reference, row.title, row.state, row.due_at, row.reply_due_at)
        )
    return Neighbours(found[NEWER], found[OLDER], next(iter(found[DUE]), None))
