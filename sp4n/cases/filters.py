"""What a list of cases can be narrowed by beside state, unit and topic."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from sp4n.cases.models import CaseRecord
from sp4n.cases.states import State

Conditions = tuple[sa.ColumnElement[bool], ...]


def of_class(classification: str) -> sa.ColumnElement[bool]:
    return CaseRecord.classification == classification


def due_on(day: date, zone: ZoneInfo) -> sa.ColumnElement[bool]:
    begins = midnight(day, zone)
    return sa.and_(CaseRecord.due_at >= begins, CaseRecord.due_at < begins + timedelta(days=1))


def filed_since(day: date, zone: ZoneInfo) -> sa.ColumnElement[bool]:
    return CaseRecord.filed_at >= midnight(day, zone)


def assigned_to(account_id: int) -> sa.ColumnElement[bool]:
    return CaseRecord.assignee_id == account_id


def waiting_for_approval() -> sa.ColumnElement[bool]:
    """The first condition leaves the open ones, which are few."""
    return sa.and_(
        CaseRecord.state.in_((State.UNHANDLED, State.IN_PROGRESS)),
        CaseRecord.answer_draft["state"].astext == "waiting",
    )


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
