"""Working days of government offices, held against counts and a calendar that are not ours."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lokal import holidays as other_calendar

from sp4n.calendars.working_days import (
    add_working_days,
    days_off,
    is_decreed,
    is_working_day,
    working_days_between,
)

WIB = ZoneInfo("Asia/Jakarta")
WITA = ZoneInfo("Asia/Makassar")
WIT = ZoneInfo("Asia/Jayapura")


def due(start: datetime, days: int, tz: ZoneInfo = WIB) -> datetime:
    """The due moment, told in the zone."""
    return add_working_days(start, days, tz).astimezone(tz)


def at(day: date, tz: ZoneInfo = WIB, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=tz)


@pytest.mark.parametrize(("year", "days"), [(2024, 29), (2025, 28), (2026, 25), (2027, 26)])
def test_a_year_has_the_days_off_of_its_decree(year: int, days: int) -> None:
    assert len(days_off(year)) == days


@pytest.mark.parametrize("year", [2026, 2027])
def test_every_day_agrees_with_another_calendar_of_the_same_decrees(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    differing = [d for d in days if is_working_day(d) != other_calendar.is_working_day(d)]
    assert differing == []


def test_a_weekend_a_national_holiday_and_a_collective_leave_day_are_no_working_days() -> None:
    assert is_working_day(date(2026, 11, 20))  # a Friday
    assert not is_working_day(date(2026, 11, 21))
    assert not is_working_day(date(2026, 11, 22))
    assert not is_working_day(date(2026, 8, 17))  # independence day, a Monday
    assert not is_working_day(date(2026, 12, 24))  # collective leave before Christmas, a Thursday


def test_three_working_days_from_a_monday_end_with_the_thursday() -> None:
    assert due(at(date(2026, 11, 16)), 3) == datetime(2026, 11, 19, 23, 59, 59, 999999, WIB)


def test_the_hour_of_filing_does_not_move_the_due_day() -> None:
    ends = {due(at(date(2026, 11, 16), hour=h), 3) for h in range(24)}
    assert {end.date() for end in ends} == {date(2026, 11, 19)}


def test_what_is_filed_on_a_weekend_counts_from_the_next_working_day() -> None:
    assert due(at(date(2026, 11, 21)), 1).date() == date(2026, 11, 23)
    assert due(at(date(2026, 11, 22)), 1).date() == date(2026, 11, 23)


def test_a_limit_runs_over_christmas_and_new_year_without_their_days_off() -> None:
    # 24 December is collective leave, 25 Christmas, 1 January New Year, 5 January Isra Mikraj
    assert due(at(date(2026, 12, 23)), 5).date() == date(2027, 1, 4)
    assert due(at(date(2026, 12, 23)), 6).date() == date(2027, 1, 6)


def test_a_limit_runs_over_the_long_days_off_around_eid() -> None:
    # Nyepi and Eid with their collective leave: Wednesday 18 to Tuesday 24 March 2026
    assert due(at(date(2026, 3, 17)), 1).date() == date(2026, 3, 25)


def test_a_limit_of_no_days_ends_with_its_own_day() -> None:
    assert due(at(date(2026, 11, 22)), 0).date() == date(2026, 11, 22)


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        add_working_days(at(date(2026, 11, 22)), -1, WIB)


@pytest.mark.parametrize(("tz", "end_utc"), [(WIB, 16), (WITA, 15), (WIT, 14)])
def test_a_limit_ends_at_local_midnight_and_is_told_in_utc(tz: ZoneInfo, end_utc: int) -> None:
    end = add_working_days(datetime(2026, 11, 16, 3, 0, tzinfo=UTC), 3, tz)
    assert end == datetime(2026, 11, 19, end_utc, 59, 59, 999999, UTC)
    assert end.tzinfo is UTC


def test_one_moment_is_another_day_and_so_another_limit_further_east() -> None:
    moment = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)  # Wednesday 22.30 WIB, Thursday 00.30 WIT
    assert due(moment, 3, WIB).date() == date(2026, 11, 23)
    assert due(moment, 3, WITA).date() == date(2026, 11, 23)
    assert due(moment, 3, WIT).date() == date(2026, 11, 24)


def test_new_years_eve_at_night_is_the_new_year_in_the_east() -> None:
    moment = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    assert due(moment, 1, WIB).date() == date(2027, 1, 4)  # counted from Thursday 31 December
    assert due(moment, 1, WIT).date() == date(2027, 1, 4)  # counted from Friday 1 January
    assert working_days_between(moment, at(date(2027, 1, 4), WIT), WIT) == 1


@pytest.mark.parametrize("tz", [WIB, WITA, WIT])
def test_counting_gives_back_what_adding_took(tz: ZoneInfo) -> None:
    starts = [at(date(2024, 1, 1) + timedelta(days=n), tz, n % 24) for n in range(0, 1400, 7)]
    for start in starts:
        for days in (1, 3, 5, 10, 14, 60):
            end = add_working_days(start, days, tz)
            assert is_working_day(end.astimezone(tz).date())
            assert working_days_between(start, end, tz) == days
            assert working_days_between(end, start, tz) == -days


def test_counting_over_years_agrees_with_counting_day_by_day() -> None:
    first, last = date(2024, 2, 28), date(2027, 3, 1)
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert working_days_between(at(first), at(last), WIB) == sum(map(is_working_day, days))


def test_a_due_moment_is_days_ahead_then_today_then_days_ago() -> None:
    end = add_working_days(at(date(2026, 11, 16)), 3, WIB)  # Thursday 19 November
    told = [working_days_between(at(date(2026, 11, d)), end, WIB) for d in range(16, 25)]
    assert told == [3, 2, 1, 0, -1, -1, -1, -2, -3]


@pytest.mark.parametrize("year", [1900, 2150])
def test_a_year_beyond_every_calendar_still_has_monday_to_friday(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [is_working_day(d) for d in days] == [d.weekday() < 5 for d in days]


def test_a_year_without_its_decree_keeps_the_holidays_that_are_certain() -> None:
    assert not is_decreed(2035)
    assert not is_working_day(date(2035, 1, 1))
    assert not is_working_day(date(2035, 8, 17))


def test_a_year_without_its_decree_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    days_off.cache_clear()
    with caplog.at_level(logging.WARNING, logger="sp4n.calendars.working_days"):
        is_working_day(date(2036, 1, 2))
        is_working_day(date(2036, 1, 3))
    assert [r.getMessage() for r in caplog.records] == [
        "no decree on the public holidays of 2036 is known: update `holidays`"
    ]


def test_the_years_of_today_are_decreed() -> None:
    assert [year for year in range(2022, 2028) if not is_decreed(year)] == []
