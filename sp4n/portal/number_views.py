"""A reporter types the code that was sent to their number, or asks for another one."""

from __future__ import annotations

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.throttle import throttle
from sp4n.cases.own_number import ask_code_again, confirm_number
from sp4n.db import db
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.numbers import NumberCodeForm
from sp4n.portal.tracking import case_page, kept_case


@bp.post("/lacak/<reference>/nomor")
def confirm_own_number(reference: str) -> ResponseReturnValue:
    """Guessing is slowed as at an access code."""
    case, form = kept_case(reference), NumberCodeForm()
    if form.validate():
        attempt = throttle().attempt(
            "sms_code", account=case.reference, address=request.remote_addr
        )
        secret = current_app.extensions["sp4n.settings"].secret_key
        with form.answering():
            confirm_number(db.session(), case=case, code=form.code.data, secret=secret)
            attempt.succeeded()
    if form.errors or form.form_errors:
        return case_page(case, form, form.status)
    flash(_("Nomor Anda sudah dipastikan. Kabar berikutnya kami kirim juga lewat SMS."), "ok")
    return redirect(url_for(".tracked", reference=case.reference), 303)


@bp.post("/lacak/<reference>/kode-nomor")
def ask_number_code(reference: str) -> ResponseReturnValue:
    case = kept_case(reference)
    ask_code_again(db.session(), case=case)
    flash(_("Kode baru dikirim lewat SMS."), "ok")
    return redirect(url_for(".tracked", reference=case.reference), 303)
