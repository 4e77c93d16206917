"""Template filters for dates, in the language of the page and the zone of the agency."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from sp4n.calendars import dates
from sp4n.web.language import current_language


def long_date(value: datetime | date | str, zone: ZoneInfo | None = None) -> str:
    """Of a day, a moment, or the ISO form of a moment."""
    day = datetime.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(day, datetime):
        day = (day.astimezone(zone) if zone else day).date()
    return dates.long_date(day, current_language())


def long_moment(value: datetime | str, zone: ZoneInfo) -> str:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return dates.long_moment(at, zone, current_language())


def init_app(app: Flask) -> None:
    app.add_template_filter(long_date)
    app.add_template_filter(long_moment)
