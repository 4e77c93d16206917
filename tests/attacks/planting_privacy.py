"""Seals, an erasure that waits, and periods of a planted agency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.privacy.models import ErasureRequest, RetentionPlan, RetentionStep
from sp4n.privacy.rules import SUPERVISION
from sp4n.seals.operations import seal_new

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


def plant_privacy(session: Session, planted: Planted, secret: str) -> None:
    seal_new(session, secret=secret)
    now, case_id = (
        clock.now(),
        planted.cases["tanpa"].id,
    )  # who nobody knows: the job takes nothing from others
    session.add(ErasureRequest(case_id=case_id, asked_at=now, waits_for=SUPERVISION))
    session.add(RetentionPlan(contact=1, access=2, files=5, text=10, changed_at=now))
    session.add(RetentionStep(step="contact", through_at=now, through_id=case_id))
    session.flush()
