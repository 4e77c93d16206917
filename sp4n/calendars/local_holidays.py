"""Days off of one agency, beside the country's: its founding day, say, or a local election.

They are published with the agency's other settings, as text: a day a line, each with its name and
what says that it is off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from sp4n.calendars.working_days import Calendar
from sp4n.tenants.resolver import AgencyFacts

BETWEEN: Final = "|"
AGENCIES_REMEMBERED = 2048


@dataclass(frozen=True, order=True)
class LocalHoliday:
    """`ground`: the decree or letter that gives the day off."""

    day: date
    name: str
    ground: str


@lru_cache(maxsize=AGENCIES_REMEMBERED)
def read_holidays(text: str) -> tuple[LocalHoliday, ...]:
    """In the order of their days; ValueError where a line is none of ours."""
    found = []
    for line in text.splitlines():
        day, name, ground = line.split(BETWEEN)
        if not name or not ground:
            raise ValueError("a day off has a name and a ground")
        found.append(LocalHoliday(date.fromisoformat(day), name, ground))
    return tuple(sorted(found))


def written_holidays(holidays: Iterable[LocalHoliday]) -> str:
    return "\n".join(
        BETWEEN.join((one.day.isoformat(), one.name, one.ground)) for one in sorted(holidays)
    )


def calendar_of(agency: AgencyFacts) -> Calendar:
    return _calendar(agency.time_zone, agency.local_holidays)


@lru_cache(maxsize=AGENCIES_REMEMBERED)
def _calendar(time_zone: str, local_holidays: str) -> Calendar:
    days = frozenset(one.day for one in read_holidays(local_holidays))
    return Calendar(ZoneInfo(time_zone), days)
