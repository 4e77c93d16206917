"""A case that another agency is asked to take: what its own agency keeps in step meanwhile.

Whoever ends the asking, or adds to what is passed on, holds the case's row of `tracking`: the
receiver, who takes it by that row, comes before or after, never between.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.cases.handover_models import Handover
from sp4n.cases.models import CaseRecord, Tracking
from sp4n.cases.passing_on import payload_of
from sp4n.errors import NotPossible
from sp4n.tenants.scope import current_agency_id


def under_way(session: Session, case: CaseRecord) -> Handover | None:
    if case.handover_id is None:
        return None
    mine = sa.select(Handover).where(Handover.agency_id == case.agency_id)
    return session.scalar(mine.where(Handover.id == case.handover_id))


def hold(session: Session, reference: str) -> bool:
    """Until the transaction ends; False where another agency has the case already."""
    row = sa.select(Tracking.case_id).where(
        Tracking.reference == reference, Tracking.agency_id == current_agency_id()
    )
    return session.scalar(row.with_for_update()) is not None


def stop(session: Session, case: CaseRecord, state: str) -> Handover:
    """Nobody is asked any more; `state`: that of the handover from now on."""
    handover = _held(session, case)
    point_to(session, case.reference, None)
    handover.state = state
    case.handover_id = None
    session.flush()
    return handover


def keep_up(session: Session, case: CaseRecord) -> None:
    """What is passed on holds all that the reporter can read."""
    _held(session, case).payload = payload_of(session, case)
    session.flush()


def point_to(session: Session, reference: str, agency_id: int | None) -> None:
    """Whom the case is on its way to."""
    row = sa.update(Tracking).where(
        Tracking.reference == reference, Tracking.agency_id == current_agency_id()
    )
    session.execute(row.values(pending_agency_id=agency_id))


def _held(session: Session, case: CaseRecord) -> Handover:
    handover = under_way(session, case)
    if handover is None or not hold(session, case.reference):
        raise NotPossible(
            _(
                "Instansi lain baru saja menerima laporan ini. Lacak lagi dengan nomor laporan "
                "dan kode akses yang sama."
            )
        )
    return handover
