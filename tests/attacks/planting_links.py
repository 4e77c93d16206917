"""A public case of a planted agency, linked with one of another that has answered its own."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.audit.actors import SYSTEM
from sp4n.cases import operations
from sp4n.cases.answers import FilingAnswers
from sp4n.cases.drafts import new_form_key
from sp4n.cases.link_models import CaseLink
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations.linking import settle_links
from sp4n.cases.queries import case_by_reference
from sp4n.tenants.resolver import AgencyFacts
from tests import factories


def a_linked_case(app: Flask, agency: AgencyFacts, reference: str) -> int:
    """The event by which the other one's answer, which everyone can read, was offered here."""
    other, inside = factories.make_agency(app), factories.Inside(app)
    with inside(other) as session:
        filed = operations.file_case(
            session,
            sealer=app.extensions["sp4n.sealer"],
            secret=app.extensions["sp4n.settings"].secret_key,
            form_key=new_form_key(),
            answers=FilingAnswers("pengaduan", "Hal yang sama", "Hal yang sama."),
            agency=other,
            language="id",
        )
        case = case_by_reference(session, reference=filed.reference, actor=SYSTEM)
        operations.verify_case(
            session,
            case=case,
            actor=SYSTEM,
            supervision=False,
            category_id=None,
            public_title="Sama",
            public_body="Sama.",
            publish=True,
        )
        operations.answer_case(session, case=case, actor=SYSTEM, body="Kami periksa.", final=False)
        linked = {"to_agency_id": agency.id, "linked": True, "at": clock.now()}
        session.add(CaseLink(reference=case.reference, to_reference=reference, **linked))
    with inside(agency) as session:
        settle_links(session)
        offered = sa.select(CaseEvent.id).where(CaseEvent.kind == "suggested")
        return session.scalars(offered).one()
