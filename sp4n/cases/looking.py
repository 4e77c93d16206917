"""What changed in a case since a member of staff last opened it: by what others did, and the
reporter, and time. What one does oneself is no news; nor is a case that was never opened."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.looking_models import CaseLook
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.tenants.scope import current_agency_id


def changed_since(account_id: int) -> sa.ColumnElement[bool]:
    """Of a case in a statement about cases."""
    look, event, case = CaseLook, CaseEvent, CaseRecord
    return (
        sa.exists()
        .where(
            look.agency_id == case.agency_id,
            look.account_id == account_id,
            look.case_id == case.id,
            event.agency_id == case.agency_id,
            event.case_id == case.id,
            event.id > look.event_id,
            sa.or_(event.actor_kind != "staff", event.actor_id.is_distinct_from(account_id)),
        )
        .correlate(case)
    )


def among_changed(account_id: int) -> sa.ColumnElement[bool]:
    """The same, to find them: what this reader has opened is gone through first, and once, however
    many cases there are."""
    look, event = CaseLook, CaseEvent
    opened = sa.select(look.case_id).where(
        look.agency_id == current_agency_id(),
        look.account_id == account_id,
        sa.exists().where(
            event.agency_id == look.agency_id,
            event.case_id == look.case_id,
            event.id > look.event_id,
            sa.or_(event.actor_kind != "staff", event.actor_id.is_distinct_from(account_id)),
        ),
    )
    return CaseRecord.id == sa.any_(sa.func.array(opened.scalar_subquery()))


def history_and_look(
    session: Session, *, case: CaseRecord, actor: Actor
) -> tuple[Sequence[CaseEvent], int | None]:
    """The whole history, oldest first, and the last event that this reader had seen; None where
    they open the case for the first time. Notes that they have seen all: in one statement, which
    reads what stood there before it."""
    history = sa.select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    if actor.kind != "staff" or actor.id is None:
        return session.scalars(history).all(), None
    look = CaseLook.__table__.c
    seen = sa.select(look.event_id).where(
        look.agency_id == case.agency_id,
        look.account_id == actor.id,
        look.case_id == case.id,
    )
    rows = session.execute(
        history.add_columns(seen.scalar_subquery().label("seen")).add_cte(_noted(case, actor.id))
    ).all()
    return [row[0] for row in rows], rows[0][1] if rows else None


def _noted(case: CaseRecord, account_id: int) -> sa.CTE:
    event = CaseEvent.__table__.c
    mine = (event.agency_id == current_agency_id(), event.case_id == case.id)
    newest = sa.select(
        sa.literal(case.agency_id, sa.BigInteger),
        sa.literal(account_id, sa.BigInteger),
        sa.literal(case.id, sa.BigInteger),
        sa.func.max(event.id),
    ).where(*mine)
    table = CaseLook.__table__
    look = insert(CaseLook).from_select(
        ["agency_id", "account_id", "case_id", "event_id"],
        newest.having(sa.func.max(event.id).is_not(None)),
    )
    return look.on_conflict_do_update(
        index_elements=["agency_id", "account_id", "case_id"],
        set_={"event_id": look.excluded.event_id},
        where=table.c.event_id < look.excluded.event_id,
    ).cte("looked")


def news(events: Sequence[CaseEvent], seen: int | None, actor: Actor) -> frozenset[int]:
    """Ids of what this reader has not seen yet, and did not do."""
    if seen is None:
        return frozenset()
    return frozenset(
        event.id
        for event in events
        if event.id > seen and (event.actor_kind, event.actor_id) != ("staff", actor.id)
    )
