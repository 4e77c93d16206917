"""Reads of an agency's exports."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.errors import NotFound
from sp4n.exports.models import AgencyExport

OPEN = ("waiting", "running")


def exports(session: Session, *, limit: int = 20) -> Sequence[AgencyExport]:
    """The newest first."""
    newest = sa.select(AgencyExport).order_by(AgencyExport.id.desc()).limit(limit)
    return session.scalars(newest).all()


def export_by_id(session: Session, *, export_id: int) -> AgencyExport:
    found = session.scalar(sa.select(AgencyExport).where(AgencyExport.id == export_id))
    if found is None:
        raise NotFound
    return found


def ready_exports(session: Session) -> Sequence[AgencyExport]:
    """Those whose links still lead somewhere."""
    ready = AgencyExport.state == "ready", AgencyExport.expires_at > clock.now()
    return session.scalars(sa.select(AgencyExport).where(*ready)).all()
