"""Reads of cases about the same event at other agencies: nothing of them but what is public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.link_models import CaseLink
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase, Tracking
from sp4n.cases.references import parse_reference
from sp4n.errors import NotFound
from sp4n.tenants.scope import current_agency_id


@dataclass(frozen=True)
class Linked:
    """`title`: "" where it is not public there any more."""

    agency_id: int
    reference: str
    title: str
    state: str
    since: datetime


def linked_cases(session: Session, case: CaseRecord) -> list[Linked]:
    if not case.linked:
        return []
    other = sa.and_(
        PublicCase.agency_id == CaseLink.to_agency_id,
        PublicCase.reference == CaseLink.to_reference,
    )
    wanted = (
        sa.select(
            CaseLink.to_agency_id,
            CaseLink.to_reference,
            sa.func.coalesce(PublicCase.title, ""),
            sa.func.coalesce(PublicCase.state, ""),
            CaseLink.at,
        )
        .outerjoin(PublicCase, other)
        .where(
            CaseLink.agency_id == current_agency_id(),
            CaseLink.reference == case.reference,
            CaseLink.linked,
        )
        .order_by(CaseLink.at, CaseLink.to_reference)
    )
    return [Linked(*row) for row in session.execute(wanted)]


def public_case_anywhere(session: Session, reference: str) -> PublicCase | None:
    """By its number, whoever has it now; None where it is not public."""
    here = sa.and_(
        PublicCase.agency_id == Tracking.agency_id, PublicCase.reference == Tracking.reference
    )
    wanted = sa.select(PublicCase).join(Tracking, here)
    return session.scalar(wanted.where(Tracking.reference == parse_reference(reference)))


@dataclass(frozen=True)
class Suggestion:
    """An answer of a linked agency, in the words that everyone reads there now; "" where they are
    not public any more."""

    event: CaseEvent
    body: str


def suggestions(session: Session, case: CaseRecord) -> list[Suggestion]:
    """What linked agencies have answered, the newest first."""
    if not case.linked:
        return []
    wanted = sa.select(CaseEvent).where(CaseEvent.case_id == case.id)
    mine = wanted.where(CaseEvent.kind == "suggested").order_by(CaseEvent.id.desc()).limit(10)
    return _with_words(session, session.scalars(mine).all())


def suggestion(session: Session, case: CaseRecord, event_id: int) -> Suggestion:
    wanted = sa.select(CaseEvent).where(CaseEvent.id == event_id, CaseEvent.case_id == case.id)
    found = session.scalar(wanted.where(CaseEvent.kind == "suggested"))
    if found is None:
        raise NotFound
    return _with_words(session, [found])[0]


def _with_words(session: Session, events: Sequence[CaseEvent]) -> list[Suggestion]:
    """By the case's number, whoever has it now."""
    here = sa.and_(
        PublicCase.agency_id == Tracking.agency_id, PublicCase.reference == Tracking.reference
    )
    wanted = sa.select(PublicCase.reference, PublicCase.timeline).join(Tracking, here)
    about = {str(one.data["reference"]) for one in events}
    rows = session.execute(wanted.where(Tracking.reference.in_(about)))
    told = {row.reference: row.timeline for row in rows}
    return [Suggestion(one, _words(one, told.get(one.data["reference"], ()))) for one in events]


def _words(event: CaseEvent, timeline: Sequence[dict[str, Any]]) -> str:
    """Of before answers were named by their moment: those that still stand there as they were."""
    at = event.data.get("answered")
    moment = datetime.fromisoformat(at) if at else None
    for one in timeline:
        same = datetime.fromisoformat(one["at"]) == moment if moment else one["body"] == event.body
        if one["kind"] == "answered" and same:
            return str(one["body"])
    return ""
