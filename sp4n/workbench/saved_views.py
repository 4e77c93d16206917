"""Lists of cases that people come back to: kept, counted, thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.audit.actors import Actor
from sp4n.cases.filters import Conditions
from sp4n.cases.models import CaseRecord
from sp4n.cases.queries import among_visible, is_about
from sp4n.cases.references import parse_reference
from sp4n.cases.searching import ids_saying, query_of
from sp4n.cases.visibility import visible_to
from sp4n.db import PLANNED_ANEW
from sp4n.errors import Invalid, NotAllowed, NotFound
from sp4n.workbench.models import SavedView

MOST_VIEWS: Final = 30  # of one person; and how many shared ones are listed
MOST_COUNTED: Final = 1_000
LONGEST_NAME: Final = 60


@dataclass(frozen=True)
class Kept:
    """`owner`: "" of one's own."""

    row: SavedView
    owner: str


@dataclass(frozen=True)
class Asked:
    """What a view asks for, as queries want it."""

    state: str | None
    unit_id: int | None
    overdue: bool
    topic: str
    text: str
    more: Conditions


def saved_views(session: Session, *, actor: Actor) -> list[Kept]:
    """One's own by name, then those that others share."""
    mine = SavedView.account_id == actor.id
    same = sa.and_(Account.agency_id == SavedView.agency_id, Account.id == SavedView.account_id)
    wanted = (
        sa.select(SavedView, Account.name)
        .join(Account, same)
        .where(sa.or_(mine, SavedView.shared))
        .order_by(mine.desc(), sa.func.lower(SavedView.name), SavedView.id)
        .limit(2 * MOST_VIEWS)
    )
    return [
        Kept(row, "" if row.account_id == actor.id else name)
        for row, name in session.execute(wanted)
    ]


def keep_view(
    session: Session, *, name: str, shared: bool, asked: Mapping[str, Any], actor: Actor
) -> SavedView:
    same = sa.select(SavedView).where(SavedView.account_id == actor.id)
    others = session.scalars(same).all()
    if any(one.name.casefold() == name.casefold() for one in others):
        raise Invalid(fields={"name": _("Anda sudah punya tampilan dengan nama ini.")})
    if len(others) >= MOST_VIEWS:
        words = _("Sudah ada %(n)s tampilan. Hapus dahulu yang tidak dipakai.", n=MOST_VIEWS)
        raise Invalid(fields={"name": words})
    row = SavedView(account_id=actor.id, name=name, shared=shared, asked=dict(asked))
    session.add(row)
    session.flush()
    return row


def drop_view(session: Session, *, view_id: int, actor: Actor) -> None:
    """One's own; an admin may take away what another shares."""
    row = session.scalar(sa.select(SavedView).where(SavedView.id == view_id))
    if row is None or not (row.shared or row.account_id == actor.id):
        raise NotFound
    if row.account_id != actor.id and actor.role != "admin":
        raise NotAllowed
    session.delete(row)
    session.flush()


def counts(session: Session, views: Sequence[Asked], *, actor: Actor) -> list[int]:
    """How many cases each finds that this actor may see, `MOST_COUNTED` + 1 at most: all in one
    statement."""
    if not views:
        return []
    numbers = [_number(session, one, actor) for one in views]
    return list(session.execute(sa.select(*numbers).execution_options(**PLANNED_ANEW)).one())


def _number(session: Session, asked: Asked, actor: Actor) -> sa.ScalarSelect[int]:
    found = sa.select(sa.literal(1)).select_from(CaseRecord)
    found = found.where(visible_to(actor), *asked.more)
    if asked.state is not None:
        found = found.where(CaseRecord.state == asked.state)
    if asked.unit_id is not None:
        found = found.where(CaseRecord.unit_id == asked.unit_id)
    if asked.overdue:
        found = found.where(CaseRecord.due_at < clock.now())
    if asked.topic:
        found = found.where(is_about(session, CaseRecord, asked.topic))
    if asked.text:
        found = found.where(_says(asked, actor))
    rows = found.limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(rows).scalar_subquery()


def _says(asked: Asked, actor: Actor) -> sa.ColumnElement[bool]:
    reference, query = parse_reference(asked.text), query_of(asked.text)
    if reference is not None:
        return CaseRecord.reference == reference
    if not query:
        return sa.false()
    among = among_visible(actor, state=asked.state, unit_id=asked.unit_id, overdue=asked.overdue)
    return CaseRecord.id.in_(ids_saying(query, among, MOST_COUNTED + 1))
