"""Cases on their way between one of the attacks' agencies and another one."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM
from sp4n.cases import operations
from sp4n.cases.answers import FilingAnswers
from sp4n.cases.drafts import new_form_key
from sp4n.cases.handover_models import Custody, Handover, HandoverContact
from sp4n.cases.operations.settling import settle
from sp4n.cases.queries import case_by_reference
from sp4n.tenants.resolver import AgencyFacts
from tests import factories


def between_agencies(app: Flask, agency: AgencyFacts, word: str) -> tuple[int, int]:
    """A case with `word` in it that another agency has sent here; and one of ours that has gone
    round too often, with the contact of its reporter."""
    other, inside = factories.make_agency(app), factories.Inside(app)
    with inside(other) as session:
        offer = a_sent_case(app, session, agency, at=other, word=word).id
    with inside(agency) as session:
        settle(session)  # as at the other one's knock
        about = "Sudah sering berpindah"
        sent = a_sent_case(app, session, other, at=agency, word=about, hop=3)
        on_its_way = {"to_agency_id": other.id, "handover_id": sent.id, "reachable": True}
        session.add(HandoverContact(**on_its_way, sealed=b"sealed"))
        return offer, sent.id


def a_sent_case(
    app: Flask,
    session: Session,
    to: AgencyFacts,
    *,
    at: AgencyFacts,
    word: str,
    hop: int = 0,
) -> Handover:
    filed = operations.file_case(
        session,
        sealer=app.extensions["sp4n.sealer"],
        secret=app.extensions["sp4n.settings"].secret_key,
        form_key=new_form_key(),
        answers=FilingAnswers("pengaduan", word, word),
        agency=at,
        language="id",
    )
    if hop:
        session.add(Custody(reference=filed.reference, hop=hop, since=clock.now()))
    case = case_by_reference(session, reference=filed.reference, actor=SYSTEM)
    return operations.send_case(session, case=case, actor=SYSTEM, to=to, reason=word)
