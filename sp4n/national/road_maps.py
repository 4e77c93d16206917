"""National road maps in the console: which there are, which is in force, whom each objective has;
and the drafts of the next one, for whoever sets what holds for all agencies."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.action_plans.models import ActionPlan, PlanItem
from sp4n.action_plans.states import PlanState
from sp4n.db import db
from sp4n.errors import Invalid, NotPossible
from sp4n.national.blueprints import console as bp
from sp4n.national.road_map_forms import ImportForm, PublishForm, RoadMapForm, as_typed
from sp4n.settings import road_map_drafts as drafts
from sp4n.settings.models import RoadMap
from sp4n.settings.road_maps import DRAFT, as_entry, every, road_map_in_force
from sp4n.web.forms import Form

BASE: Final = "/rencana-aksi/road-map"
ONE: Final = f"{BASE}/<int:road_map_id>"
MOST_BYTES: Final = 1024 * 1024
# Plans that somebody has sent and that still count.
COUNTED: Final = (PlanState.SUBMITTED, PlanState.ACCEPTED, PlanState.RATIFIED)


@bp.get(BASE)
@requires(Permission.AGENCY_OVERVIEW)
def road_map_list() -> ResponseReturnValue:
    return list_page()


def list_page(form: ImportForm | None = None) -> ResponseReturnValue:
    session = db.session()
    held = road_map_in_force(session)
    page = render_template(
        "national/road_maps.html",
        rows=session.scalars(every()).all(),
        held=held.id if held else None,
        plans=plans_of_each(session),
        form=form or ImportForm(formdata=None),
        today=clock.today(clock.CAPITAL),
    )
    return page, form.status if form is not None else 200


def plans_of_each(session: Session) -> Counter[int]:
    """Of how many agencies' plans each one is the ground."""
    counted = (
        sa.select(ActionPlan.road_map_id, sa.func.count(sa.distinct(ActionPlan.agency_id)))
        .where(ActionPlan.state.in_(COUNTED))
        .group_by(ActionPlan.road_map_id)
    )
    return Counter({row[0]: row[1] for row in session.execute(counted)})


@bp.post(f"{BASE}/impor")
@requires(Permission.AGENCY_EDIT)
def import_road_maps() -> ResponseReturnValue:
    form, number = ImportForm(), 0
    if form.validate():
        with form.answering():
            found = drafts.import_drafts(
                db.session(), entries_in(request.files.get("file")), actor=current_actor()
            )
            number = len(found)
    if form.errors or form.form_errors:
        return list_page(form)
    if number:
        flash(_("%(n)s draf road map diimpor. Periksa, lalu terbitkan.", n=number), "ok")
    else:
        flash(_("Semua road map dalam berkas ini sudah terbit; tidak ada yang berubah."), "info")
    return redirect(url_for(".road_map_list"), 303)


def entries_in(upload: Any) -> Any:
    content = upload.stream.read(MOST_BYTES + 1) if upload and upload.filename else b""
    if not content:
        raise Invalid(fields={"file": _("Pilih berkasnya.")})
    if len(content) > MOST_BYTES:
        raise Invalid(fields={"file": _("Berkas ini terlalu besar; paling besar 1 MB.")})
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        words = _("Berkas ini bukan JSON. Unduh satu road map dari sini sebagai contoh.")
        raise Invalid(fields={"file": words}) from None


@bp.route(f"{BASE}/baru", methods=["GET", "POST"])
@requires(Permission.AGENCY_EDIT)
def new_road_map() -> ResponseReturnValue:
    return edit_page(None)


@bp.route(f"{ONE}/ubah", methods=["GET", "POST"])
@requires(Permission.AGENCY_EDIT)
def change_road_map(road_map_id: int) -> ResponseReturnValue:
    row = drafts.road_map_row(db.session(), road_map_id)
    if row.state != DRAFT:
        flash(_("Road map yang terbit tidak diubah lagi. Buat versi barunya."), "info")
        return redirect(url_for(".road_map", road_map_id=road_map_id), 303)
    return edit_page(row)


def edit_page(row: RoadMap | None) -> ResponseReturnValue:
    session, number = db.session(), row.id if row else None
    form = RoadMapForm(data=as_typed(row) if row else None)
    revision = request.form.get("revision", type=int) or (row.revision if row else None)
    if form.validate_on_submit():
        with form.answering():
            saved = drafts.save_draft(
                session,
                form.entry(),
                road_map_id=number,
                revision=revision,
                actor=current_actor(),
            )
            number = saved.id
        if not form.errors and not form.form_errors:
            flash(_("Draf tersimpan."), "ok")
            return redirect(url_for(".road_map", road_map_id=number), 303)
    page = render_template(
        "national/road_map_form.html", form=form, number=number, revision=revision
    )
    return page, form.status if form.errors or form.form_errors else 200


@bp.get(ONE)
@requires(Permission.AGENCY_OVERVIEW)
def road_map(road_map_id: int) -> ResponseReturnValue:
    return one_page(road_map_id)


def one_page(road_map_id: int, form: PublishForm | None = None) -> ResponseReturnValue:
    session = db.session()
    row = drafts.road_map_row(session, road_map_id)
    held = road_map_in_force(session)
    serving = agencies_serving(session, road_map_id)
    page = render_template(
        "national/road_map.html",
        row=row,
        held=held is not None and held.id == row.id,
        serving=serving,
        unserved=[one for one in row.objectives if not serving[one["code"]]],
        agencies=plans_of_each(session)[row.id],
        form=form or PublishForm(formdata=None, data={"citation": row.citation}),
        today=clock.today(clock.CAPITAL),
    )
    return page, form.status if form is not None else 200


def agencies_serving(session: Session, road_map_id: int) -> Counter[str]:
    """Objective -> in how many agencies' plans a line names it."""
    counted = (
        sa.select(PlanItem.objective, sa.func.count(sa.distinct(PlanItem.agency_id)))
        .join(
            ActionPlan,
            sa.and_(ActionPlan.agency_id == PlanItem.agency_id, ActionPlan.id == PlanItem.plan_id),
        )
        .where(
            ActionPlan.road_map_id == road_map_id,
            ActionPlan.state.in_(COUNTED),
            PlanItem.objective != "",
        )
        .group_by(PlanItem.objective)
    )
    return Counter({row[0]: row[1] for row in session.execute(counted)})


@bp.get(f"{ONE}/data.json")
@requires(Permission.AGENCY_OVERVIEW)
def road_map_file(road_map_id: int) -> ResponseReturnValue:
    """As it is imported, here and by the command line."""
    row = drafts.road_map_row(db.session(), road_map_id)
    text = json.dumps([as_entry(row)], ensure_ascii=False, indent=2)
    response = Response(text, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"{row.key}.json")
    return response


@bp.post(f"{ONE}/salin")
@requires(Permission.AGENCY_EDIT)
def copy_road_map(road_map_id: int) -> ResponseReturnValue:
    row = drafts.copy_as_draft(db.session(), road_map_id=road_map_id, actor=current_actor())
    flash(_("Draf versi baru dibuat. Ubah isinya, lalu terbitkan."), "ok")
    return redirect(url_for(".change_road_map", road_map_id=row.id), 303)


@bp.post(f"{ONE}/terbitkan")
@requires(Permission.AGENCY_EDIT)
def publish_road_map(road_map_id: int) -> ResponseReturnValue:
    form = PublishForm()
    if form.validate():
        with form.answering():
            drafts.publish_draft(
                db.session(),
                road_map_id=road_map_id,
                citation=form.citation.data or "",
                in_force_from=form.in_force_from.data,
                revision=request.form.get("revision", type=int),
                actor=current_actor(),
            )
    if form.errors or form.form_errors:
        return one_page(road_map_id, form)
    flash(_("Road map terbit. Rencana aksi baru dapat disusun menurut road map ini."), "ok")
    return redirect(url_for(".road_map", road_map_id=road_map_id), 303)


@bp.post(f"{ONE}/hapus")
@requires(Permission.AGENCY_EDIT)
def discard_road_map(road_map_id: int) -> ResponseReturnValue:
    form = Form()
    if form.validate():
        try:
            drafts.discard_draft(db.session(), road_map_id=road_map_id, actor=current_actor())
        except NotPossible as refusal:
            flash(refusal.message, "late")
            return redirect(url_for(".road_map", road_map_id=road_map_id), 303)
        flash(_("Draf dihapus."), "ok")
    return redirect(url_for(".road_map_list"), 303)
