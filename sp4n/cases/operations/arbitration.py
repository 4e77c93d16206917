"""A coordinator decides who has a case that has been passed on too often."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.answers import check_body
from sp4n.cases.handover_models import Handover
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations.deeds import begin
from sp4n.cases.operations.handover import ask, check_receiver, keep
from sp4n.errors import NotPossible
from sp4n.tenants.resolver import AgencyFacts


def decide_case(
    session: Session, *, handover: Handover, actor: Actor, to: AgencyFacts | None, words: str
) -> None:
    """In the scope of the agency that has the case; `to`: None where it stays there. `words`: the
    reporter and both agencies read them. Whoever it is given to does not refuse it."""
    text = check_body(words, field="words")
    mine = sa.select(CaseRecord).where(CaseRecord.id == handover.case_id)
    deed = begin(session, case=session.scalars(mine).one(), actor=actor, version=None)
    session.refresh(handover)
    if handover.state != "arbitration":
        raise NotPossible(_("Ini sudah diputuskan, atau kirimannya sudah ditarik kembali."))
    handover.decided_by, handover.decision = actor.name, text
    if to is None:
        keep(deed, handover, "decided", text)
        return
    check_receiver(session, deed.case, to)
    handover.to_agency_id, handover.state = to.id, "offered"
    deed.case.updated_at = deed.at
    event = deed.tell("decided", body=text, data={"other": to.short_name})
    deed.owe_reporter("notice.case_offered", event)
    ask(session, handover)
    deed.record("case.decided", {"to_agency": to.short_name, "hop": handover.hop})
