"""Appends to the audit trail: one business act, one entry, in the act's own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.audit.models import AuditEntry, NationalAuditEntry
from sp4n.db import insert_for_each


def record(
    session: Session,
    *,
    actor: Actor,
    act: str,
    object_kind: str = "",
    object_id: int | None = None,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """In the agency's own trail. `data` holds no personal data of a reporter."""
    session.add(AuditEntry(**_values(actor, act, object_kind, object_id, data, at)))


def recording(
    source: sa.FromClause,
    *,
    agency_id: sa.ColumnElement[int],
    actor: Actor,
    act: str,
    object_kind: str,
    object_id: sa.ColumnElement[int],
    at: sa.ColumnElement[datetime],
    data: sa.ColumnElement[Any] | None = None,
) -> sa.Insert:
    """`record` as a part of a larger statement, for each row of `source`."""
    values = {**_values(actor, act, object_kind, object_id, None, at), "data": data}
    # What is empty the table fills in by itself.
    said = {
        name: value
        for name, value in values.items()
        if isinstance(value, sa.ColumnElement) or value
    }
    return insert_for_each(source, AuditEntry.__table__, {"agency_id": agency_id, **said})


def record_national(
    session: Session,
    *,
    actor: Actor,
    act: str,
    object_kind: str = "",
    object_id: int | None = None,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    session.add(NationalAuditEntry(**_values(actor, act, object_kind, object_id, data, at)))


def _values(
    actor: Actor,
    act: str,
    object_kind: str,
    object_id: int | sa.ColumnElement[int] | None,
    data: dict[str, Any] | None,
    at: datetime | sa.ColumnElement[datetime] | None,
) -> dict[str, Any]:
    return {
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "act": act,
        "object_kind": object_kind,
        "object_id": object_id,
        "data": data or {},
        "at": clock.now() if at is None else at,
    }
