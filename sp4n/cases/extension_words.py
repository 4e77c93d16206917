"""What is said of a request whose end was put off."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from sp4n.calendars.dates import long_date
from sp4n.cases.models import CaseEvent


def extended_words(event: CaseEvent, zone: ZoneInfo, language: str) -> str:
    """From when until when, and below it why."""
    days = {
        name: long_date(datetime.fromisoformat(event.data[name]).astimezone(zone).date(), language)
        for name in ("before", "after")
    }
    line = _("Sebelumnya paling lambat %(before)s, sekarang %(after)s.", **days)
    return f"{line}\n{event.body}".strip()
