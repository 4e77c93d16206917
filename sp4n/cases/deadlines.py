"""How a case stands with its time limit, short enough for a row of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from sp4n.calendars.dates import due_in_words, long_date
from sp4n.calendars.working_days import Calendar
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


def sentiment_of(due: datetime, at: datetime, calendar: Calendar) -> str:
    if due < at:
        return "late"
    return "soon" if calendar.between(at, due) <= SOON else "ok"


def deadline(
    case: CaseRecord | Neighbour, *, at: datetime, calendar: Calendar, language: str
) -> Deadline | None:
    """None where nobody owes anything by a date."""
    if case.due_at is not None:
        left = due_in_words(case.due_at, at, calendar)
        sentiment = sentiment_of(case.due_at, at, calendar)
        return Deadline(_sentence(left), _day(case.due_at, calendar.zone, language), sentiment)
    if case.state in (State.AWAITING_REPLY, State.ON_HOLD) and case.reply_due_at is not None:
        return Deadline(
            _("Giliran pelapor"), _day(case.reply_due_at, calendar.zone, language), "paused"
        )
    if case.state == State.DISPUTED and case.reply_due_at is not None:
        day = _day(case.reply_due_at, calendar.zone, language)
        late = "late" if case.reply_due_at < at else "paused"
        return Deadline(_("Giliran koordinator"), day, late)
    return None


def _day(at: datetime, zone: ZoneInfo, language: str) -> str:
    return long_date(at.astimezone(zone).date(), language)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
