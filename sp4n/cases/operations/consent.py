"""The reporter lets an agency that has the case, or is asked to take it, know their contact."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import REPORTER
from sp4n.audit.operations import record
from sp4n.cases.handover_queries import received, waits_for_consent
from sp4n.cases.models import CaseRecord
from sp4n.cases.on_its_way import under_way
from sp4n.errors import NotPossible
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP


def allow_contact(session: Session, *, case: CaseRecord) -> None:
    """Sealed as it is: who did not see it before does not see it on the way, and an anonymous
    reporter stays one."""
    if not waits_for_consent(session, case):
        raise NotPossible(_("Izin ini tidak diperlukan, atau sudah Anda berikan."))
    handover = under_way(session, case)
    if handover is not None:
        handover.contact_allowed = True
    elif found := received(session, case):
        _handover, answer = found
        answer.contact_allowed = True
        owe(session, kind="handover.knock", object_id=answer.to_agency_id, queue=UPKEEP)
    record(
        session,
        actor=REPORTER,
        act="case.contact_allowed",
        object_kind="case",
        object_id=case.id,
        at=clock.rounded_to_hour(clock.now()) if case.anonymous else clock.now(),
    )
    session.flush()
