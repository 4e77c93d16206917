"""Which list of cases an address asks for: the tab, what narrows it, and the words searched for.

The address of a case carries all but the words along, so that the list stands beside it, and the
next case is the next of that list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import g, request

from sp4n import clock
from sp4n.accounts.login import current_actor
from sp4n.cases.escalation import escalated
from sp4n.cases.filters import (
    Conditions,
    assigned_to,
    due_on,
    filed_since,
    of_class,
    waiting_for_approval,
)
from sp4n.cases.looking import among_changed
from sp4n.cases.models import CLASSIFICATIONS
from sp4n.cases.states import State
from sp4n.settings.intake import is_token
from sp4n.web.paging import parse_row_id

TODAY: Final = "hari-ini"
DAYS: Final = ("1", "7", "30", "90")


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it does not understand is as if not said."""

    state: str | None
    unit_id: int | None
    overdue: bool
    text: str
    topic: str = ""
    mine: bool = False
    drafts: bool = False
    classification: str = ""
    due_today: bool = False
    days: int | None = None  # received in so many last days
    escalated: bool = False
    changed: bool = False  # since its reader opened them

    @property
    def narrowing(self) -> dict[str, Any]:
        """What narrows any tab, in an address."""
        asked = {
            "unit": self.unit_id,
            "topik": self.topic or None,
            "jenis": self.classification or None,
            "tempo": TODAY if self.due_today else None,
            "hari": self.days,
        }
        return {name: value for name, value in asked.items() if value is not None}

    @property
    def more(self) -> Conditions:
        """As queries want it."""
        zone: ZoneInfo = g.agency.zone
        asked = (
            assigned_to(current_actor().id or 0) if self.mine else None,
            waiting_for_approval() if self.drafts else None,
            of_class(self.classification) if self.classification else None,
            due_on(clock.today(zone), zone) if self.due_today else None,
            filed_since(self.first_day, zone) if self.days else None,
            escalated() if self.escalated else None,
            among_changed(current_actor().id or 0) if self.changed else None,
        )
        return tuple(one for one in asked if one is not None)

    @property
    def first_day(self) -> date:
        return clock.today(g.agency.zone) - timedelta(days=(self.days or 1) - 1)

    @property
    def place(self) -> dict[str, Any]:
        """The same list in an address, without the words."""
        asked = {
            "status": self.state,
            "terlambat": 1 if self.overdue else None,
            "saya": 1 if self.mine else None,
            "draf": 1 if self.drafts else None,
            "dieskalasi": 1 if self.escalated else None,
            "berubah": 1 if self.changed else None,
        }
        return {k: value for k, value in asked.items() if value is not None} | self.narrowing

    @property
    def narrowed_by_tab(self) -> bool:
        tabs = (self.mine, self.drafts, self.overdue, self.escalated, self.changed)
        return any(tabs) or self.state is not None

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
        mine=asked.get("saya") == "1",
        drafts=asked.get("draf") == "1",
        escalated=asked.get("dieskalasi") == "1",
        changed=asked.get("berubah") == "1",
        classification=kind if kind in CLASSIFICATIONS else "",
        due_today=asked.get("tempo") == TODAY,
        days=int(days) if (days := str(asked.get("hari", ""))) in DAYS else None,
    )
