"""A case that was handed to the Ombudsman, and is prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.ombudsman_models import OmbudsmanHandoff
from sp4n.cases.operations import prepare_handoff

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


def a_handoff(session: Session, planted: Planted) -> int:
    case = planted.cases["proses"]
    row = OmbudsmanHandoff(
        case_id=case.id, reference=case.reference, state="asked", asked_at=clock.now()
    )
    session.add(row)
    session.flush()
    prepare_handoff(session, handoff_id=row.id)
    return row.id
