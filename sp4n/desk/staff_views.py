"""More of what staff do with a case: ask its reporter and go on, take it up again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.accounts.words import role_label
from sp4n.cases import operations
from sp4n.cases.entrusted import people_for
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.case_page import CasePage, topic_value, topics_for
from sp4n.desk.lists import wanted
from sp4n.desk.staff_forms import (
    ApproveForm,
    EntrustForm,
    HoldForm,
    ReclassifyForm,
    ReopenForm,
    ResumeForm,
    ReturnForm,
)
from sp4n.desk.views import done, hide_first, loaded


@bp.post("/laporan/<reference>/minta-keterangan")
@requires(Permission.CASE_ANSWER)
def hold(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: HoldForm) -> object:
        return operations.hold_case(
            db.session(),
            case=page.case,
            actor=page.actor,
            body=form.body.data,
            version=form.version.data,
        )

    return done(reference, HoldForm, act, _("Pelapor sudah diminta melengkapi laporan."))


@bp.post("/laporan/<reference>/lanjutkan")
@requires(Permission.CASE_ANSWER)
def resume(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: ResumeForm) -> object:
        return operations.resume_case(
            db.session(),
            case=page.case,
            actor=page.actor,
            body=form.body.data or "",
            version=form.version.data,
        )

    return done(reference, ResumeForm, act, _("Laporan dilanjutkan; batas waktunya berjalan lagi."))


@bp.post("/laporan/<reference>/buka-kembali")
@requires(Permission.CASE_REOPEN)
def reopen(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: ReopenForm) -> object:
        hide_first(page, form, form.reason.data or "")
        return operations.reopen_case(
            db.session(),
            case=page.case,
            actor=page.actor,
            reason=form.reason.data,
            version=form.version.data,
        )

    return done(reference, ReopenForm, act, _("Laporan sudah dibuka kembali."))


@bp.route("/laporan/<reference>/petugas", methods=["GET", "POST"])
@requires(Permission.CASE_ANSWER)
def entrust(reference: str) -> ResponseReturnValue:
    """Who can have it is read here, not on the page of every case."""
    case, actor, session = loaded(reference), current_actor(), db.session()
    form = EntrustForm(account_id=case.assignee_id, version=case.version)
    found = people_for(session, unit_id=case.unit_id)
    people = {one.id: f"{one.name}, {role_label(one.role)}" for one in found}
    form.offer({actor.id or 0: actor.name, **people}.items())
    if form.validate_on_submit():
        with form.answering():
            operations.entrust_case(
                session,
                case=case,
                actor=actor,
                account_id=form.account_id.data,
                version=form.version.data,
            )
    if not form.is_submitted() or form.errors or form.form_errors:
        page = render_template("desk/entrust.html", case=case, form=form, asked=wanted())
        return page, form.status if form.is_submitted() else 200
    flash(_("Petugas laporan ini sudah dicatat."), "done")
    return redirect(url_for(".case", reference=reference, **wanted().place), 303)


@bp.route("/laporan/<reference>/klasifikasi", methods=["GET", "POST"])
@requires(Permission.CASE_VERIFY)
def reclassify(reference: str) -> ResponseReturnValue:
    case, actor, session = loaded(reference), current_actor(), db.session()
    form = ReclassifyForm(
        classification=case.classification,
        category_id=topic_value(case),
        supervision=case.supervision,
        version=case.version,
    )
    form.offer(topics_for(case))
    if form.validate_on_submit():
        category_id, own_topic = form.topic
        with form.answering():
            operations.reclassify_case(
                session,
                case=case,
                actor=actor,
                right=operations.Classes(
                    form.classification.data, category_id, own_topic, form.supervision.data
                ),
                reason=form.reason.data,
                version=form.version.data,
            )
    if not form.is_submitted() or form.errors or form.form_errors:
        page = render_template("desk/reclassify.html", case=case, form=form, asked=wanted())
        return page, form.status if form.is_submitted() else 200
    flash(_("Koreksinya sudah dicatat."), "done")
    return redirect(url_for(".case", reference=reference, **wanted().place), 303)


@bp.post("/laporan/<reference>/setujui-draf")
@requires(Permission.CASE_APPROVE)
def approve(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: ApproveForm) -> object:
        hide_first(page, form, (page.case.answer_draft or {}).get("body", ""))
        return operations.approve_draft(
            db.session(), case=page.case, actor=page.actor, version=form.version.data
        )

    return done(reference, ApproveForm, act, _("Tanggapan sudah dikirim ke pelapor."))


@bp.post("/laporan/<reference>/kembalikan-draf")
@requires(Permission.CASE_APPROVE)
def give_back(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: ReturnForm) -> object:
        return operations.return_draft(
            db.session(),
            case=page.case,
            actor=page.actor,
            note=form.note.data,
            version=form.version.data,
        )

    return done(reference, ReturnForm, act, _("Draf dikembalikan kepada penulisnya."))
