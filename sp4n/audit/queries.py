"""Reads of the audit trail: searched, newest first, in pages by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from sp4n.audit.models import AuditEntry
from sp4n.db import PLANNED_ANEW
from sp4n.web.paging import Cursor

# Words stand in no index: so many entries are looked through for one page, and who wants to look
# further back says so.
LOOKED_THROUGH: Final = 20_000
NATIONAL: Final = "coordinator"

Ids = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Words:
    """What somebody typed, and what else of an entry reads like it on the page: acts by their
    labels, and (object kind -> ids) what bears such a name."""

    text: str
    acts: Sequence[str] = ()
    objects: Ids = field(default_factory=dict)


@dataclass(frozen=True)
class Search:
    """`people`: actor kind -> ids; None is anybody, {} nobody. `start` is within, `end` is not."""

    actor_kind: str = ""
    people: Ids | None = None
    act: str = ""
    object_kind: str = ""
    object_id: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    words: Words | None = None


@dataclass(frozen=True)
class Found:
    """`looked_until`: words were sought in what is younger only; `next` goes on from there."""

    rows: Sequence[AuditEntry]
    next: Cursor | None
    looked_until: datetime | None = None


def audit_trail(
    session: Session,
    *,
    search: Search | None = None,
    before: Cursor | None = None,
    limit: int,
) -> Found:
    search = search or Search()
    among = _newest_first(AuditEntry, sa.select(AuditEntry).where(*_known(search)))
    if before is not None:
        among = among.where(sa.tuple_(AuditEntry.at, AuditEntry.id) < (before.at, before.id))
    if search.words is None:
        rows = _fetch(session, among.limit(limit + 1))
        return Found(rows[:limit], _last(rows[:limit]) if len(rows) > limit else None)
    looked = among.limit(LOOKED_THROUGH).subquery()
    entry = aliased(AuditEntry, looked)
    says = sa.select(entry).where(_says(entry, search.words))
    rows = _fetch(session, _newest_first(entry, says).limit(limit + 1))
    if len(rows) > limit:
        return Found(rows[:limit], _last(rows[:limit]))
    edge = _fetch(session, among.offset(LOOKED_THROUGH - 1).limit(1))
    return Found(rows, _last(edge), edge[0].at if edge else None)


def national_people_named(session: Session, *, name: str, limit: int) -> Sequence[int]:
    """Ids of coordinators who acted in this agency; the trail is all that it knows of them."""
    acted = sa.select(AuditEntry.actor_id).where(
        AuditEntry.actor_kind == NATIONAL,
        AuditEntry.actor_id.is_not(None),
        AuditEntry.actor_name.icontains(name, autoescape=True),
    )
    return [one for one in session.scalars(acted.distinct().limit(limit)) if one is not None]


def _known(search: Search) -> list[sa.ColumnElement[bool]]:
    """What indexes find."""
    asked = {
        AuditEntry.actor_kind: search.actor_kind,
        AuditEntry.act: search.act,
        AuditEntry.object_kind: search.object_kind,
    }
    where = [column == value for column, value in asked.items() if value]
    if search.actor_kind == NATIONAL:
        where.append(AuditEntry.actor_id.is_not(None))  # as their index has it: they are few
    if search.object_kind:
        where.append(AuditEntry.object_id == search.object_id)
    if search.people is not None:
        who = [
            sa.and_(AuditEntry.actor_kind == kind, AuditEntry.actor_id.in_(ids))
            for kind, ids in search.people.items()
            if ids
        ]
        where.append(sa.or_(*who) if who else sa.false())
    if search.start is not None:
        where.append(AuditEntry.at >= search.start)
    if search.end is not None:
        where.append(AuditEntry.at < search.end)
    return where


def _says(entry: type[AuditEntry], words: Words) -> sa.ColumnElement[bool]:
    """Not in what a filing says of its route: that is for those who may read the report."""
    said = sa.and_(
        entry.act != "case.filed",
        entry.data.cast(sa.Text).icontains(words.text, autoescape=True),
    )
    unit = entry.data["unit_id"].as_integer()
    ways = [
        entry.actor_name.icontains(words.text, autoescape=True),
        said,
        entry.act.in_(words.acts),
        unit.in_(words.objects.get("unit", ())),
        *(
            sa.and_(entry.object_kind == kind, entry.object_id.in_(ids))
            for kind, ids in words.objects.items()
        ),
    ]
    return sa.or_(*ways)


def _newest_first(entry: type[AuditEntry], wanted: sa.Select[AuditEntry]) -> sa.Select[AuditEntry]:
    return wanted.order_by(entry.at.desc(), entry.id.desc())


def _fetch(session: Session, wanted: sa.Select[AuditEntry]) -> Sequence[AuditEntry]:
    return session.scalars(wanted.execution_options(**PLANNED_ANEW)).all()


def _last(rows: Sequence[AuditEntry]) -> Cursor | None:
    return Cursor(rows[-1].at, rows[-1].id) if rows else None
