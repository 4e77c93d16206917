"""Before a report is sent: whether everyone can read already of the same event; and stopping."""

from __future__ import annotations

from typing import Final

from flask import g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from sp4n.cases.alike import Alike, Told, public_alike
from sp4n.cases.answers import FilingAnswers
from sp4n.cases.drafts import drop_draft
from sp4n.db import db
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.filing_draft import HELD, current_draft

SHOWN: Final = 3


def alike_so_far(answers: FilingAnswers) -> list[Alike]:
    """Of what is public, and whatever is to be public of this report: the same for everyone."""
    told = Told(answers.title, answers.location)
    return public_alike(db.session(), told, agency_id=g.agency.id, limit=SHOWN)


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
