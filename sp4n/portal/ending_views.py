"""What a reporter does with a case that has ended, or ends by their own will; see `tracking`."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.cases.contesting import contest_open
from sp4n.cases.operations import rate_case, withdraw_case
from sp4n.cases.rating import UNHAPPY
from sp4n.cases.states import Act, can
from sp4n.db import db
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.forms import RatingForm
from sp4n.portal.tracking import case_page, kept_case
from sp4n.web.forms import Form


@bp.post("/lacak/<reference>/penilaian")
def rate(reference: str) -> ResponseReturnValue:
    case, form = kept_case(reference), RatingForm()
    if form.validate():
        with form.answering():
            comment = form.comment.data or ""
            rate_case(db.session(), case=case, scores=form.scores, comment=comment)
    if form.errors or form.form_errors:
        return case_page(case, form, form.status)
    there = url_for(".tracked", reference=case.reference)
    if form.scores["result"] <= UNHAPPY and contest_open(case, clock.now()):
        flash(_("Penilaian Anda tersimpan. Belum selesai? Sanggah di bawah ini."), "info")
        return redirect(f"{there}#sanggah", 303)
    flash(_("Terima kasih, penilaian Anda tersimpan."), "ok")
    return redirect(there, 303)


@bp.route("/lacak/<reference>/tarik", methods=["GET", "POST"])
def withdraw(reference: str) -> ResponseReturnValue:
    """Asked about on a page of its own, as it cannot be undone."""
    case, form = kept_case(reference), Form()
    if form.validate_on_submit():
        with form.answering():
            withdraw_case(db.session(), case=case)
        if not form.form_errors:
            flash(_("Laporan Anda sudah ditarik."), "ok")
            return redirect(url_for(".tracked", reference=case.reference), 303)
    if form.form_errors:
        return case_page(case, form, form.status)
    if not can(case.state, Act.WITHDRAW):
        return redirect(url_for(".tracked", reference=case.reference))
    return render_template("portal/tracking/withdraw.html", case=case)
