"""Working days of government offices: Monday to Friday, less libur nasional and cuti bersama.

Both kinds of days off are set a year ahead by a joint decree of three ministers (SKB 3 Menteri).
They come from the package `holidays`, which learns a year when its decree is out: keep it fresh.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate
from zoneinfo import ZoneInfo

import holidays
from holidays.constants import GOVERNMENT, PUBLIC

log = logging.getLogger(__name__)

ONE_DAY = timedelta(days=1)
STARTS_REMEMBERED = 8192
LANGUAGES = {"id": "id", "en": "en_US"}  # as `holidays` calls them
MARKED = range(2020, 2051)  # years that due dates can fall in
YEARS_REMEMBERED = 64  # bounded, as years can come out of what people type


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in days_off(day.year)


@dataclass(frozen=True)
class Calendar:
    """Of one office: its zone, and the days off that it has beside those of the whole country."""

    zone: ZoneInfo
    local: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return is_working_day(day) and day not in self.local

    def end_of(self, start: datetime, days: int) -> datetime:
        return add_working_days(start, days, self.zone, self.local)

    def between(self, start: datetime, end: datetime) -> int:
        return working_days_between(start, end, self.zone, self.local)


def add_working_days(
    start: datetime, days: int, tz: ZoneInfo, local: frozenset[date] = frozenset()
) -> datetime:
    """The end of the last local day of a limit of `days` working days, as an aware UTC moment.

    The local day of `start` is not counted, whatever the hour; the first working day after it is
    day 1; the limit is kept until the last microsecond of day `days`. A limit of 0 days ends with
    the day it starts on.

    Source: the limits (see settings/data/rule_sets.json) say "n hari kerja" and not from which day
    to count. Leaving out the day of the event is the usual reading of such limits and the one that
    gives an office full days; it is our reading, not a cited rule, hence this one place for it.
    """
    if days < 0:
        raise ValueError(f"a limit cannot have {days} days")
    day = _day_after(start.astimezone(tz).date(), days, local)
    return datetime.combine(day, time.max, tz).astimezone(UTC)


def working_days_between(
    start: datetime, end: datetime, tz: ZoneInfo, local: frozenset[date] = frozenset()
) -> int:
    """How many working days lie after the local day of `start`, up to and with that of `end`.

    Counted as `add_working_days` counts. Negative when `end` comes first: so with `start` = now and
    `end` = the due moment, 3 is "3 hari kerja lagi" and -2 is "terlambat 2 hari kerja".
    """
    first, last = start.astimezone(tz).date(), end.astimezone(tz).date()
    if last < first:
        return -_working_days_after(last, first, local)
    return _working_days_after(first, last, local)


@lru_cache(maxsize=YEARS_REMEMBERED)
def days_off(year: int) -> frozenset[date]:
    """Libur nasional and cuti bersama of a year, those that fall on a weekend too.

    A year without a decree (see `is_decreed`) has only the holidays that can be computed, of which
    those of the Islamic calendar are estimates; a year beyond the package has none.
    """
    if not is_decreed(year):
        log.warning("no decree on the public holidays of %s is known: update `holidays`", year)
    return frozenset(holidays.country_holidays("ID", years=year, categories=(PUBLIC, GOVERNMENT)))


@lru_cache(maxsize=1)
def mark_of_days_off() -> str:
    """Another one where any day off of the country is another: by a decree that is known now."""
    found = holidays.country_holidays("ID", years=MARKED, categories=(PUBLIC, GOVERNMENT))
    return sha256(" ".join(sorted(map(str, found))).encode()).hexdigest()[:16]


@lru_cache(maxsize=YEARS_REMEMBERED)
def named_days_off(year: int, language: str) -> tuple[tuple[date, str], ...]:
    """The same days with what they are called, in their order."""
    named = holidays.country_holidays(
        "ID", years=year, categories=(PUBLIC, GOVERNMENT), language=LANGUAGES[language]
    )
    return tuple(sorted(named.items()))


@lru_cache(maxsize=YEARS_REMEMBERED)
def is_decreed(year: int) -> bool:
    """Whether the days off of a year are known from its decree, the only source of cuti bersama."""
    return bool(holidays.country_holidays("ID", years=year, categories=(GOVERNMENT,)))


@lru_cache(maxsize=STARTS_REMEMBERED)
def _day_after(day: date, days: int, local: frozenset[date]) -> date:
    while days:
        day += ONE_DAY
        days -= is_working_day(day) and day not in local
    return day


def _working_days_after(first: date, last: date, local: frozenset[date]) -> int:
    whole_years = sum(_counts(year)[-1] for year in range(first.year, last.year))
    off = sum(first < day <= last and is_working_day(day) for day in local)
    return whole_years + _count_until(last) - _count_until(first) - off


def _count_until(day: date) -> int:
    return _counts(day.year)[day.timetuple().tm_yday - 1]


@lru_cache(maxsize=YEARS_REMEMBERED)
def _counts(year: int) -> tuple[int, ...]:
    """For each day of a year, the working days from 1 January up to and with it."""
    new_year = date(year, 1, 1)
    length = (date(year, 12, 31) - new_year).days + 1
    return tuple(accumulate(int(is_working_day(new_year + n * ONE_DAY)) for n in range(length)))
