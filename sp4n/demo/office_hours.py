"""When staff were at their desks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sp4n.calendars.working_days import ONE_DAY, is_working_day

OPENS, CLOSES = 8, 16
APART = timedelta(minutes=10)


def office_moment(wanted: datetime, *, after: datetime, zone: ZoneInfo) -> datetime:
    """Near `wanted` and later than `after`: in office hours where there were any in between."""
    local = wanted.astimezone(zone)
    if not is_working_day(local.date()):
        found = _at(_working_day_before(local.date()), CLOSES - 1, local)
    elif local.hour < OPENS:
        found = _at(local.date(), OPENS, local)
    elif local.hour >= CLOSES:
        found = _at(local.date(), CLOSES - 1, local)
    else:
        found = local
    return found if found >= after + APART else max(wanted, after + APART)


def _at(day: date, hour: int, local: datetime) -> datetime:
    return datetime.combine(day, time(hour, local.minute, local.second), local.tzinfo)


def _working_day_before(day: date) -> date:
    while not is_working_day(day):
        day -= ONE_DAY
    return day
