"""The public face of a case: written when it is published, and nothing is in it but what may be.

Who acted is named as a unit, never as a person; what the reporter writes is never added.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

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
    """`title`, `body`, `location`: as the agency has checked and redacted them."""
    case.published = True
    session.add(
        PublicCase(
            id=case.id,
            reference=case.reference,
            classification=case.classification,
            title=title,
            body=body,
            location=location,
            category_id=case.category_id,
            own_topic=case.own_topic,
            state=case.state,
            filed_at=case.filed_at,
            updated_at=case.updated_at,
            timeline=[],
        )
    )
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


def withdraw(session: Session, *, case: CaseRecord) -> None:
    if not case.published:
        return
    case.published = False
    session.execute(
        sa.delete(PublicCase).where(
            PublicCase.agency_id == case.agency_id, PublicCase.id == case.id
        )
    )


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
