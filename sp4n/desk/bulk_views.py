"""Acts on many cases of the list: chosen, looked at, done; stopped or taken back while it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.cases.models import CaseRecord
from sp4n.cases.personal_data import Finding, found_in, not_among
from sp4n.cases.queries import case_list
from sp4n.cases.references import parse_reference
from sp4n.cases.visibility import visible_to
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.bulk_forms import (
    MOST_HIDDEN,
    AnswerMany,
    ArchiveMany,
    AssignMany,
    BulkForm,
    seal_of,
)
from sp4n.desk.hiding import reporters_named
from sp4n.desk.lists import Wanted, wanted
from sp4n.organisation.queries import in_use, unit_names, unit_tree
from sp4n.web.forms import Form
from sp4n.workbench.bulk import MOST_CASES, Verdict, verdicts
from sp4n.workbench.operations import ask_for_bulk, return_bulk, returnable, stop_bulk
from sp4n.workbench.queries import bulk_acts, bulk_by_id, bulk_lines, reply_templates

STATES: Final[dict[str, tuple[LazyString, str]]] = {
    "waiting": (_l("Menunggu"), "info"),
    "running": (_l("Sedang berjalan"), "info"),
    "done": (_l("Selesai dijalankan"), "ok"),
    "stopped": (_l("Dihentikan"), "neutral"),
    "undoing": (_l("Sedang dibatalkan"), "info"),
    "undone": (_l("Dibatalkan"), "neutral"),
}
ACTS: Final[dict[str, LazyString]] = {
    "assign": _l("Teruskan ke unit"),
    "answer": _l("Tanggapi dengan templat"),
    "archive": _l("Arsipkan"),
}


@bp.get("/massal")
@requires(Permission.CASE_NOTE)
def bulk() -> ResponseReturnValue:
    rows = bulk_acts(db.session(), actor=current_actor())
    return render_template(
        "desk/bulk/index.html", rows=rows, acts=ACTS, states=STATES, zone=g.agency.zone
    )


@bp.route("/massal/teruskan", methods=["GET", "POST"])
@requires(Permission.CASE_ASSIGN)
def assign_many() -> ResponseReturnValue:
    form = AssignMany()
    tree = in_use(unit_tree(db.session()))
    form.offer((one.id, "\u2003" * one.depth + one.name) for one in tree)
    return answered(form)


@bp.route("/massal/jawab", methods=["GET", "POST"])
@requires(Permission.CASE_ANSWER)
def answer_many() -> ResponseReturnValue:
    form = AnswerMany()
    form.offer(reply_templates(db.session()))
    return answered(form)


@bp.route("/massal/arsipkan", methods=["GET", "POST"])
@requires(Permission.CASE_ARCHIVE)
def archive_many() -> ResponseReturnValue:
    form = ArchiveMany()
    form.offer()
    return answered(form)


def answered(
    form: BulkForm, found: list[CaseRecord] | None = None, template: str = "desk/bulk/act.html"
) -> ResponseReturnValue:
    """First the form, then what it would do to each case, then the doing. `found`: the cases, where
    the address does not say which."""
    session, actor = db.session(), current_actor()
    form_page = partial(shown, template)
    if not form.is_submitted():
        found = chosen(wanted()) if found is None else found
        form.pick(found)
        return form_page(form, found)
    versions = form.picked()
    found = picked_cases(list(versions))
    if not found:
        form.form_errors.append(_("Tidak ada laporan yang dipilih. Kembali ke daftar."))
    if not form.validate() or not found:
        return form_page(form, found)
    if form.to_keep is not None:
        with form.answering():
            form.to_keep()
        if form.errors or form.form_errors:
            return form_page(form, found)
    order = form.order()
    if form.agreed.data == seal_of(order):
        order = replace(order, hidden=form.hidden)
        pairs = [(one.id, versions[one.reference]) for one in found]
        with form.answering():
            made = ask_for_bulk(session, order=order, cases=pairs, actor=actor, agency=g.agency)
            return redirect(url_for(".bulk_act", bulk_id=made.id), 303)
        return form_page(form, found)
    seen = verdicts(session, order, found, g.agency)
    form.pick(one.case for one in seen if not one.why)
    form.agreed.data = seal_of(order)
    form.point_out(personal_data(order.act, seen))
    return render_template(
        "desk/bulk/preview.html",
        looked=form,
        order=order,
        seen=seen,
        acts=ACTS,
        units=unit_names(session),
    )


def personal_data(act: str, seen: Sequence[Verdict]) -> list[Finding]:
    """What everyone would read of somebody in these answers, and is not hidden already."""
    said = [one for one in seen if act == "answer" and one.case.published and not one.why]
    names = reporters_named([(one.case, one.words) for one in said])
    found = [
        finding
        for one in said
        for finding in not_among(
            found_in(one.words, names=names.get(one.case.id, ())), one.case.hidden
        )
    ]
    return list({one.text.casefold(): one for one in found}.values())[:MOST_HIDDEN]


def shown(template: str, form: BulkForm, found: list[CaseRecord]) -> ResponseReturnValue:
    page = render_template(template, form=form, found=found, acts=ACTS, most=MOST_CASES)
    return page, form.status if form.errors else 200


def chosen(asked: Wanted) -> list[CaseRecord]:
    """What was ticked in the list, or all that it found."""
    if request.args.get("semua") != "1":
        return picked_cases(request.args.getlist("pilih")[:MOST_CASES])
    found = case_list(
        db.session(),
        actor=current_actor(),
        state=asked.state,
        unit_id=asked.unit_id,
        overdue=asked.overdue,
        topic=asked.topic,
        text=asked.text,
        more=asked.more,
        limit=MOST_CASES,
    )
    return list(found.rows)


def picked_cases(references: list[str]) -> list[CaseRecord]:
    """Newest first, as in the list; what this person may not see is not there."""
    named = {parse_reference(one) for one in references} - {None}
    rows = sa.select(CaseRecord).where(CaseRecord.reference.in_(named), visible_to(current_actor()))
    order = (CaseRecord.filed_at.desc(), CaseRecord.id.desc())
    return list(db.session.scalars(rows.order_by(*order).limit(MOST_CASES)))


@bp.get("/massal/<int:bulk_id>")
@requires(Permission.CASE_NOTE)
def bulk_act(bulk_id: int) -> ResponseReturnValue:
    actor, session = current_actor(), db.session()
    row = bulk_by_id(session, bulk_id=bulk_id, actor=actor)
    return render_template(
        "desk/bulk/result.html",
        row=row,
        lines=bulk_lines(session, bulk=row, actor=actor),
        acts=ACTS,
        states=STATES,
        returnable=returnable(row),
        units=unit_names(session),
        zone=g.agency.zone,
    )


@bp.post("/massal/<int:bulk_id>/hentikan")
@requires(Permission.CASE_NOTE)
def stop_many(bulk_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), Form()
    row = bulk_by_id(db.session(), bulk_id=bulk_id, actor=actor)
    with form.answering():
        stop_bulk(db.session(), bulk_id=row.id, actor=actor)
    return told(form, bulk_id, _("Dihentikan. Laporan yang belum diproses tetap seperti semula."))


@bp.post("/massal/<int:bulk_id>/kembalikan")
@requires(Permission.CASE_ASSIGN)
def return_many(bulk_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), Form()
    row = bulk_by_id(db.session(), bulk_id=bulk_id, actor=actor)
    with form.answering():
        return_bulk(db.session(), bulk_id=row.id, actor=actor, agency=g.agency)
    return told(form, bulk_id, _("Penerusan dibatalkan."))


def told(form: Form, bulk_id: int, words: str) -> ResponseReturnValue:
    for message in form.form_errors:
        flash(message, "late")
    if not form.errors:
        flash(words, "ok")
    return redirect(url_for(".bulk_act", bulk_id=bulk_id), 303)
