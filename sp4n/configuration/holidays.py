"""Days off of the agency itself, one at a time, in the draft of its settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.calendars.local_holidays import (
    BETWEEN,
    LocalHoliday,
    read_holidays,
    written_holidays,
)
from sp4n.calendars.working_days import is_working_day, named_days_off
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.operations import change_draft
from sp4n.configuration.queries import newest_values
from sp4n.errors import Invalid
from sp4n.web.language import current_language

KEY: Final = "local_holidays"
LONGEST: Final = {"name": 80, "ground": 160}
MOST: Final = 60
YEARS_AHEAD: Final = 2


def holidays_in(values: Mapping[str, str]) -> tuple[LocalHoliday, ...]:
    """Of a version's own values."""
    return read_holidays(values.get(KEY, ""))


def add_holiday(
    session: Session, *, holiday: LocalHoliday, today: date, edits: int, actor: Actor
) -> ConfigurationVersion:
    """Into the draft; it counts once that is published. `edits`: as for `change_draft`."""
    there = holidays_in(newest_values(session))
    if wrong := _faults(holiday, there, today):
        raise Invalid(fields=wrong)
    return _keep(session, (*there, holiday), edits, actor)


def drop_holiday(session: Session, *, day: date, edits: int, actor: Actor) -> ConfigurationVersion:
    there = holidays_in(newest_values(session))
    return _keep(session, [one for one in there if one.day != day], edits, actor)


def _keep(
    session: Session, holidays: Iterable[LocalHoliday], edits: int, actor: Actor
) -> ConfigurationVersion:
    text = written_holidays(holidays)
    return change_draft(session, answers={KEY: text}, edits=edits, actor=actor)


def _faults(holiday: LocalHoliday, there: tuple[LocalHoliday, ...], today: date) -> dict[str, str]:
    wrong = {}
    if fault := _fault_of_day(holiday.day, there, today):
        wrong["day"] = fault
    for field, longest in LONGEST.items():
        text = getattr(holiday, field)
        if len(text) > longest:
            wrong[field] = _("Paling panjang %(n)s huruf.", n=longest)
        elif BETWEEN in text or "\n" in text:
            wrong[field] = _("Tulis tanpa garis tegak dan tanpa baris baru.")
    return wrong


def _fault_of_day(day: date, there: tuple[LocalHoliday, ...], today: date) -> str:
    if not date(today.year, 1, 1) <= day <= date(today.year + YEARS_AHEAD, 12, 31):
        return _(
            "Pilih hari dari tahun ini sampai akhir tahun %(year)s.", year=today.year + YEARS_AHEAD
        )
    if day in {one.day for one in there}:
        return _("Hari ini sudah ada di daftar.")
    if len(there) >= MOST:
        return _("Paling banyak %(n)s hari. Hapus dahulu yang sudah lama lewat.", n=MOST)
    if is_working_day(day):
        return ""
    named = dict(named_days_off(day.year, current_language())).get(day)
    if named:
        return _("Hari ini sudah libur nasional: %(name)s.", name=named)
    return _("Hari Sabtu dan Minggu memang bukan hari kerja.")
