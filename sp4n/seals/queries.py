"""Heads of chains, as they are published: of hours that are over, so that nobody can watch an
agency's mail arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.seals.models import SealLink
from sp4n.tenants.models import Agency


@dataclass(frozen=True)
class Head:
    number: int
    at: datetime
    head: str


@dataclass(frozen=True)
class AgencyHead(Head):
    slug: str
    name: str


def heads_of(session: Session, *, agency_id: int, since: datetime) -> Sequence[Head]:
    """The last of each hour from `since` on, newest first."""
    last = (
        sa.select(SealLink.number, SealLink.at, SealLink.head)
        .where(SealLink.agency_id == agency_id, SealLink.at >= since, _over())
        .order_by(SealLink.at.desc(), SealLink.number.desc())
        .ext(distinct_on(SealLink.at))
    )
    return [Head(row.number, row.at, bytes(row.head).hex()) for row in session.execute(last)]


def newest_heads(session: Session) -> Sequence[AgencyHead]:
    """Of every agency that has any."""
    newest = (
        sa.select(SealLink.number, SealLink.at, SealLink.head)
        .where(SealLink.agency_id == Agency.id, _over())
        .order_by(SealLink.number.desc())
        .limit(1)
        .lateral("newest")
    )
    wanted = sa.select(newest.c.number, newest.c.at, newest.c.head, Agency.slug, Agency.name)
    rows = session.execute(wanted.select_from(Agency).join(newest, sa.true()).order_by(Agency.slug))
    return [AgencyHead(r.number, r.at, bytes(r.head).hex(), r.slug, r.name) for r in rows]


def _over() -> sa.ColumnElement[bool]:
    return SealLink.at < clock.rounded_to_hour(clock.now())
