"""Public cases of other agencies about the same event, at the desk: found, linked, and what was
answered there made a draft of."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.cases import operations
from sp4n.cases.alike import Told, public_elsewhere
from sp4n.cases.linking_queries import (
    linked_cases,
    public_case_anywhere,
    suggestion,
    suggestions,
)
from sp4n.cases.models import CaseRecord
from sp4n.cases.states import Act, allows, why_not
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.case_page import CasePage
from sp4n.desk.forms import AnswerForm
from sp4n.desk.views import loaded
from sp4n.errors import NotPossible
from sp4n.tenants.addresses import agency_link
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from sp4n.web.filters import covered_plainly
from sp4n.web.forms import Form

SHOWN: Final = 10


@bp.get("/laporan/<reference>/instansi-serupa")
@requires(Permission.CASE_VIEW)
def elsewhere(reference: str) -> ResponseReturnValue:
    return page_of(loaded(reference))


def page_of(case: CaseRecord, form: Form | None = None, typed: str = "") -> ResponseReturnValue:
    session = db.session()
    links = linked_cases(session, case)
    there = {one.reference for one in links}
    found = public_elsewhere(
        session,
        Told(case.title, case.location),
        agency_id=case.agency_id,
        limit=SHOWN,
        around=case.filed_at,
    )
    page = render_template(
        "desk/alike/elsewhere.html",
        case=case,
        links=[(one, facts(one.agency_id)) for one in links],
        found=[(one, facts(one.agency_id)) for one in found if one.reference not in there],
        suggestions=suggestions(session, case),
        can_answer=allows(case, Act.ANSWER),
        address=address,
        typed=typed,
        errors={"reference" if typed else "": form.form_errors[0]} if form else None,
    )
    return page, form.status if form else 200


def facts(agency_id: int) -> AgencyFacts:
    found = agency_by_id(agency_id)
    if found is None:
        raise LookupError("a case of no agency")
    return found


def address(one: Any, agency: AgencyFacts) -> str:
    """The page for everyone, there."""
    return agency_link(agency, f"/laporan/{one.reference}")


@bp.post("/laporan/<reference>/instansi-serupa/tautkan")
@requires(Permission.CASE_ANSWER)
def link(reference: str) -> ResponseReturnValue:
    case, form = loaded(reference), Form()
    typed = request.form.get("reference", "").replace("\x00", "").strip()[:64]
    other = public_case_anywhere(db.session(), typed)
    if other is None:
        words = _("Tidak ada laporan dengan nomor itu yang diumumkan instansi lain.")
        form.form_errors.append(words)
        return page_of(case, form, typed)
    with form.answering():
        operations.link_case(db.session(), case=case, to=other, actor=current_actor())
        flash(_("Laporan ditautkan. Instansi itu diberi tahu."), "ok")
    return after(reference, form, typed)


@bp.post("/laporan/<reference>/instansi-serupa/lepas")
@requires(Permission.CASE_ANSWER)
def unlink(reference: str) -> ResponseReturnValue:
    case, form = loaded(reference), Form()
    other = request.form.get("reference", "").replace("\x00", "")[:64]
    with form.answering():
        operations.unlink_case(db.session(), case=case, reference=other, actor=current_actor())
        flash(_("Tautan dilepas. Instansi itu diberi tahu."), "ok")
    return after(reference, form)


def after(reference: str, form: Form, typed: str = "") -> ResponseReturnValue:
    if form.form_errors:
        return page_of(loaded(reference), form, typed)
    return redirect(url_for(".elsewhere", reference=reference), 303)


@bp.get("/laporan/<reference>/instansi-serupa/draf/<int:event_id>")
@requires(Permission.CASE_ANSWER)
def draft_of(reference: str, event_id: int) -> ResponseReturnValue:
    """The case with those words in its answer: nothing is kept or sent of it."""
    case = loaded(reference)
    offered = suggestion(db.session(), case, event_id)
    if not allows(case, Act.ANSWER):
        raise NotPossible(why_not(Act.ANSWER, case.state))
    if not offered.body:
        raise NotPossible(_("Tanggapan itu tidak diumumkan lagi."))
    page = CasePage.of(case, current_actor())
    page.form(AnswerForm).body.process_data(covered_plainly(offered.body))
    return page.rendered()
