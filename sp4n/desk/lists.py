"""Which list of cases an address asks for: the tab, what narrows it, and the words searched for.

The address of a case carries all but the words along, so that the list stands beside it, and the
next case is the next of that list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import g, request

from sp4n import clock
from sp4n.cases.filters import Conditions, due_on, filed_since, of_class
from sp4n.cases.models import CLASSIFICATIONS
from sp4n.cases.states import State
from sp4n.settings.intake import is_token
from sp4n.web.paging import parse_row_id

TODAY: Final = "hari-ini"


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it does not understand is as if not said."""

    state: str | None
    unit_id: int | None
    overdue: bool
    text: str
    topic: str = ""
    classification: str = ""
    due_today: bool = False
    since: date | None = None

    @property
    def narrowing(self) -> dict[str, Any]:
        """What narrows any tab, in an address."""
        asked = {
            "unit": self.unit_id,
            "topik": self.topic or None,
            "jenis": self.classification or None,
            "tempo": TODAY if self.due_today else None,
            "sejak": self.since.isoformat() if self.since else None,
        }
        return {name: value for name, value in asked.items() if value is not None}

    @property
    def more(self) -> Conditions:
        """As queries want it."""
        zone: ZoneInfo = g.agency.zone
        asked = (
            of_class(self.classification) if self.classification else None,
            due_on(clock.today(zone), zone) if self.due_today else None,
            filed_since(self.since, zone) if self.since else None,
        )
        return tuple(one for one in asked if one is not None)

    @property
    def place(self) -> dict[str, Any]:
        """The same list in an address, without the words."""
        asked = {
            "status": self.state,
            "terlambat": 1 if self.overdue else None,
        }
        return {k: value for k, value in asked.items() if value is not None} | self.narrowing

    @property
    def narrowed(self) -> bool:
        return bool(self.place)


def wanted() -> Wanted:
    return read(request.args)


def read(asked: Mapping[str, Any]) -> Wanted:
    """What an address says, or what was kept of one."""
    state, topic = asked.get("status", ""), asked.get("topik", "")[:100]
    kind = asked.get("jenis", "")
    return Wanted(
        state=state if state in set(State) else None,
        unit_id=parse_row_id(asked.get("unit")),
        overdue=asked.get("terlambat") == "1",
        text=asked.get("q", "").replace("\x00", "").strip()[:100],
        topic=topic if is_token(topic) else "",
        classification=kind if kind in CLASSIFICATIONS else "",
        due_today=asked.get("tempo") == TODAY,
        since=day_in(asked.get("sejak", "")),
    )


def day_in(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
