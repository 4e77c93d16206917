"""Owing something to the world: a row written in the transaction of what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.db import insert_for_each
from sp4n.jobs.models import NationalOutbox, Outbox
from sp4n.jobs.queues import MAIL, QUEUES


def owe(
    session: Session,
    *,
    kind: str,
    object_id: int | None,
    queue: str = MAIL,
    due_at: datetime | None = None,
    recipient_id: int | None = None,
) -> None:
    """Inside an agency's scope. `recipient_id` is set where one event owes mail to several."""
    session.add(
        Outbox(
            kind=kind,
            object_id=object_id,
            recipient_id=recipient_id,
            queue=_known(queue),
            **_when(due_at),
        )
    )


def owing(
    source: sa.FromClause,
    *,
    agency_id: sa.ColumnElement[int],
    kind: str,
    object_id: sa.ColumnElement[int],
    queue: str = MAIL,
) -> sa.Insert:
    """`owe` within a larger statement, a row for each of `source`; `owed_when` binds the rest."""
    values = {"agency_id": agency_id, "kind": kind, "object_id": object_id, "queue": _known(queue)}
    when = {name: _bound(kind, name) for name in ("state", "due_at")}
    return insert_for_each(source, Outbox.__table__, {**values, **when})


def owed_when(kind: str, due_at: datetime | None = None) -> dict[str, Any]:
    """Parameters of a statement with `owing(kind=…)` in it."""
    return {_bound(kind, name).key: value for name, value in _when(due_at).items()}


def _bound(kind: str, name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(f"{kind}.{name}".replace(".", "_"), type_=Outbox.__table__.c[name].type)


def owe_national(
    session: Session,
    *,
    kind: str,
    object_id: int | None,
    queue: str = MAIL,
    due_at: datetime | None = None,
) -> None:
    """In the national scope, where there is no agency."""
    session.add(
        NationalOutbox(
            kind=kind,
            object_id=object_id,
            queue=_known(queue),
            **_when(due_at),
        )
    )


def _known(queue: str) -> str:
    if queue not in QUEUES:
        raise ValueError(f"no worker serves a queue {queue!r}")
    return queue


def _when(due_at: datetime | None) -> dict[str, Any]:
    if due_at is not None and due_at > clock.now():
        return {"state": "scheduled", "due_at": due_at}
    # By the hour: an exact time here would tell when somebody without a name was here.
    return {"state": "waiting", "due_at": clock.rounded_to_hour(due_at or clock.now())}
