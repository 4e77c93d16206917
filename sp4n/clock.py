"""The only clock: every module asks here what time it is, so that a test can say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

# A module variable, not a context variable: a test freezes the time for the threads of the
# server that it started, too.
_frozen_at: datetime | None = None

# The national level keeps the time of the capital.
CAPITAL: Final = ZoneInfo("Asia/Jakarta")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen_at or datetime.now(UTC)


def today(tz: tzinfo) -> date:
    """The present day on the calendar of a place."""
    return now().astimezone(tz).date()


def rounded_to_hour(at: datetime) -> datetime:
    """The full hour that `at` lies in: rounding up would make times that have not come yet."""
    return at.replace(minute=0, second=0, microsecond=0)


def next_hour(at: datetime) -> datetime:
    """The full hour after `at`."""
    return rounded_to_hour(at) + timedelta(hours=1)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """For tests and for the past of the demo: it is `at` in every thread of this process until the
    block ends; may be nested."""
    global _frozen_at
    if at.tzinfo is None:
        raise ValueError("an aware datetime is needed to freeze the clock")
    before, _frozen_at = _frozen_at, at.astimezone(UTC)
    try:
        yield _frozen_at
    finally:
        _frozen_at = before
