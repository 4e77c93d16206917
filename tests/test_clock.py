"""The clock: aware, in UTC, and frozen for every thread at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sp4n import clock

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_the_clock_runs_and_tells_utc() -> None:
    before = datetime.now(UTC)
    told = clock.now()
    assert before <= told <= datetime.now(UTC)
    assert told.utcoffset() == timedelta(0)


def test_a_frozen_clock_stands_still_and_runs_again_afterwards() -> None:
    with clock.frozen(NOON):
        assert clock.now() == NOON == clock.now()
    assert clock.now() != NOON


def test_a_frozen_clock_is_frozen_in_other_threads_too() -> None:
    with clock.frozen(NOON), ThreadPoolExecutor(max_workers=3) as threads:
        told = list(threads.map(lambda _: clock.now(), range(9)))
    assert told == [NOON] * 9


def _break_at(at: datetime) -> None:
    with clock.frozen(at):
        raise RuntimeError(clock.now().isoformat())


def test_an_inner_freeze_gives_back_the_outer_one_even_after_an_error() -> None:
    with clock.frozen(NOON):
        with pytest.raises(RuntimeError, match="2026-11-23T12:00:00"):
            _break_at(NOON + timedelta(days=1))
        assert clock.now() == NOON


def test_a_moment_of_another_zone_is_told_in_utc() -> None:
    with clock.frozen(datetime(2026, 11, 22, 19, 0, tzinfo=ZoneInfo("Asia/Jakarta"))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_the_clock_is_not_frozen_at_a_moment_without_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"), clock.frozen(NOON.replace(tzinfo=None)):
        pytest.fail("not reached")
    assert clock.now().tzinfo is UTC


def test_today_is_the_local_day() -> None:
    with clock.frozen(datetime(2026, 11, 22, 16, 30, tzinfo=UTC)):
        assert clock.today(ZoneInfo("Asia/Jakarta")) == date(2026, 11, 22)
        assert clock.today(ZoneInfo("Asia/Makassar")) == date(2026, 11, 23)


def test_rounding_to_the_hour_goes_down_and_keeps_the_zone() -> None:
    late = datetime(2026, 11, 22, 23, 59, 59, 999999, tzinfo=UTC)
    assert clock.rounded_to_hour(late) == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert clock.rounded_to_hour(clock.rounded_to_hour(late)) == clock.rounded_to_hour(late)
