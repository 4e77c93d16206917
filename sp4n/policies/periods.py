"""Months, quarters and years, in an agency's own zone: `2026-09`, `2026-TW3`, `2026`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _

ONE_DAY: Final = timedelta(days=1)


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS: Final = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
TOKEN: Final = re.compile(r"(20\d\d)(?:-(?:TW([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class Period:
    kind: PeriodKind
    starts_on: date

    @property
    def ends_on(self) -> date:
        return self.next().starts_on - ONE_DAY

    @property
    def token(self) -> str:
        year, month = self.starts_on.year, self.starts_on.month
        match self.kind:
            case PeriodKind.MONTH:
                return f"{year}-{month:02d}"
            case PeriodKind.QUARTER:
                return f"{year}-TW{(month + 2) // 3}"
            case _:
                return str(year)

    def next(self) -> Period:
        return self._moved(MONTHS[self.kind])

    def before(self) -> Period:
        return self._moved(-MONTHS[self.kind])

    def _moved(self, months: int) -> Period:
        place = self.starts_on.year * 12 + self.starts_on.month - 1 + months
        return Period(self.kind, date(place // 12, place % 12 + 1, 1))

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From the first moment to the first one after it."""
        first, last = self.starts_on, self.next().starts_on
        return datetime.combine(first, time(), zone), datetime.combine(last, time(), zone)

    def label(self, language: str) -> str:
        year, month = self.starts_on.year, self.starts_on.month
        match self.kind:
            case PeriodKind.MONTH:
                return format_date(self.starts_on, "MMMM y", locale=language)
            case PeriodKind.QUARTER:
                quarter = ("I", "II", "III", "IV")[month // 3]
                return _("Triwulan %(quarter)s %(year)s", quarter=quarter, year=year)
            case _:
                return _("Tahun %(year)s", year=year)


def period_at(kind: PeriodKind, day: date) -> Period:
    months = MONTHS[kind]
    return Period(kind, date(day.year, (day.month - 1) // months * months + 1, 1))


def read_period(token: str) -> Period | None:
    found = TOKEN.fullmatch(token)
    if found is None:
        return None
    year, quarter, month = int(found[1]), found[2], found[3]
    if quarter:
        return Period(PeriodKind.QUARTER, date(year, int(quarter) * 3 - 2, 1))
    if month:
        return Period(PeriodKind.MONTH, date(year, int(month), 1))
    return Period(PeriodKind.YEAR, date(year, 1, 1))


def past_periods(kind: PeriodKind, today: date, number: int) -> Iterator[Period]:
    """The last ones that are over, the newest first."""
    period = period_at(kind, today)
    for _one in range(number):
        period = period.before()
        yield period
