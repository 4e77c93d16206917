"""How a case stands with its time limit, short enough for a row of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from sp4n.calendars.dates import due_in_words, long_date
from sp4n.calendars.working_days import working_days_between
from sp4n.cases.models import CaseRecord
from sp4n.cases.neighbours import Neighbour
from sp4n.cases.states import State

SOON = 1  # working days: today's and the next one's


@dataclass(frozen=True)
class Deadline:
    """sentiment: late | soon | ok | paused (the reporter's turn)."""

    words: str
    date: str
    sentiment: str


def sentiment_of(due: datetime, at: datetime, zone: ZoneInfo) -> str:
    if due < at:
        return "late"
    return "soon" if working_days_between(at, due, zone) <= SOON else "ok"


def deadline(
    case: CaseRecord | Neighbour, *, at: datetime, zone: ZoneInfo, language: str
) -> Deadline | None:
    """None where nobody owes anything by a date."""
    if case.due_at is not None:
        left = due_in_words(case.due_at, at, zone)
        sentiment = sentiment_of(case.due_at, at, zone)
        return Deadline(_sentence(left), _day(case.due_at, zone, language), sentiment)
    if case.state == State.AWAITING_REPLY and case.reply_due_at is not None:
        return Deadline(_("Giliran pelapor"), _day(case.reply_due_at, zone, language), "paused")
    return None


def _day(at: datetime, zone: ZoneInfo, language: str) -> str:
    return long_date(at.astimezone(zone).date(), language)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
