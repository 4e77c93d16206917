"""Which list of cases an address asks for: the tab, the unit, the topic and the words searched for.

The address of a case carries all but the words along, so that the list stands beside it, and the
next case is the next of that list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from sp4n.cases.states import State
from sp4n.settings.intake import is_token
from sp4n.web.paging import parse_row_id


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

    @property
    def place(self) -> dict[str, Any]:
        """The same list in an address, without the words."""
        asked = {
            "status": self.state,
            "terlambat": 1 if self.overdue else None,
            "unit": self.unit_id,
            "topik": self.topic or None,
            "saya": 1 if self.mine else None,
            "draf": 1 if self.drafts else None,
        }
        return {name: value for name, value in asked.items() if value is not None}

    @property
    def narrowed_by_tab(self) -> bool:
        return self.mine or self.drafts or self.overdue or self.state is not None

    @property
    def narrowed(self) -> bool:
        return bool(self.place)


def asked_topic() -> str:
    topic = request.args.get("topik", "")[:100]
    return topic if is_token(topic) else ""


def wanted() -> Wanted:
    state = request.args.get("status", "")
    return Wanted(
        state=state if state in set(State) else None,
        unit_id=parse_row_id(request.args.get("unit")),
        overdue=request.args.get("terlambat") == "1",
        text=request.args.get("q", "").replace("\x00", "").strip()[:100],
        topic=asked_topic(),
        mine=request.args.get("saya") == "1",
        drafts=request.args.get("draf") == "1",
    )
