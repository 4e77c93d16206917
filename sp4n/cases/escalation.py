"""How late cases climb: from who has them to the agency's admins, its head, the coordinators.

When, the rules say (`Step.ESCALATE_…`): so many working days after the limit that the agency owes
now. An agency may only be earlier. What waits for its reporter or another agency stands still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.calendars.dates import long_date
from sp4n.calendars.working_days import Calendar
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.states import State, state_owed_in
from sp4n.cases.time_limits import Clockwork
from sp4n.settings.queries import Step


class Level(IntEnum):
    NONE = 0
    OFFICER = 1
    ADMIN = 2
    HEAD = 3
    COORDINATOR = 4


LADDER: Final = {
    Level.OFFICER: Step.ESCALATE_OFFICER,
    Level.ADMIN: Step.ESCALATE_ADMIN,
    Level.HEAD: Step.ESCALATE_HEAD,
    Level.COORDINATOR: Step.ESCALATE_COORDINATOR,
}
# Which limit is missed in which state.
MISSED: Final = {
    State.UNVERIFIED: Step.VERIFICATION,
    State.UNHANDLED: Step.FIRST_ANSWER,
    State.IN_PROGRESS: Step.COMPLETION,
}
LEVEL_LABELS: Final[dict[int, LazyString]] = {
    Level.OFFICER: _l("Petugas"),
    Level.ADMIN: _l("Admin instansi"),
    Level.HEAD: _l("Pimpinan instansi"),
    Level.COORDINATOR: _l("Koordinator nasional"),
}
MISSED_LABELS: Final[dict[str, LazyString]] = {
    Step.VERIFICATION: _l("verifikasi"),
    Step.FIRST_ANSWER: _l("tanggapan pertama"),
    Step.COMPLETION: _l("penyelesaian"),
}


@dataclass(frozen=True)
class Standing:
    """How high a case stands now, and when it would climb on; None at the top."""

    level: Level
    next_at: datetime | None


def standing(
    clockwork: Clockwork, *, due_at: datetime, owed_since: datetime | None, kind: str, at: datetime
) -> Standing:
    """A limit that was past already when the agency came to owe it is late from then on only."""
    start = max(due_at, owed_since or due_at)
    moments: dict[Level, datetime] = {}
    for level, step in LADDER.items():
        moment = clockwork.due(step, start, kind)
        if moment is not None:
            moments[level] = moment
    reached = max((one for one, when in moments.items() if when < at), default=Level.NONE)
    ahead = (when for one, when in moments.items() if one > reached)
    return Standing(reached, min(ahead, default=None))


def whole_days(calendar: Calendar, start: datetime, at: datetime) -> int:
    """Working days that have passed since: today is under way."""
    today = calendar.is_working_day(at.astimezone(calendar.zone).date())
    return max(calendar.between(start, at) - today, 0)


def after_move(case: CaseRecord, *, owed_before: str, at: datetime) -> None:
    """The ladder is about one limit: with the next one it begins anew, with the last it ends. While
    the case waits it stays where it stands."""
    if state_owed_in(case.state, case.state_before) != owed_before:
        case.owed_since = at
        case.escalation_level, case.escalates_at = Level.NONE, None
    elif case.escalation_level:
        case.escalates_at = case.due_at  # looked at anew when it is owed again


def escalated() -> sa.ColumnElement[bool]:
    """Past who has it; as its index has it."""
    return CaseRecord.escalation_level > sa.literal_column("1")


def level_label(level: int) -> str:
    """ "" of what has not gone past who has it."""
    return str(LEVEL_LABELS[level]) if level > Level.OFFICER else ""


def escalated_words(event: CaseEvent, zone: ZoneInfo, language: str) -> str:
    """Why it climbed, and to whom."""
    due = datetime.fromisoformat(event.data["due_at"]).astimezone(zone).date()
    about = {
        "limit": MISSED_LABELS.get(event.data["limit"], ""),
        "date": long_date(due, language),
        "n": event.data["days"],
        "who": LEVEL_LABELS.get(event.data["level"], ""),
    }
    if not event.data["days"]:
        return _("Batas waktu %(limit)s (%(date)s) lewat. Diberitahukan: %(who)s.", **about)
    return _(
        "Batas waktu %(limit)s (%(date)s) lewat %(n)s hari kerja. Diberitahukan: %(who)s.", **about
    )
