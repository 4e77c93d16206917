"""What a list of cases can be narrowed by beside state, unit and topic."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from sp4n.cases.models import CaseRecord

Conditions = tuple[sa.ColumnElement[bool], ...]


def of_class(classification: str) -> sa.ColumnElement[bool]:
    return CaseRecord.classification == classification


def due_on(day: date, zone: ZoneInfo) -> sa.ColumnElement[bool]:
    begins = midnight(day, zone)
    return sa.and_(CaseRecord.due_at >= begins, CaseRecord.due_at < begins + timedelta(days=1))


def filed_since(day: date, zone: ZoneInfo) -> sa.ColumnElement[bool]:
    return CaseRecord.filed_at >= midnight(day, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
