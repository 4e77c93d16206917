"""Cases of an agency about the same event: who is in a group, and who can be.

A group has no row of its own: its cases name the one that leads, which names itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseRecord
from sp4n.cases.states import State
from sp4n.cases.visibility import visible_to

MOST: Final = 200  # cases in a group


def group_fault(case: CaseRecord) -> str:
    """Why a case cannot be in a group; "" where it can. Others in it learn that it is there, which
    of what only its circle reads nobody may learn."""
    if case.confidential:
        return _("Laporan rahasia tidak dapat digabung: pelapor lain akan tahu bahwa ia ada.")
    if case.supervision:
        return _("Laporan berkadar pengawasan tidak dapat digabung dengan laporan lain.")
    if case.state == State.ARCHIVED:
        return _("Laporan ini diarsipkan atau ditarik pelapornya. Buka kembali lebih dahulu.")
    if case.state == State.FORWARDED:
        return _("Laporan ini sekarang dipegang instansi lain.")
    return ""


def members(session: Session, case: CaseRecord, *, actor: Actor) -> Sequence[CaseRecord]:
    """All of its group that this actor may see, the leading one first; none without a group."""
    if case.lead_id is None:
        return []
    wanted = sa.select(CaseRecord).where(CaseRecord.lead_id == case.lead_id, visible_to(actor))
    first = CaseRecord.id != case.lead_id
    return session.scalars(wanted.order_by(first, CaseRecord.id)).all()


def size(session: Session, case: CaseRecord) -> int:
    """Of its whole group, the case itself among them; 0 without one."""
    if case.lead_id is None:
        return 0
    wanted = (
        sa.select(sa.func.count()).select_from(CaseRecord).where(CaseRecord.lead_id == case.lead_id)
    )
    return session.scalar(wanted) or 0


def others_like_it(session: Session, case: CaseRecord) -> int:
    """What a reporter is told: how many there are, and nothing of whose."""
    if case.lead_id is None:
        return 0
    one = CaseRecord
    wanted = sa.select(sa.func.count()).where(
        one.lead_id == case.lead_id,
        one.id != case.id,
        one.confidential.is_(False),
        one.supervision.is_(False),
        one.state.not_in((State.ARCHIVED, State.FORWARDED)),
    )
    return session.scalar(wanted) or 0


def members_in_one(case: CaseRecord, actor: Actor) -> sa.ScalarSelect[Any]:
    """Reference and title of the others that the actor may see, as one value: for a statement that
    asks for more."""
    one = CaseRecord
    row = sa.func.jsonb_build_array(one.reference, one.title, one.state)
    listed = sa.func.jsonb_agg(aggregate_order_by(row, one.id))
    others = sa.select(sa.func.coalesce(listed, sa.literal([], JSONB), type_=JSONB)).where(
        one.agency_id == case.agency_id,
        one.lead_id == (case.lead_id or 0),
        one.id != case.id,
        visible_to(actor),
    )
    return others.scalar_subquery()
