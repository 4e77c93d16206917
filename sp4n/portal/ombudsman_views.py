"""A reporter hands their case to the Ombudsman, and fetches what is handed over."""

from __future__ import annotations

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.cases.ombudsman import handoff_of
from sp4n.cases.ombudsman_package import package_of
from sp4n.cases.operations import ask_ombudsman, withdraw_from_ombudsman
from sp4n.db import db
from sp4n.errors import NotFound
from sp4n.files.serving import pdf_response
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.forms import OmbudsmanForm
from sp4n.portal.tracking import case_page, kept_case
from sp4n.web.language import current_language


@bp.post("/lacak/<reference>/ombudsman")
def hand_to_ombudsman(reference: str) -> ResponseReturnValue:
    case, form = kept_case(reference), OmbudsmanForm()
    if form.validate():
        with form.answering():
            ask_ombudsman(db.session(), case=case, consent=bool(form.consent.data))
    if form.errors or form.form_errors:
        return case_page(case, form, form.status)
    flash(_("Persetujuan Anda sudah dicatat. Paketnya sedang disiapkan."), "ok")
    return redirect(url_for(".tracked", reference=case.reference), 303)


@bp.post("/lacak/<reference>/tarik-ombudsman")
def withdraw_consent(reference: str) -> ResponseReturnValue:
    case = kept_case(reference)
    withdraw_from_ombudsman(db.session(), case=case)
    flash(_("Persetujuan Anda ditarik. Laporan ini tidak diserahkan kepada Ombudsman."), "ok")
    return redirect(url_for(".tracked", reference=case.reference), 303)


@bp.get("/lacak/<reference>/ombudsman.pdf")
def ombudsman_package(reference: str) -> ResponseReturnValue:
    case = kept_case(reference)
    row = handoff_of(db.session(), case_id=case.id)
    if row is None:
        raise NotFound
    data = package_of(db.session(), row, agency=g.agency, language=current_language())
    return pdf_response(data, f"ombudsman-{case.reference}.pdf")
