"""Reads of the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.audit.models import AuditEntry
from sp4n.web.paging import Cursor, Page


def audit_trail(session: Session, *, before: Cursor | None = None, limit: int) -> Page[AuditEntry]:
    """Newest first."""
    wanted = sa.select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if before is not None:
        wanted = wanted.where(sa.tuple_(AuditEntry.at, AuditEntry.id) < (before.at, before.id))
    rows = list(session.scalars(wanted.limit(limit + 1)))
    shown = rows[:limit]
    more = Cursor(shown[-1].at, shown[-1].id) if len(rows) > limit else None
    return Page(shown, more)
