"""Cases about the same event, at the desk: found, put together, taken apart, answered at once."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Final

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.cases import operations
from sp4n.cases.alike import cases_alike
from sp4n.cases.groups import group_fault, members, size
from sp4n.cases.models import CaseRecord
from sp4n.cases.references import parse_reference
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.bulk_views import answered, picked_cases
from sp4n.desk.group_forms import AnswerGroup, GroupForm
from sp4n.desk.views import loaded
from sp4n.errors import Invalid, NotPossible
from sp4n.files.operations import store_upload
from sp4n.files.own_limits import limits_of
from sp4n.files.receiving import Received, receive
from sp4n.files.refusals import FIELD
from sp4n.web.forms import Form
from sp4n.workbench.enclosed import files_gone, files_key, waiting_files

SHOWN: Final = 10


@bp.get("/laporan/<reference>/serupa")
@requires(Permission.CASE_VIEW)
def alike(reference: str) -> ResponseReturnValue:
    return page_of(loaded(reference), GroupForm(formdata=None))


def page_of(case: CaseRecord, form: GroupForm, refused: Form | None = None) -> ResponseReturnValue:
    """`refused`: another form of this page, that was sent."""
    session, actor = db.session(), current_actor()
    group = members(session, case, actor=actor)
    inside = {one.id for one in group}
    found = cases_alike(session, case, actor=actor, limit=SHOWN + len(inside))
    page = render_template(
        "desk/alike/index.html",
        case=case,
        form=form,
        group=group,
        hidden=size(session, case) - len(group),
        found=[(one, group_fault(one)) for one in found if one.id not in inside][:SHOWN],
        fault=group_fault(case),
        errors={"": refused.form_errors[0]} if refused else None,
    )
    sent = refused or form
    return page, sent.status if sent.errors or sent.form_errors else 200


@bp.post("/laporan/<reference>/serupa")
@requires(Permission.CASE_ANSWER)
def group(reference: str) -> ResponseReturnValue:
    case, form = loaded(reference), GroupForm()
    others = with_references(form) if form.validate() else []
    if not form.errors and not form.form_errors:
        with form.answering():
            number = operations.group_cases(
                db.session(), case=case, others=others, actor=current_actor()
            )
            words = ngettext("%(num)s laporan digabung.", "%(num)s laporan digabung.", number)
            flash(words, "ok")
            return redirect(url_for(".alike", reference=reference), 303)
    return page_of(loaded(reference), form)


def with_references(form: GroupForm) -> list[CaseRecord]:
    """What this person may not see is as if it were not there."""
    named = {parse_reference(one) for one in form.references} - {None}
    found = picked_cases([one for one in named if one])
    if form.reference.data and parse_reference(form.reference.data) not in {
        one.reference for one in found
    }:
        form.reference.errors = [_("Tidak ada laporan dengan nomor itu yang dapat Anda buka.")]
    elif not found:
        form.form_errors.append(_("Centang laporan yang sama kejadiannya, atau tulis nomornya."))
    return found


@bp.post("/laporan/<reference>/serupa/keluarkan")
@requires(Permission.CASE_ANSWER)
def ungroup(reference: str) -> ResponseReturnValue:
    """The case of the address leaves; the others stay together."""
    case, form = loaded(reference), Form()
    with form.answering():
        operations.ungroup_case(db.session(), case=case, actor=current_actor())
        flash(_("Laporan ini tidak lagi digabung."), "ok")
    return after(reference, form)


@bp.post("/laporan/<reference>/serupa/bubarkan")
@requires(Permission.CASE_ANSWER)
def dissolve(reference: str) -> ResponseReturnValue:
    case, form = loaded(reference), Form()
    with form.answering():
        number = operations.dissolve_group(db.session(), case=case, actor=current_actor())
        words = ngettext("%(num)s laporan dipisahkan.", "%(num)s laporan dipisahkan.", number)
        flash(words, "ok")
    return after(reference, form)


def after(reference: str, form: Form) -> ResponseReturnValue:
    if form.form_errors:
        return page_of(loaded(reference), GroupForm(formdata=None), form)
    return redirect(url_for(".alike", reference=reference), 303)


@bp.route("/laporan/<reference>/serupa/jawab", methods=["GET", "POST"])
@requires(Permission.CASE_ANSWER)
def answer_group(reference: str) -> ResponseReturnValue:
    """As any act on many cases: looked at first, then done batch by batch, in the background."""
    db.session.rollback()  # the connection is given back: looking into files takes long
    received = receive(request.files.getlist(FIELD), limits_of(g.agency))
    case = loaded(reference)
    found = list(members(db.session(), case, actor=current_actor()))
    if not found:
        raise NotPossible(_("Laporan ini tidak digabung dengan laporan lain."))
    form = AnswerGroup()
    form.offer()
    form.refusals, form.to_keep = received.refusals, partial(keep_files, form, received)
    return answered(form, found, "desk/alike/answer.html")


def keep_files(form: AnswerGroup, received: Received) -> None:
    """Until the answer goes out, or nothing comes of it; chosen again they are others."""
    if received.files:
        form.files_key.data = secrets.token_urlsafe(16)
    for file in received.files:
        store_upload(
            db.session(),
            storage=current_app.extensions["sp4n.storage"],
            file=file,
            draft_key=files_key(form.files_key.data or ""),
            limits=limits_of(g.agency),
        )
    token = form.files_key.data or ""
    form.waiting = [one.file_name for one in waiting_files(db.session(), token)]
    if token and not form.waiting:  # looked at yesterday
        form.files_key.data = ""
        raise Invalid(fields={FIELD: files_gone()})
