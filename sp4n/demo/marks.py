"""Which demo data is in, and whether all of it: two entries in the national level's audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from sp4n.audit.actors import SYSTEM
from sp4n.audit.models import NationalAuditEntry
from sp4n.audit.operations import record_national
from sp4n.db import db
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.scope import opened

BEGUN: Final = "demo.begun"
LOADED: Final = "demo.loaded"
SEEN: Final = "sp4n.demo_is_in"


@dataclass(frozen=True)
class Mark:
    """`as_of`: the moment that the data of this scenario is about."""

    scenario: str
    as_of: datetime
    loaded: bool


def set_mark(session: Session, mark: Mark, about: dict[str, Any] | None = None) -> None:
    data = {"scenario": mark.scenario, "as_of": mark.as_of.isoformat(), **(about or {})}
    act = LOADED if mark.loaded else BEGUN
    record_national(session, actor=SYSTEM, act=act, object_kind="demo", data=data)


def latest_mark(session: Session) -> Mark | None:
    """None where there never was demo data. In the national scope."""
    entry = session.scalars(
        sa.select(NationalAuditEntry)
        .where(NationalAuditEntry.act.in_((BEGUN, LOADED)))
        .order_by(NationalAuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    if entry is None:
        return None
    as_of = datetime.fromisoformat(entry.data["as_of"])
    return Mark(entry.data["scenario"], as_of, entry.act == LOADED)


def demo_data_is_in() -> bool:
    """For /readyz: asks the database until it has said yes once."""
    if not current_app.extensions.get(SEEN):
        with opened(NATIONAL):
            mark = latest_mark(db.session())
        current_app.extensions[SEEN] = mark is not None and mark.loaded
    return bool(current_app.extensions[SEEN])
