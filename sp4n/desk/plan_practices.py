"""Best practices at the desk: offered from a ratified plan, read by all, copied with attribution.

Which one is copied is said in the form, not in the address: they are everyone's.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.action_plans import practices
from sp4n.action_plans.queries import item_by_id, plan_by_id
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.errors import Invalid
from sp4n.settings.road_maps import road_map_in_force
from sp4n.web.forms import Form
from sp4n.web.paging import parse_row_id


class OfferForm(Form):
    why = TextAreaField(
        _l("Mengapa layak dicontoh?"),
        description=_l("Dibaca semua instansi: apa hasilnya, apa yang perlu disiapkan."),
        validators=[InputRequired(_l("Tulis mengapa kegiatan ini layak dicontoh."))],
    )


@bp.get("/praktik-baik")
@requires(Permission.PLAN_VIEW)
def practice_list() -> ResponseReturnValue:
    return practices_page(None)


def practices_page(form: Form | None) -> ResponseReturnValue:
    session = db.session()
    road_map = road_map_in_force(session)
    sections = road_map.section_names if road_map else {}
    section = request.args.get("bagian", "")
    section = section if section in sections else ""
    page = render_template(
        "desk/plans/practices.html",
        form=form,
        found=practices.practices(session, section=section),
        sections=sections,
        section=section,
        places=[
            (
                f"{plan.id}:{item.code}",
                f"{plan.period_from}–{plan.period_to}, {item.code} {item.name[:60]}",
            )
            for plan, item in practices.places(session)
        ],
    )
    return page, form.status if form is not None else 200


@bp.post("/praktik-baik/salin")
@requires(Permission.PLAN_EDIT)
def copy_practice() -> ResponseReturnValue:
    form = Form()
    plan, _colon, above = request.form.get("into", "").partition(":")
    plan_id, number = parse_row_id(plan), parse_row_id(request.form.get("practice"))
    with form.answering():
        if plan_id is None or number is None or not above:
            raise Invalid(_("Pilih program yang akan membawahinya."))
        practices.copy_practice(
            db.session(),
            number=number,
            plan_id=plan_id,
            above=above[:30],
            actor=current_actor(),
        )
    if form.form_errors:
        return practices_page(form)
    flash(_("Disalin. Isi target, penanggung jawab, dan anggaran Anda sendiri."), "ok")
    return redirect(url_for(".plan", plan_id=plan_id), 303)


@bp.route("/rencana-aksi/<int:plan_id>/tawarkan/<int:item_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def offer_practice(plan_id: int, item_id: int) -> ResponseReturnValue:
    session = db.session()
    plan = plan_by_id(session, plan_id=plan_id)
    item = item_by_id(session, plan_id=plan_id, item_id=item_id)
    offered = practices.offered_of(session, plan_id=plan_id, code=item.code)
    form = OfferForm(data={"why": offered.why if offered else ""})
    if form.validate_on_submit():
        with form.answering():
            practices.offer_practice(
                session,
                plan_id=plan_id,
                item_id=item_id,
                why=form.why.data or "",
                actor=current_actor(),
            )
        if not form.errors and not form.form_errors:
            flash(_("Praktik baik ditawarkan kepada semua instansi."), "ok")
            return redirect(url_for(".practice_list"), 303)
        plan = plan_by_id(session, plan_id=plan_id)
        item = item_by_id(session, plan_id=plan_id, item_id=item_id)
    page = render_template(
        "desk/plans/offer.html", form=form, plan=plan, item=item, offered=offered is not None
    )
    return page, form.status if form.errors or form.form_errors else 200


@bp.post("/rencana-aksi/<int:plan_id>/tawarkan/<int:item_id>/tarik")
@requires(Permission.PLAN_EDIT)
def unoffer_practice(plan_id: int, item_id: int) -> ResponseReturnValue:
    practices.take_back(db.session(), plan_id=plan_id, item_id=item_id, actor=current_actor())
    flash(_("Tidak ditawarkan lagi. Yang sudah disalin tetap ada."), "ok")
    return redirect(url_for(".plan", plan_id=plan_id), 303)
