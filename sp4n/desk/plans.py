"""Action plans at the desk: the list, one plan with what it lacks, its lines, its template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.action_plans import operations
from sp4n.action_plans.lines import Line
from sp4n.action_plans.models import ActionPlan, PlanItem
from sp4n.action_plans.queries import (
    item_by_id,
    items_of,
    numbers_of_lines,
    plan_by_id,
    plans,
    years_of,
)
from sp4n.action_plans.showing import facts_of
from sp4n.action_plans.states import LABELS, SENTIMENTS, Level
from sp4n.action_plans.template import template
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.plan_forms import RevisionForm, StartPlanForm, line_form
from sp4n.settings.road_maps import RoadMapFacts, road_map_by_id, road_maps
from sp4n.web.asking import page_number
from sp4n.web.forms import Form
from sp4n.web.workbooks import MEDIA_TYPE


@bp.get("/rencana-aksi")
@requires(Permission.PLAN_VIEW)
def plan_list() -> ResponseReturnValue:
    session = db.session()
    return render_template(
        "desk/plans/index.html",
        plans=plans(session),
        numbers=numbers_of_lines(session),
        road_maps=road_maps(session),
        labels=LABELS,
        sentiments=SENTIMENTS,
        zone=g.agency.zone,
    )


@bp.route("/rencana-aksi/baru", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def start_plan() -> ResponseReturnValue:
    session, form = db.session(), StartPlanForm()
    known = road_maps(session)
    form.offer(known)
    if form.validate_on_submit():
        with form.answering():
            plan = operations.start_plan(
                session,
                road_map_id=form.road_map_id.data or 0,
                period_from=form.period_from.data,
                period_to=form.period_to.data,
                actor=current_actor(),
            )
        if not form.errors and not form.form_errors:
            flash(_("Rencana dimulai. Unggah lembar kerja, atau tulis barisnya di sini."), "ok")
            return redirect(url_for(".plan", plan_id=plan.id), 303)
    page = render_template("desk/plans/start.html", form=form, road_maps=known)
    return page, form.status if form.errors or form.form_errors else 200


@bp.get("/rencana-aksi/<int:plan_id>")
@requires(Permission.PLAN_VIEW)
def plan(plan_id: int) -> ResponseReturnValue:
    return plan_page(plan_id)


def plan_page(plan_id: int, form: Form | None = None) -> ResponseReturnValue:
    """`form`: an act that was refused, with the reason."""
    page = render_template("desk/plans/plan.html", form=form, zone=g.agency.zone, **shown(plan_id))
    return page, form.status if form is not None else 200


def shown(plan_id: int) -> dict[str, Any]:
    return facts_of(db.session(), plan_id=plan_id, page=page_number(request.args))


@bp.route("/rencana-aksi/<int:plan_id>/baris/baru", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def new_line(plan_id: int) -> ResponseReturnValue:
    return line_page(plan_by_id(db.session(), plan_id=plan_id), None)


@bp.route("/rencana-aksi/<int:plan_id>/baris/<int:item_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def line(plan_id: int, item_id: int) -> ResponseReturnValue:
    session = db.session()
    found = plan_by_id(session, plan_id=plan_id)
    return line_page(found, item_by_id(session, plan_id=plan_id, item_id=item_id))


def line_page(found: ActionPlan, item: PlanItem | None) -> ResponseReturnValue:
    session, plan_id, item_id = db.session(), found.id, item.id if item else None
    road_map, years = road_map_by_id(session, found.road_map_id), years_of(found)
    others = [Line.of(one) for one in items_of(session, plan_id=plan_id) if one is not item]
    own = Line.of(item) if item else Line(level=Level.ACTIVITY, parent_code=_last_above(others))
    form = line_form(road_map, years, others, own, revision=found.revision)
    if form.validate_on_submit():
        with form.answering():
            operations.save_line(
                session,
                plan_id=plan_id,
                item_id=item_id,
                line=form.line(years, own.credit),
                revision=form.seen,
                actor=current_actor(),
            )
        if not form.errors and not form.form_errors:
            flash(_("Baris tersimpan."), "ok")
            return redirect(url_for(".plan", plan_id=plan_id), 303)
    found = plan_by_id(session, plan_id=plan_id)
    form.revision.data = str(found.revision)
    page = render_template(
        "desk/plans/line.html", form=form, plan=found, item_id=item_id, years=years, own=own
    )
    return page, form.status if form.errors or form.form_errors else 200


def _last_above(lines: Sequence[Line]) -> str:
    """A new line most likely stands below the programme that was written last."""
    return next((one.code for one in reversed(lines) if one.level == Level.PROGRAMME), "")


@bp.post("/rencana-aksi/<int:plan_id>/baris/<int:item_id>/hapus")
@requires(Permission.PLAN_EDIT)
def remove_line(plan_id: int, item_id: int) -> ResponseReturnValue:
    return acted(
        plan_id,
        RevisionForm(),
        lambda form: operations.remove_line(
            db.session(),
            plan_id=plan_id,
            item_id=item_id,
            revision=form.seen,
            actor=current_actor(),
        ),
        _("Baris dihapus."),
    )


@bp.get("/rencana-aksi/<int:plan_id>/templat")
@requires(Permission.PLAN_VIEW)
def plan_template(plan_id: int) -> Response:
    """Filled with what the plan says already; of an empty one the bare template."""
    session = db.session()
    found = plan_by_id(session, plan_id=plan_id)
    road_map: RoadMapFacts = road_map_by_id(session, found.road_map_id)
    lines = [Line.of(one) for one in items_of(session, plan_id=plan_id)]
    return workbook(template(road_map, years_of(found), lines), f"rencana-aksi-{plan_id}.xlsx")


@bp.post("/rencana-aksi/<int:plan_id>/ajukan")
@requires(Permission.PLAN_EDIT)
def submit_plan(plan_id: int) -> ResponseReturnValue:
    return acted(
        plan_id,
        RevisionForm(),
        lambda form: operations.submit_plan(
            db.session(), plan_id=plan_id, revision=form.seen, actor=current_actor()
        ),
        _("Rencana diajukan kepada koordinator."),
    )


@bp.post("/rencana-aksi/<int:plan_id>/tarik")
@requires(Permission.PLAN_EDIT)
def withdraw_plan(plan_id: int) -> ResponseReturnValue:
    return acted(
        plan_id,
        RevisionForm(),
        lambda _form: operations.withdraw_plan(
            db.session(), plan_id=plan_id, actor=current_actor()
        ),
        _("Rencana ditarik kembali dan dapat diubah lagi."),
    )


@bp.post("/rencana-aksi/<int:plan_id>/versi-baru")
@requires(Permission.PLAN_EDIT)
def renew_plan(plan_id: int) -> ResponseReturnValue:
    form = RevisionForm()
    with form.answering():
        copy = operations.new_version(db.session(), plan_id=plan_id, actor=current_actor())
    if form.form_errors:
        return plan_page(plan_id, form)
    flash(_("Versi baru disalin dari yang disahkan. Yang disahkan tetap berlaku."), "ok")
    return redirect(url_for(".plan", plan_id=copy.id), 303)


def acted(plan_id: int, form: RevisionForm, act: Any, words: str) -> ResponseReturnValue:
    """Back to the plan: with what was done, or why it was not."""
    if form.validate():
        with form.answering():
            act(form)
    if form.errors or form.form_errors:
        return plan_page(plan_id, form)
    flash(words, "ok")
    return redirect(url_for(".plan", plan_id=plan_id), 303)


def workbook(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=MEDIA_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
