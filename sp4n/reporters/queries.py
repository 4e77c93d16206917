"""Who is signed in as a reporter, and which cases are theirs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.models import CaseRecord, Tracking
from sp4n.cases.own_address import found_by
from sp4n.cases.states import State
from sp4n.reporters.models import ReporterAccess
from sp4n.reporters.operations import IDLE, session_mark
from sp4n.tenants.scope import current_agency_id

MOST: Final = 50


def access_of(session: Session, *, token: str, secret: str) -> ReporterAccess | None:
    """None where it is over, was ended, or is another agency's."""
    now = clock.now()
    return session.scalar(
        sa.select(ReporterAccess).where(
            ReporterAccess.agency_id == current_agency_id(),
            ReporterAccess.session_hash == session_mark(secret, token),
            ReporterAccess.expires_at >= now,
            ReporterAccess.seen_at >= now - IDLE,
        )
    )


def own_cases(session: Session, access: ReporterAccess) -> Sequence[CaseRecord]:
    """The newest first, MOST + 1 at most."""
    wanted = sa.select(CaseRecord).where(found_by(access.address_hash))
    newest = wanted.order_by(CaseRecord.filed_at.desc(), CaseRecord.id.desc())
    return session.scalars(newest.limit(MOST + 1)).all()


def has_cases(session: Session, access: ReporterAccess) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(found_by(access.address_hash)))))


def own_case(session: Session, access: ReporterAccess, *, reference: str) -> CaseRecord | None:
    """One that may be opened without its code: a confidential one may not."""
    return session.scalar(
        sa.select(CaseRecord).where(
            CaseRecord.reference == reference,
            CaseRecord.confidential.is_(False),
            found_by(access.address_hash),
        )
    )


def now_with(session: Session, cases: Collection[CaseRecord]) -> dict[str, int]:
    """Of those that were passed on: reference -> the agency that has it."""
    gone = [one.reference for one in cases if one.state == State.FORWARDED]
    if not gone:
        return {}
    held = sa.select(Tracking.reference, Tracking.agency_id).where(Tracking.reference.in_(gone))
    return {row.reference: row.agency_id for row in session.execute(held)}
