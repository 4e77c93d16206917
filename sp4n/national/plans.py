"""Action plans at the national level: who has sent one, and inside an agency its review.

What an agency has submitted is for the coordinator to read: no reason is asked, as for its cases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor, signed_in
from sp4n.accounts.models import Coordinator
from sp4n.accounts.permissions import Permission, may
from sp4n.action_plans import reviewing
from sp4n.action_plans.showing import facts_of
from sp4n.action_plans.states import LABELS, SENTIMENTS, PlanState
from sp4n.audit.operations import record_national
from sp4n.db import db
from sp4n.errors import NotAllowed, NotFound
from sp4n.national.blueprints import console, inside
from sp4n.national.plan_overview import PlanRow, all_of, by_kind, plan_rows
from sp4n.settings.models import RoadMap
from sp4n.settings.road_maps import road_map_in_force, road_maps
from sp4n.tenants.models import AgencyKind
from sp4n.tenants.words import kind_label
from sp4n.web.asking import is_named, page_number, search_text
from sp4n.web.forms import Form

ON_A_PAGE: Final = 50
ONLY: Final[dict[str, Callable[[PlanRow], bool]]] = {
    "terkirim": lambda row: row.sent,
    "belum": lambda row: not row.sent,
    "terlambat": lambda row: row.late,
    "diperiksa": lambda row: row.state == PlanState.SUBMITTED,
}
REGIONS: Final = (AgencyKind.PROVINSI, AgencyKind.KABUPATEN, AgencyKind.KOTA)
# The agency's own business until it has sent it.
HIDDEN: Final = (PlanState.DRAFT,)
PREFIX: Final = "kantor-"


class RemarkForm(Form):
    code = HiddenField()
    words = TextAreaField(_l("Catatan"), validators=[InputRequired(_l("Tulis catatan Anda."))])


class PlanDecisionForm(Form):
    revision = HiddenField()
    verdict = RadioField(
        _l("Keputusan"),
        choices=[
            SelectChoice("accept", _l("Diterima: pimpinan instansi dapat mengesahkannya")),
            SelectChoice("revise", _l("Perlu perbaikan")),
        ],
        validators=[InputRequired(_l("Pilih keputusan Anda."))],
    )
    words = TextAreaField(
        _l("Penjelasan"), description=_l("Wajib bila perlu perbaikan. Instansi membacanya.")
    )


@console.get("/rencana-aksi")
@requires(Permission.AGENCY_OVERVIEW)
def plans() -> ResponseReturnValue:
    session = db.session()
    known = road_maps(session)
    wanted = request.args.get("peta", "")
    road_map = next((one for one in known if one.key == wanted), known[0] if known else None)
    if road_map is None:
        raise NotFound
    rows = plan_rows(session, road_map)
    kind, only = request.args.get("jenis", ""), request.args.get("hanya", "")
    kind = kind if kind in set(AgencyKind) else ""
    only = only if only in ONLY else ""
    text = search_text(request.args)
    shown = [
        row
        for row in rows
        if (not kind or row.kind == kind)
        and (not only or ONLY[only](row))
        and is_named(text, row.name, row.slug)
    ]
    page = page_number(request.args)
    return render_template(
        "national/plans.html",
        road_map=road_map,
        road_maps=known,
        kinds=by_kind(rows),
        regions=all_of(rows, REGIONS),
        whole=all_of(rows),
        rows=shown[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        total=len(shown),
        page=page,
        on_a_page=ON_A_PAGE,
        kind=kind,
        kind_choices=[("", _("Semua")), *((one.value, kind_label(one)) for one in AgencyKind)],
        only=only,
        text=text,
        place={
            "peta": wanted or None,
            "jenis": kind or None,
            "hanya": only or None,
            "q": text or None,
        },
        labels=LABELS,
        sentiments=SENTIMENTS,
        hidden=HIDDEN,
        kind_label=kind_label,
        offices=reviewing.OFFICE_LABELS,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )


@console.post("/rencana-aksi/ingatkan")
@requires(Permission.PLAN_REVIEW)
def remind_plans() -> ResponseReturnValue:
    """Each agency's own upkeep sees it, and writes to its admins if it owes a plan."""
    session = db.session()
    held = road_map_in_force(session)
    if held is None:
        raise NotFound
    row = session.get_one(RoadMap, held.id)
    row.reminded_at = clock.now()
    record_national(session, actor=current_actor(), act="plan.reminded", data={"road_map": row.key})
    flash(_("Instansi yang belum mengirim segera menerima email."), "ok")
    return redirect(url_for(".plans"), 303)


@console.route("/rencana-aksi/pembagian", methods=["GET", "POST"])
@requires(Permission.COORDINATOR_EDIT)
def plan_offices() -> ResponseReturnValue:
    """Which ministry a coordinator reviews plans for; of none: for both."""
    session, form = db.session(), Form()
    wanted = sa.select(Coordinator).where(Coordinator.active).order_by(Coordinator.name)
    people = session.scalars(wanted).all()
    if form.validate_on_submit():
        for person in people:
            office = request.form.get(f"{PREFIX}{person.id}", person.office)
            if office in ("", *reviewing.OFFICE_LABELS) and office != person.office:
                person.office = office
                record_national(
                    session,
                    actor=current_actor(),
                    act="coordinator.office",
                    object_kind="coordinator",
                    object_id=person.id,
                    data={"office": office},
                )
        flash(_("Pembagian disimpan."), "ok")
        return redirect(url_for(".plan_offices"), 303)
    return render_template(
        "national/plan_offices.html",
        people=people,
        prefix=PREFIX,
        offices=[("", _("Keduanya")), *reviewing.OFFICE_LABELS.items()],
    )


@inside.get("/rencana-aksi/<int:plan_id>")
def plan(slug: str, plan_id: int) -> ResponseReturnValue:
    check_may_review()
    return plan_page(plan_id)


def plan_page(
    plan_id: int, remark: RemarkForm | None = None, decision: PlanDecisionForm | None = None
) -> ResponseReturnValue:
    """`remark`, `decision`: one that was refused, with what was typed."""
    facts = facts_of(db.session(), plan_id=plan_id, page=page_number(request.args))
    if facts["plan"].state in HIDDEN:
        raise NotFound
    refused = remark or decision
    shown = render_template(
        "national/inside/plan.html",
        one=g.entered,
        form=refused,
        remark=remark or RemarkForm(formdata=None),
        decision=decision or PlanDecisionForm(formdata=None),
        decides=facts["plan"].state == PlanState.SUBMITTED and in_charge(),
        office=reviewing.OFFICE_LABELS[reviewing.office_of(g.entered.kind)],
        may_remark=facts["plan"].state == PlanState.SUBMITTED and in_charge(),
        zone=g.entered.zone,
        **facts,
    )
    return shown, refused.status if refused is not None else 200


@inside.post("/rencana-aksi/<int:plan_id>/catatan")
def remark_plan(slug: str, plan_id: int) -> ResponseReturnValue:
    check_in_charge()
    form = RemarkForm()
    if form.validate():
        with form.answering():
            reviewing.remark(
                db.session(),
                plan_id=plan_id,
                code=form.code.data or "",
                words=form.words.data or "",
                actor=g.operator.actor,
            )
    if form.errors or form.form_errors:
        return plan_page(plan_id, remark=form)
    flash(_("Catatan disimpan."), "ok")
    return redirect(url_for(".plan", slug=slug, plan_id=plan_id), 303)


@inside.post("/rencana-aksi/<int:plan_id>/putusan")
def decide_plan(slug: str, plan_id: int) -> ResponseReturnValue:
    check_in_charge()
    form = PlanDecisionForm()
    if form.validate():
        revision = form.revision.data or ""
        with form.answering():
            reviewing.decide_plan(
                db.session(),
                plan_id=plan_id,
                accepted=form.verdict.data == "accept",
                words=form.words.data or "",
                revision=int(revision) if revision.isascii() and revision.isdigit() else None,
                actor=g.operator.actor,
            )
    if form.errors or form.form_errors:
        return plan_page(plan_id, decision=form)
    flash(_("Keputusan dicatat dan dikirim kepada instansi."), "ok")
    return redirect(url_for(".plan", slug=slug, plan_id=plan_id), 303)


def check_may_review() -> None:
    if not may(g.operator.actor.role, Permission.PLAN_REVIEW):
        raise NotAllowed


def check_in_charge() -> None:
    check_may_review()
    if not in_charge():
        raise NotAllowed


def in_charge() -> bool:
    """Of this agency's kind; whose office is not said reviews for both."""
    person = signed_in()
    office = person.office if person else ""
    return office in ("", reviewing.office_of(g.entered.kind))
