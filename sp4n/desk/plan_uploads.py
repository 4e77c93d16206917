"""A spreadsheet at the desk: sent, its columns named, mended at its cells, imported or not."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import FileField

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.action_plans import uploads
from sp4n.action_plans.columns import choices, label_of
from sp4n.action_plans.queries import numbers_of_lines, plan_by_id, years_of
from sp4n.action_plans.states import EDITABLE, LEVEL_LABELS, PlanState
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.forms import number_or_none
from sp4n.desk.plan_forms import RevisionForm
from sp4n.desk.plans import workbook
from sp4n.spreadsheets.limits import DEFAULT
from sp4n.spreadsheets.tables import column_name, words_of
from sp4n.web.forms import Form, clean_text

AT_ONCE: Final = 40  # faults that are shown with a field each
SHOWN: Final = 20  # lines, of those that would be imported
CELL: Final = re.compile(r"sel-(\d{1,7})-(\d{1,3})")
COLUMN: Final = re.compile(r"kolom-(\d{1,3})")
BASE: Final = "/rencana-aksi/<int:plan_id>/unggahan/<int:upload_id>"


class FileForm(Form):
    file = FileField(_l("Lembar kerja"))


@bp.route("/rencana-aksi/<int:plan_id>/unggah", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def upload_plan(plan_id: int) -> ResponseReturnValue:
    session, form = db.session(), FileForm()
    found = plan_by_id(session, plan_id=plan_id)
    if form.validate_on_submit():
        sent = form.file.data
        if not sent or not getattr(sent, "filename", ""):
            form.file.errors = [_("Pilih berkasnya dahulu.")]
        else:
            with form.answering():
                kept = uploads.keep_upload(
                    session,
                    plan_id=plan_id,
                    content=sent.stream.read(DEFAULT.bytes + 1),
                    file_name=sent.filename,
                    actor=current_actor(),
                )
                there = url_for(".upload", plan_id=kept.plan_id, upload_id=kept.id)
            if not form.errors and not form.form_errors:
                return redirect(there, 303)
    page = render_template(
        "desk/plans/upload.html",
        form=form,
        plan=plan_by_id(session, plan_id=plan_id),
        waiting=uploads.uploads_of(session, plan_id=plan_id),
        possible=found.state in EDITABLE or found.state == PlanState.RATIFIED,
        most=DEFAULT.bytes // 1024 // 1024,
    )
    return page, form.status if form.errors or form.form_errors else 200


@bp.get(BASE)
@requires(Permission.PLAN_EDIT)
def upload(plan_id: int, upload_id: int) -> ResponseReturnValue:
    return upload_page(plan_id, upload_id)


def upload_page(plan_id: int, upload_id: int, form: Form | None = None) -> ResponseReturnValue:
    session = db.session()
    kept = uploads.upload_by_id(session, plan_id=plan_id, upload_id=upload_id)
    plan = plan_by_id(session, plan_id=plan_id)
    found = uploads.preview(session, kept)
    faults = found.reading.faults
    page = render_template(
        "desk/plans/preview.html",
        form=form,
        plan=plan,
        upload=kept,
        found=found,
        cells=cells_of(faults[:AT_ONCE]),
        fault_count=len(faults),
        lines=found.reading.lines[:SHOWN],
        line_count=len(found.reading.lines),
        before=numbers_of_lines(session)[plan_id],
        choices=choices(years_of(plan)),
        label_of=label_of,
        column_name=column_name,
        levels=LEVEL_LABELS,
        editable=plan.state in EDITABLE,
        samples=samples(found),
    )
    return page, form.status if form is not None else 200


def cells_of(faults: Any) -> list[tuple[Any, list[str]]]:
    """Each cell once, with all that is wrong with it."""
    found: dict[tuple[int, int | None], tuple[Any, list[str]]] = {}
    for one in faults:
        found.setdefault((one.row, one.column), (one, []))[1].append(one.words)
    return list(found.values())


def samples(found: uploads.Preview) -> dict[int, str]:
    """What stands first in each column, so that one sees what it is."""
    first: dict[int, str] = {}
    for cells in list(found.reading.rows.values())[:50]:
        for column, value in cells.items():
            first.setdefault(column, words_of(value)[:40])
    return first


@bp.post(f"{BASE}/kolom")
@requires(Permission.PLAN_EDIT)
def choose_columns(plan_id: int, upload_id: int) -> ResponseReturnValue:
    session, form = db.session(), Form()
    kept = uploads.upload_by_id(session, plan_id=plan_id, upload_id=upload_id, lock=True)
    known = {one for one, _label in choices(years_of(plan_by_id(session, plan_id=plan_id)))}
    typed = {
        int(m[1]): value for name, value in request.form.items() if (m := COLUMN.fullmatch(name))
    }
    with form.answering():
        uploads.choose_columns(
            session,
            upload=kept,
            sheet=number_or_none(request.form.get("lembar")),
            columns={column: value for column, value in typed.items() if value in known},
        )
    return told(form, plan_id, upload_id, _("Kolom sudah dipetakan."))


@bp.post(f"{BASE}/perbaiki")
@requires(Permission.PLAN_EDIT)
def mend_cells(plan_id: int, upload_id: int) -> ResponseReturnValue:
    session, form = db.session(), Form()
    kept = uploads.upload_by_id(session, plan_id=plan_id, upload_id=upload_id, lock=True)
    typed = {
        (int(m[1]), int(m[2])): clean_text(value)
        for name, value in request.form.items()
        if (m := CELL.fullmatch(name))
    }
    with form.answering():
        uploads.mend(session, upload=kept, cells=typed)
    return told(form, plan_id, upload_id, _("Perbaikan disimpan dan diperiksa lagi."))


@bp.post(f"{BASE}/impor")
@requires(Permission.PLAN_EDIT)
def import_upload(plan_id: int, upload_id: int) -> ResponseReturnValue:
    form, number = RevisionForm(), 0
    with form.answering():
        number = uploads.import_upload(
            db.session(),
            plan_id=plan_id,
            upload_id=upload_id,
            revision=form.seen,
            actor=current_actor(),
        )
    if form.form_errors:
        return upload_page(plan_id, upload_id, form)
    flash(ngettext("Satu baris diimpor.", "%(num)s baris diimpor.", number), "ok")
    return redirect(url_for(".plan", plan_id=plan_id), 303)


@bp.post(f"{BASE}/buang")
@requires(Permission.PLAN_EDIT)
def discard_upload(plan_id: int, upload_id: int) -> ResponseReturnValue:
    uploads.discard_upload(db.session(), plan_id=plan_id, upload_id=upload_id)
    flash(_("Unggahan dibuang. Rencananya tidak berubah."), "ok")
    return redirect(url_for(".upload_plan", plan_id=plan_id), 303)


@bp.get(f"{BASE}/catatan")
@requires(Permission.PLAN_EDIT)
def remarked_upload(plan_id: int, upload_id: int) -> Response:
    """What was sent, as a workbook with remarks at its cells."""
    session = db.session()
    kept = uploads.upload_by_id(session, plan_id=plan_id, upload_id=upload_id)
    content = uploads.remarked(uploads.preview(session, kept))
    return workbook(content, f"rencana-aksi-{plan_id}-catatan.xlsx")


def told(form: Form, plan_id: int, upload_id: int, words: str) -> ResponseReturnValue:
    if form.errors or form.form_errors:
        return upload_page(plan_id, upload_id, form)
    flash(words, "ok")
    return redirect(url_for(".upload", plan_id=plan_id, upload_id=upload_id), 303)
