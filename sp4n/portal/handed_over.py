"""What a reporter is told of a case between agencies: who has it, who is asked, who had it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import g

from sp4n import clock
from sp4n.cases.handover_queries import custodians, waits_for_consent
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.ombudsman import HANDOFF_LABELS, handoff_of, may_be_handed
from sp4n.cases.on_its_way import under_way
from sp4n.cases.queries import custodian
from sp4n.cases.references import parse_reference
from sp4n.cases.states import State
from sp4n.db import db
from sp4n.tenants.resolver import AgencyFacts, agency_by_id


def custodian_elsewhere(reference: str) -> AgencyFacts | None:
    """The other agency that has the case with this reference; which one is public."""
    agency_id = custodian(db.session(), reference=reference) if reference else None
    return agency_by_id(agency_id) if agency_id and agency_id != g.agency.id else None


def sent_on_from_here(reference: str) -> AgencyFacts | None:
    """Who has a case now that was here once; of others nothing is said that is not asked for."""
    here = sa.select(CaseRecord.id).where(
        CaseRecord.reference == parse_reference(reference), CaseRecord.state == State.FORWARDED
    )
    return custodian_elsewhere(reference) if db.session.scalar(here) else None


def between(case: CaseRecord) -> dict[str, Any]:
    """For the page of a case; of one that never moved nothing is asked."""
    moved = case.received_at is not None or case.state == State.FORWARDED
    if case.handover_id is None and not moved:
        return {"elsewhere": None, "asked_agency": None, "chain": [], "consent": None}
    session = db.session()
    handover = under_way(session, case)
    asked = agency_by_id(handover.to_agency_id) if handover is not None else None
    gone = case.state == State.FORWARDED
    return {
        "elsewhere": custodian_elsewhere(case.reference) if gone else None,
        "asked_agency": asked,
        "answer_by": handover.answer_by if handover else None,
        "chain": custodians(session, case.reference) if moved else [],
        "consent": (asked or g.agency) if waits_for_consent(session, case) else None,
    }


def with_the_ombudsman(case: CaseRecord, events: Sequence[CaseEvent]) -> dict[str, Any]:
    """Whether it can be handed to them, or where it stands there. The database is asked only where
    the history says that it was."""
    session = db.session()
    asked = any(one.kind == "ombudsman_asked" and "of" not in one.data for one in events)
    handoff = handoff_of(session, case_id=case.id) if asked else None
    return {
        "can_hand": may_be_handed(session, case, g.agency, events, clock.now()),
        "handoff": handoff,
        "handoff_words": HANDOFF_LABELS[handoff.state] if handoff else "",
    }
