"""What happened between agencies, in words for everyone who may read a case."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from sp4n.calendars.dates import long_date
from sp4n.cases.models import CaseEvent

BETWEEN_AGENCIES: Final = ("offered", "recalled", "kept", "decided", "forwarded", "received")


def between_agencies(event: CaseEvent, zone: ZoneInfo, language: str) -> str:
    """Which agency, and below it the reason that was given."""
    return "\n".join(line for line in (_line(event, zone, language), event.body) if line)


def _line(event: CaseEvent, zone: ZoneInfo, language: str) -> str:
    who = str(event.data.get("other", ""))
    match event.kind:
        case "offered":
            return _offered(event, who, zone, language)
        case "recalled":
            return _("%(who)s tidak lagi diminta menerima laporan ini.", who=who)
        case "kept":
            return _kept(event, who)
        case "decided":
            return _("Laporan ini diserahkan kepada %(who)s.", who=who)
        case "forwarded":
            return _("%(who)s sudah menerima laporan ini dan menanganinya.", who=who)
        case _:
            return _("Sebelumnya di %(who)s.", who=who)


def _offered(event: CaseEvent, who: str, zone: ZoneInfo, language: str) -> str:
    until = event.data.get("answer_by")
    if not until:
        return _(
            "Menurut instansi ini laporan menjadi wewenang %(who)s. Laporan sudah sering "
            "berpindah, jadi koordinator nasional yang memutuskan.",
            who=who,
        )
    day = long_date(datetime.fromisoformat(str(until)).astimezone(zone).date(), language)
    return _("%(who)s diminta menerimanya, dan menjawab paling lambat %(day)s.", who=who, day=day)


def _kept(event: CaseEvent, who: str) -> str:
    why = event.data.get("why")
    if why == "expired":
        return _("%(who)s tidak menjawab sampai batas waktunya.", who=who)
    if why == "gone":
        return _("%(who)s sudah tidak menerima laporan, jadi laporan ini tetap di sini.", who=who)
    if why == "decided":
        return _("Koordinator nasional memutuskan bahwa laporan ini tetap di sini.")
    return _("%(who)s tidak menerima laporan ini.", who=who)
