"""How a case stands that has ended, or whose end is disputed, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from sp4n.calendars.dates import due_in_words, long_date
from sp4n.calendars.working_days import Calendar
from sp4n.cases.contesting import contest_open
from sp4n.cases.models import CaseRecord
from sp4n.cases.states import WITHDRAWN, State


@dataclass(frozen=True)
class ClockWords:
    """`words`: who owes what; `detail`: until when; `advice`: what the reporter can do."""

    words: str
    detail: str = ""
    advice: str = ""
    sentiment: str = "neutral"


def ending_words(
    case: CaseRecord, *, at: datetime, calendar: Calendar, language: str
) -> ClockWords:
    if case.state == State.DISPUTED:
        return _disputed(case, at, calendar, language)
    until = _contest_words(case, at, calendar, language)
    since = _since(case, calendar, language)
    if case.state == State.CLOSED:
        again = _("Bila masalahnya muncul lagi, Anda dapat membuat laporan baru.")
        advice = "" if until else again
        return ClockWords(_("Laporan ini selesai."), until or since, advice, "ok")
    if case.archive_reason == WITHDRAWN:
        anew = _("Bila masalahnya muncul lagi, Anda dapat membuat laporan baru.")
        return ClockWords(_("Laporan ini ditarik oleh pelapor."), since, anew)
    why = (
        _("Alasannya ada di riwayat.")
        if until
        else _(
            "Alasannya ada di riwayat. Bila masalahnya masih ada, Anda dapat membuat laporan baru."
        )
    )
    return ClockWords(_("Laporan ini diarsipkan dan tidak diproses lagi."), until or since, why)


def _since(case: CaseRecord, calendar: Calendar, language: str) -> str:
    if case.closed_at is None:
        return ""
    when = long_date(case.closed_at.astimezone(calendar.zone).date(), language)
    return _("Sejak %(date)s.", date=when)


def _disputed(case: CaseRecord, at: datetime, calendar: Calendar, language: str) -> ClockWords:
    who = _("Koordinator nasional memutuskan apakah laporan ini selesai.")
    advice = _("Putusannya dapat Anda baca di sini, beserta alasannya.")
    until = case.reply_due_at
    if until is None:  # contested before there was a time for it
        return ClockWords(who, _("Belum ada batas waktu untuk putusan ini."), advice, "soon")
    when = long_date(until.astimezone(calendar.zone).date(), language)
    left = due_in_words(until, at, calendar)
    if until < at:
        late = _("Seharusnya paling lambat %(date)s (%(left)s).", date=when, left=left)
        return ClockWords(who, late, advice, "late")
    detail = _("Paling lambat %(date)s (%(left)s).", date=when, left=left)
    return ClockWords(who, detail, advice, "soon")


def _contest_words(case: CaseRecord, at: datetime, calendar: Calendar, language: str) -> str:
    """ "" where the end cannot be contested (any more)."""
    if case.contest_until is None or not contest_open(case, at):
        return ""
    when = long_date(case.contest_until.astimezone(calendar.zone).date(), language)
    left = due_in_words(case.contest_until, at, calendar)
    return _("Dapat disanggah sampai %(date)s (%(left)s).", date=when, left=left)
