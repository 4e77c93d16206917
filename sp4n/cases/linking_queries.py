"""Reads of cases about the same event at other agencies: nothing of them but what is public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


def suggestions(session: Session, case: CaseRecord) -> list[CaseEvent]:
    """What linked agencies have answered, the newest first."""
    if not case.linked:
        return []
    wanted = sa.select(CaseEvent).where(CaseEvent.case_id == case.id)
    mine = wanted.where(CaseEvent.kind == "suggested").order_by(CaseEvent.id.desc()).limit(10)
    return list(session.scalars(mine))


def suggestion(session: Session, case: CaseRecord, event_id: int) -> CaseEvent:
    wanted = sa.select(CaseEvent).where(CaseEvent.id == event_id, CaseEvent.case_id == case.id)
    found = session.scalar(wanted.where(CaseEvent.kind == "suggested"))
    if found is None:
        raise NotFound
    return found
