"""What of a case goes along to another agency: the report and what its reporter can read of it.

Never a private note, who of the staff acted, or an identity; files and the reporter's contact go
their own ways, once the case is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.models import CaseEvent, CaseRecord, Identity, PublicCase
from sp4n.cases.publicity_queries import face_of, newest_version
from sp4n.files.queries import attachments_of_case
from sp4n.organisation.models import Unit
from sp4n.tenants.resolver import agency_by_id

AS_IT_IS: Final = (
    *("classification", "title", "description", "location", "category_id", "extra_answers"),
    *("anonymous", "confidential", "language", "rule_set_id", "paused_days"),
)
# Of what an event says beside its words, what other agencies and the public may know.
TOLD: Final = frozenset(
    {
        *("final", "reason", "cause", "before", "after", "other", "why", "answer_by"),
        *("level", "limit", "due_at", "days"),
        *("passages", "published"),
    }
)


def payload_of(session: Session, case: CaseRecord) -> dict[str, Any]:
    events = _public_events(session, case)
    files = attachments_of_case(session, case.id)
    shown = {event.id for event in events}
    identified = sa.select(sa.exists().where(Identity.case_id == case.id))
    return {
        **{name: getattr(case, name) for name in AS_IT_IS},
        "supervision": case.supervision,
        "occurred_on": case.occurred_on.isoformat() if case.occurred_on else None,
        "filed_at": case.filed_at.isoformat(),
        "verified_at": case.verified_at.isoformat() if case.verified_at else None,
        "identified": bool(session.scalar(identified)),
        "events": _told(session, case, events),
        "files": [[one.file_name, one.size] for one in files if one.event_id in shown],
        "public": _public(session, case),
        "face": _face(session, case),
    }


def _face(session: Session, case: CaseRecord) -> dict[str, Any] | None:
    """Who has it next goes on hiding what is hidden, and may show it again."""
    if not case.hidden and newest_version(session, case) is None:
        return None
    face = face_of(session, case)
    return {
        "title": face.title,
        "body": face.body,
        "location": face.location,
        "hidden": face.hidden,
    }


def place_of(session: Session, case: CaseRecord, event_id: int) -> int | None:
    """Of an event in what is passed on; None for one that is not."""
    ids = [event.id for event in _public_events(session, case)]
    return ids.index(event_id) if event_id in ids else None


def fields_of(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the case that it becomes elsewhere. One of supervisory weight is so until who has it
    next finds otherwise, and confidential, as such cases are."""
    return {
        **{name: payload[name] for name in AS_IT_IS},
        "supervision": bool(payload.get("supervision")),  # not in what was sent long ago
        "occurred_on": date.fromisoformat(day) if (day := payload["occurred_on"]) else None,
        "filed_at": datetime.fromisoformat(payload["filed_at"]),
        "verified_at": datetime.fromisoformat(at) if (at := payload["verified_at"]) else None,
    }


def events_of(payload: Mapping[str, Any], *, case_id: int, not_of: int = 0) -> list[CaseEvent]:
    """As they stand in another agency's history; `not_of`: the agency that has its own ones."""
    return [
        CaseEvent(
            case_id=case_id,
            at=datetime.fromisoformat(one["at"]),
            kind=one["kind"],
            public=True,
            actor_kind=one["actor_kind"],
            actor_name="",
            from_state=one["from_state"],
            to_state=one["to_state"],
            body=one["body"],
            data={**one["data"], "place": place},
        )
        for place, one in enumerate(payload["events"])
        if one["data"].get("of") != not_of
    ]


def _public_events(session: Session, case: CaseRecord) -> list[CaseEvent]:
    history = sa.select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.public)
    return list(session.scalars(history.order_by(CaseEvent.id)))


def _told(session: Session, case: CaseRecord, events: list[CaseEvent]) -> list[dict[str, Any]]:
    agency = agency_by_id(case.agency_id)
    if agency is None:
        raise LookupError("a case of no agency")
    names = _unit_names(session, {event.unit_id for event in events if event.unit_id})
    return [
        {
            "at": event.at.isoformat(),
            "kind": event.kind,
            "actor_kind": event.actor_kind,
            "from_state": event.from_state,
            "to_state": event.to_state,
            "body": event.body,
            "data": {
                **{key: value for key, value in event.data.items() if key in TOLD},
                "of": event.data.get("of", agency.id),
                "agency": event.data.get("agency")
                or ", ".join(filter(None, (names.get(event.unit_id or 0), agency.short_name))),
            },
        }
        for event in events
    ]


def _unit_names(session: Session, ids: set[int]) -> dict[int, str]:
    found = session.execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(ids)))
    return {row.id: row.name for row in found}


def _public(session: Session, case: CaseRecord) -> dict[str, Any] | None:
    """What everyone can read of it already."""
    public = session.get(PublicCase, (case.agency_id, case.id)) if case.published else None
    if public is None:
        return None
    agency = agency_by_id(case.agency_id)
    own = agency.short_name if agency else ""
    timeline = [{**one, "by": one.get("by") or own} for one in public.timeline]
    shown = {"title": public.title, "body": public.body, "location": public.location}
    return {**shown, "supports": public.supports, "timeline": timeline}
