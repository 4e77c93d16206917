"""Dates as people in Indonesia write them, and how far off a due date is, in words."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask_babel import gettext as _
from flask_babel import ngettext

from sp4n.calendars.working_days import Calendar

# The day comes first in both languages: in this country 4/11 never is the eleventh of April.
DATE: Final = "d MMMM y"
MOMENT: Final = {"id": "d MMMM y, HH.mm", "en": "d MMMM y, HH:mm"}


@lru_cache(maxsize=2048)
def long_date(day: date, language: str) -> str:
    """`22 November 2026`; a moment must be brought to the agency's zone and day by the caller."""
    return format_date(day, DATE, locale=language)


def long_moment(at: datetime, tz: ZoneInfo, language: str) -> str:
    """`22 November 2026, 14.05 WIB`: the time that a clock in that zone shows."""
    local = at.astimezone(tz)
    # Babel knows the names WIB, WITA and WIT in Indonesian only; the zone itself has them.
    return f"{format_datetime(local, MOMENT[language], locale=language)} {local:%Z}"


def due_in_words(due: datetime, at: datetime, calendar: Calendar) -> str:
    """How far off `due` is at the moment `at`, in the language of the request or mail."""
    days, tz = calendar.between(at, due), calendar.zone
    if at > due:
        return _late(-days)
    if at.astimezone(tz).date() == due.astimezone(tz).date():
        return str(_("jatuh tempo hari ini"))
    return str(ngettext("sisa %(num)d hari kerja", "sisa %(num)d hari kerja", days))


def _late(days: int) -> str:
    if not days:  # the due day is over, and no working day has passed since
        return str(_("lewat jatuh tempo"))
    return str(ngettext("terlambat %(num)d hari kerja", "terlambat %(num)d hari kerja", days))
