"""What each act of a case leaves behind: events, audit, outbox; as rows, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from psycopg.types.json import Jsonb

from bench.building.copying import Copier
from bench.building.courses import Step
from bench.building.filing import Filed, archive_reason, due
from bench.building.offices import Limits
from sp4n import clock
from sp4n.cases.states import Act, State
from sp4n.settings.queries import Step as Limit

REPORTER = ("reporter", None, "")
SYSTEM = ("system", None, "")
Who = tuple[str, int | None, str]

# act -> (kind of event, what is written in the audit, the letter to a reachable reporter)
TRACES = {
    Act.VERIFY: ("verified", "case.verified", "notice.case_verified"),
    Act.ANSWER: ("answered", "case.answered", "notice.case_answered"),
    Act.CONCLUDE: ("answered", "case.answered", "notice.case_answered"),
    Act.REPLY: ("replied", "case.replied", None),
    Act.ACCEPT: ("closed", "case.closed", "notice.case_closed"),
    Act.EXPIRE: ("closed", "case.closed", "notice.case_closed"),
    Act.ARCHIVE: ("archived", "case.archived", "notice.case_archived"),
}


@dataclass
class History:
    copier: Copier
    limits: Limits
    until: datetime

    def __post_init__(self) -> None:
        self._event_ids = count(1)

    def begin(self, case: Filed) -> None:
        """It comes in."""
        event_id = self._event(case, case.filed_at, "filed", REPORTER, None, State.UNVERIFIED)
        self._audit(case, case.filed_at, "case.filed", REPORTER, {})
        self._owe(case, "notice.case_filed" if case.reachable else None, event_id, case.filed_at)
        self._owe(case, "notice.staff_new_case", event_id, case.filed_at)

    def go_on(self, case: Filed, step: Step) -> None:
        kind, act, letter = TRACES[step.act]
        who, body, data = actor(case, step), words(case, step), data_of(case, step)
        unit_id = case.unit_id if kind == "answered" else None
        event_id = self._event(
            case, step.at, kind, who, step.before, step.after, unit_id=unit_id, body=body, data=data
        )
        self._owe(case, letter if case.reachable else None, event_id, step.at)
        if step.act is Act.VERIFY and case.unit_id is not None:
            handed = self._event(
                case, step.at, "assigned", who, step.before, step.after, unit_id=case.unit_id
            )
            self._owe(case, "notice.staff_assigned", handed, step.at)
        if step.act is Act.REPLY:
            self._owe(case, "notice.staff_reply", event_id, step.at)
        if step.act is Act.CONCLUDE:
            self._close_later(case, event_id, due(self.limits, case, Limit.REPLY, step.at))
        told = {"event_id": event_id} if kind in ("answered", "replied") else {}
        states = {"from": step.before, "to": step.after}
        self._audit(case, step.at, act, who, {**states, **data, **told})

    def _event(
        self,
        case: Filed,
        at: datetime,
        kind: str,
        who: Who,
        before: State | None,
        after: State,
        *,
        unit_id: int | None = None,
        body: str = "",
        data: dict[str, Any] | None = None,
    ) -> int:
        event_id = next(self._event_ids)
        self.copier.add(
            "case_event",
            *(case.office.id, event_id, case.id, at, kind, True, *who),
            *(before, after, unit_id, body, Jsonb(data or {})),
        )
        return event_id

    def _audit(self, case: Filed, at: datetime, act: str, who: Who, data: dict[str, Any]) -> None:
        row = (case.office.id, at, *who, act, "case", case.id, Jsonb(data))
        self.copier.add("audit_entry", *row)

    def _owe(self, case: Filed, kind: str | None, event_id: int, at: datetime) -> None:
        """Every letter went out."""
        if kind is not None:
            done_at = clock.rounded_to_hour(at)
            row = (case.office.id, "mail", kind, event_id, "done", None, 1, done_at)
            self.copier.add("outbox", *row)

    def _close_later(self, case: Filed, event_id: int, due_at: datetime | None) -> None:
        if due_at is None:
            return
        kind = "case.close_unanswered"
        over = due_at <= self.until
        when = (None, 1, clock.rounded_to_hour(due_at)) if over else (due_at, 0, None)
        state = "done" if over else "scheduled"
        self.copier.add("outbox", case.office.id, "upkeep", kind, event_id, state, *when)


def actor(case: Filed, step: Step) -> Who:
    if step.act in (Act.REPLY, Act.ACCEPT):
        return REPORTER
    if step.act is Act.EXPIRE:
        return SYSTEM
    answering = step.act in (Act.ANSWER, Act.CONCLUDE) and case.unit_id is not None
    person = case.office.liaisons[case.unit_id or 0] if answering else case.office.admin
    return ("staff", *person)


def words(case: Filed, step: Step) -> str:
    topic = case.text.topic
    match step.act:
        case Act.ANSWER:
            return topic.progress or topic.answer
        case Act.CONCLUDE:
            return topic.answer
        case Act.REPLY:
            return f"Belum selesai: {topic.title}"
        case Act.ARCHIVE:
            return "Laporan ini tidak dapat kami tangani."
        case _:
            return ""


def data_of(case: Filed, step: Step) -> dict[str, Any]:
    match step.act:
        case Act.ANSWER | Act.CONCLUDE:
            return {"final": step.act is Act.CONCLUDE}
        case Act.ACCEPT | Act.EXPIRE:
            return {"by": step.act}
        case Act.ARCHIVE:
            return {"reason": archive_reason(case)}
        case _:
            return {}


def timeline(case: Filed) -> list[dict[str, Any]]:
    """What the public case tells: who acted is named as a unit, the reporter's words are not."""
    told = []
    for step in case.steps:
        kind = TRACES[step.act][0]
        if kind == "replied":
            continue
        unit = case.office.unit_names[case.unit_id] if kind == "answered" and case.unit_id else ""
        told.append(
            {"at": step.at.isoformat(), "kind": kind, "by": unit, "body": words(case, step)}
        )
        if kind == "verified" and case.unit_id:
            name = case.office.unit_names[case.unit_id]
            told.append({"at": step.at.isoformat(), "kind": "assigned", "by": name, "body": ""})
    return told
