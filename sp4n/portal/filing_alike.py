"""Before a report is sent: whether everyone can read already of the same event; and stopping."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from flask import g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.alike import Alike, Told, public_alike, public_elsewhere
from sp4n.cases.answers import FilingAnswers
from sp4n.cases.drafts import drop_draft
from sp4n.db import db
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.filing_draft import HELD, current_draft
from sp4n.tenants.models import Agency, AgencyStatus
from sp4n.tenants.register.placed import Placed, placed_agencies
from sp4n.tenants.resolver import AgencyFacts, agencies_facts

SHOWN: Final = 3
SHOWN_ELSEWHERE: Final = 2


class AlikeSoFar(NamedTuple):
    """`elsewhere`: with whose it is."""

    here: list[Alike]
    elsewhere: list[tuple[Alike, AgencyFacts]]


def alike_so_far(answers: FilingAnswers) -> AlikeSoFar:
    """Of what is public, and whatever is to be public of this report: the same for everyone."""
    told, session = Told(answers.title, answers.location), db.session()
    here = public_alike(session, told, agency_id=g.agency.id, limit=SHOWN)
    return AlikeSoFar(here, _elsewhere(session, told, g.agency.id))


def _elsewhere(session: Session, told: Told, agency_id: int) -> list[tuple[Alike, AgencyFacts]]:
    found = public_elsewhere(
        session,
        told,
        agency_id=agency_id,
        limit=SHOWN_ELSEWHERE,
        around=clock.now(),
        but_not=_not_asked(placed_agencies(session), agency_id),
    )
    ids = {one.agency_id for one in found}
    there = agencies_facts(Agency.id.in_(ids), Agency.status == AgencyStatus.ACTIVE) if ids else []
    whose = {one.id: one for one in there}
    return [(one, whose[one.agency_id]) for one in found if one.agency_id in whose]


def _not_asked(every: Collection[Placed], agency_id: int) -> list[int]:
    """Those that take no cases; and of those that do, the ones of other provinces: a lamp that is
    out there is another lamp. Agencies of the whole country are near to all."""
    own = next((one.province for one in every if one.id == agency_id), "")
    near = {"", own} if own else {one.province for one in every}
    return [one.id for one in every if not one.open or one.province not in near]


@bp.post("/lapor/berhenti")
def stop() -> ResponseReturnValue:
    """What was typed goes at once. What was sent stays sent."""
    draft = current_draft()
    if draft.filed:
        return redirect(url_for(".filed", formulir=draft.handle), 303)
    if draft.stored:
        drop_draft(db.session(), form_key=draft.key)
    session[HELD] = [pair for pair in session.get(HELD, []) if pair[0] != draft.handle]
    return redirect(url_for(".stopped", isian=draft.mark), 303)


@bp.get("/lapor/berhenti")
def stopped() -> ResponseReturnValue:
    """`isian`: so that the reporter's device forgets the form, too."""
    return render_template("portal/filing/berhenti.html", mark=request.args.get("isian", "")[:12])
