"""The public face of a case: written when it is published, and nothing is in it but what may be.

Who acted is named as a unit, never as a person; what the reporter writes is never added.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.following import owe_news
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase
from sp4n.organisation.models import Unit


def publish(
    session: Session,
    *,
    case: CaseRecord,
    title: str,
    body: str,
    location: str,
) -> None:
    """`title`, `body`, `location`: as the agency has checked and redacted them. What came here
    published is there already, and keeps what has happened."""
    public = session.get(PublicCase, (case.agency_id, case.id)) if case.published else None
    if public is None:
        public = PublicCase(id=case.id, reference=case.reference, timeline=[])
        session.add(public)
    case.published = True
    public.classification = case.classification
    public.title, public.body, public.location = title, body, location
    public.category_id, public.own_topic = case.category_id, case.own_topic
    public.state = case.state
    public.filed_at, public.updated_at = case.filed_at, case.updated_at
    session.flush()


def follow(session: Session, *, case: CaseRecord, event: CaseEvent | None = None) -> None:
    """Bring the public case, if there is one, to the state of the case; `event` is told there."""
    if not case.published:
        return
    public = session.get(PublicCase, (case.agency_id, case.id))
    if public is None:
        return
    public.state = case.state
    public.updated_at = case.updated_at
    if event is not None:
        public.timeline = [*public.timeline, _entry(session, event)]
        if public.followers:
            owe_news(session, case.id)


def withdraw(session: Session, *, case: CaseRecord) -> None:
    if not case.published:
        return
    case.published = False
    gone = sa.delete(PublicCase).where(
        PublicCase.agency_id == case.agency_id, PublicCase.id == case.id
    )
    if session.scalar(gone.returning(PublicCase.followers)):
        owe_news(session, case.id)


def _entry(session: Session, event: CaseEvent) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "by": _unit_name(session, event.unit_id),
        "body": "" if event.actor_kind == "reporter" else event.body,
    }


def _unit_name(session: Session, unit_id: int | None) -> str:
    """Empty where the agency itself acted."""
    if unit_id is None:
        return ""
    return session.scalar(sa.select(Unit.name).where(Unit.id == unit_id)) or ""
