"""/desk/rencana-aksi/…/berkas: the signed PDF of a plan that was ratified without it."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField
from wtforms.validators import Optional

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.action_plans.queries import plan_by_id
from sp4n.action_plans.signing import sign_plan as sign
from sp4n.action_plans.states import PlanState
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.documents.signed import FIELD, signed_file
from sp4n.web.forms import Form


class SignForm(Form):
    file = FileField(_l("PDF yang ditandatangani"), validators=[Optional()])


@bp.route("/rencana-aksi/<int:plan_id>/berkas", methods=["GET", "POST"])
@requires(Permission.PLAN_RATIFY)
def sign_plan(plan_id: int) -> ResponseReturnValue:
    plan, form = plan_by_id(db.session(), plan_id=plan_id), SignForm()
    if form.validate_on_submit():
        with form.answering():
            sign(
                db.session(),
                plan_id=plan_id,
                signed=signed_file(request.files.get(FIELD)),
                storage=current_app.extensions["sp4n.storage"],
                actor=current_actor(),
            )
        if not form.errors and not form.form_errors:
            flash(_("PDF tersimpan di daftar dokumen."), "ok")
            return redirect(url_for(".plan", plan_id=plan_id), 303)
    elif not form.is_submitted() and (plan.state != PlanState.RATIFIED or plan.document_id):
        return redirect(url_for(".plan", plan_id=plan_id), 303)
    page = render_template("desk/plans/sign.html", form=form, plan=plan)
    return page, form.status if form.errors or form.form_errors else 200
