"""More about a plan at the desk: ratified by the head, compared, and what was achieved of it."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.action_plans import comparing, progress, reviewing
from sp4n.action_plans.columns import LABELS as FIELD_LABELS
from sp4n.action_plans.queries import item_by_id, items_of, lines_of, plan_by_id, plans, years_of
from sp4n.action_plans.states import QUARTER_LABELS, PlanState
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.forms import number_or_none
from sp4n.documents.signed import FIELD, signed_file
from sp4n.errors import NotFound
from sp4n.web.forms import Form


class RatifyForm(Form):
    number = StringField(_l("Nomor"), validators=[InputRequired(_l("Tulis nomor pengesahannya."))])
    on = DateField(_l("Tanggal"), validators=[InputRequired(_l("Tulis tanggal pengesahannya."))])
    by = StringField(
        _l("Yang mengesahkan"),
        description=_l("Nama jabatan, misalnya Bupati Badung."),
        validators=[InputRequired(_l("Tulis siapa yang mengesahkan."))],
    )
    file = FileField(_l("PDF yang ditandatangani"), validators=[Optional()])


class ProgressForm(Form):
    year = SelectField(_l("Tahun"), coerce=number_or_none)
    quarter = SelectField(
        _l("Triwulan"),
        coerce=number_or_none,
        choices=[SelectChoice(n, name) for n, name in QUARTER_LABELS.items()],
    )
    achieved = StringField(
        _l("Capaian sejak awal tahun"),
        validators=[InputRequired(_l("Tulis apa yang sudah dicapai."))],
    )
    spent = StringField(_l("Anggaran yang terpakai"), validators=[Optional()])
    evidence = TextAreaField(_l("Bukti"), validators=[Optional()])
    link = StringField(_l("Tautan bukti"), validators=[Optional()])
    forecast = StringField(
        _l("Perkiraan sampai akhir tahun"),
        description=_l("Bila kosong, dihitung dari capaian sejauh ini."),
        validators=[Optional()],
    )
    note = TextAreaField(_l("Catatan"), validators=[Optional()])

    def said(self) -> progress.Achieved:
        texts = ("achieved", "spent", "evidence", "link", "forecast", "note")
        return progress.Achieved(
            self.year.data or 0,
            self.quarter.data or 0,
            **{name: self[name].data or "" for name in texts},
        )


@bp.route("/rencana-aksi/<int:plan_id>/sahkan", methods=["GET", "POST"])
@requires(Permission.PLAN_RATIFY)
def ratify_plan(plan_id: int) -> ResponseReturnValue:
    plan = plan_by_id(db.session(), plan_id=plan_id)
    form = RatifyForm()
    if form.validate_on_submit():
        with form.answering():
            reviewing.ratify_plan(
                db.session(),
                plan_id=plan_id,
                number=form.number.data,
                on=form.on.data,
                by=form.by.data,
                actor=current_actor(),
                signed=signed_file(request.files.get(FIELD)),
                storage=current_app.extensions["sp4n.storage"],
            )
        if not form.errors and not form.form_errors:
            flash(_("Rencana disahkan. Capaiannya dicatat setiap triwulan."), "ok")
            return redirect(url_for(".plan", plan_id=plan_id), 303)
    elif not form.is_submitted() and plan.state != PlanState.ACCEPTED:
        return redirect(url_for(".plan", plan_id=plan_id), 303)
    page = render_template("desk/plans/ratify.html", form=form, plan=plan)
    return page, form.status if form.errors or form.form_errors else 200


@bp.get("/rencana-aksi/<int:plan_id>/bandingkan")
@requires(Permission.PLAN_VIEW)
def compare_plan(plan_id: int) -> ResponseReturnValue:
    """With another version of the same period: the one before, unless another is named."""
    session = db.session()
    plan = plan_by_id(session, plan_id=plan_id)
    others = [
        one
        for one in plans(session)
        if (one.period_from, one.period_to) == (plan.period_from, plan.period_to)
        and one.id != plan.id
    ]
    wanted = request.args.get("dengan", type=int)
    earlier = [one for one in others if one.version < plan.version] or others
    other = next((one for one in others if one.version == wanted), next(iter(earlier), None))
    if other is None:
        raise NotFound
    return render_template(
        "desk/plans/compare.html",
        plan=plan,
        other=other,
        others=others,
        changes=comparing.changes(
            lines_of(session, plan_id=other.id), lines_of(session, plan_id=plan.id)
        ),
        field_label=field_label,
    )


def field_label(name: str) -> str:
    if name.startswith("target:"):
        return _("Target %(year)s", year=name.removeprefix("target:"))
    return str(FIELD_LABELS.get(name, _("Sumber")))


@bp.get("/rencana-aksi/<int:plan_id>/capaian")
@requires(Permission.PLAN_VIEW)
def plan_progress(plan_id: int) -> ResponseReturnValue:
    session = db.session()
    plan = plan_by_id(session, plan_id=plan_id)
    years = years_of(plan)
    year = request.args.get("tahun", type=int)
    year = year if year in years else this_year(years)
    found = progress.standings(
        items_of(session, plan_id=plan_id), progress.progress_of(session, plan_id=plan_id), year
    )
    return render_template(
        "desk/plans/progress.html",
        plan=plan,
        years=years,
        year=year,
        found=found,
        reported=sum(1 for one in found if one.last),
        records=plan.state == PlanState.RATIFIED,
        quarter_labels=QUARTER_LABELS,
        zone=g.agency.zone,
    )


@bp.route("/rencana-aksi/<int:plan_id>/capaian/<int:item_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def line_progress(plan_id: int, item_id: int) -> ResponseReturnValue:
    session = db.session()
    plan, item = (
        plan_by_id(session, plan_id=plan_id),
        item_by_id(session, plan_id=plan_id, item_id=item_id),
    )
    years = years_of(plan)
    noted = [one for one in progress.progress_of(session, plan_id=plan_id) if one.code == item.code]
    form = ProgressForm(data=_last_said(noted, years))
    form.year.choices = [SelectChoice(year, str(year)) for year in years]
    if form.validate_on_submit():
        with form.answering():
            progress.note_progress(
                session,
                plan_id=plan_id,
                code=item.code,
                said=form.said(),
                actor=current_actor(),
            )
        if not form.errors and not form.form_errors:
            flash(_("Capaian dicatat."), "ok")
            there = {"plan_id": plan_id, "tahun": form.year.data}
            return redirect(url_for(".plan_progress", **there), 303)
        plan = plan_by_id(session, plan_id=plan_id)
        item = item_by_id(session, plan_id=plan_id, item_id=item_id)
        noted = []
    page = render_template(
        "desk/plans/line_progress.html",
        form=form,
        plan=plan,
        item=item,
        noted=noted,
        quarter_labels=QUARTER_LABELS,
    )
    return page, form.status if form.errors or form.form_errors else 200


def _last_said(noted: Any, years: list[int]) -> dict[str, Any]:
    today = clock.today(g.agency.zone)
    quarter = (today.month - 1) // 3 or 4  # the one that is over
    year = this_year(years) if today.month > 3 else max(years[0], this_year(years) - 1)
    same = next((one for one in noted if (one.year, one.quarter) == (year, quarter)), None)
    said: dict[str, Any] = {"year": year, "quarter": quarter}
    if same is not None:
        names = ("achieved", "evidence", "link", "forecast", "note")
        said |= {name: getattr(same, name) for name in names}
        said["spent"] = "" if same.spent is None else str(same.spent)
    return said


def this_year(years: list[int]) -> int:
    today = clock.today(g.agency.zone).year
    return min(max(today, years[0]), years[-1])
