"""Saved views: the lists that an officer comes back to, with how much is in each."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.cases.words import CLASSIFICATION_LABELS, STATE_LABELS
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.lists import Wanted, read, wanted
from sp4n.organisation.queries import unit_names
from sp4n.settings.intake import read_intake, topic_names
from sp4n.web.forms import Form
from sp4n.web.language import current_language
from sp4n.workbench.saved_views import (
    LONGEST_NAME,
    MOST_COUNTED,
    Asked,
    counts,
    drop_view,
    keep_view,
    saved_views,
)


class ViewForm(Form):
    name = StringField(
        _l("Nama tampilan"),
        description=_l("Misalnya: Jalan rusak, jatuh tempo hari ini."),
        validators=[
            InputRequired(_l("Isi nama tampilan.")),
            Length(max=LONGEST_NAME, message=_l("Nama tampilan paling panjang 60 huruf.")),
        ],
    )
    shared = BooleanField(
        _l("Bagikan dengan semua petugas instansi ini"),
        description=_l("Setiap orang hanya melihat laporan yang boleh dilihatnya."),
    )


@bp.get("/tampilan")
@requires(Permission.CASE_VIEW)
def views() -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    kept = saved_views(session, actor=actor)
    asked = [read(one.row.asked) for one in kept]
    numbers = counts(session, [as_queries_want(one) for one in asked], actor=actor)
    units = unit_names(session)
    return render_template(
        "desk/views/index.html",
        lines=[
            {
                "kept": one,
                "address": address(view),
                "number": number,
                "says": says(view, units),
                "may_drop": not one.owner or actor.role == "admin",
            }
            for one, view, number in zip(kept, asked, numbers, strict=True)
        ],
        most=MOST_COUNTED,
    )


@bp.route("/tampilan/baru", methods=["GET", "POST"])
@requires(Permission.CASE_NOTE)
def save_view() -> ResponseReturnValue:
    """Of the list that its address asks for."""
    form, asked, session = ViewForm(), wanted(), db.session()
    if form.validate_on_submit():
        with form.answering():
            keep_view(
                session,
                name=form.name.data,
                shared=form.shared.data,
                asked={name: str(value) for name, value in whole(asked).items()},
                actor=current_actor(),
            )
            flash(_("Tampilan disimpan."), "ok")
            return redirect(url_for(".views"), 303)
    page = render_template(
        "desk/views/new.html",
        form=form,
        says=says(asked, unit_names(session)),
        to=url_for(".save_view", **whole(asked)),
        back=address(asked),
    )
    return page, form.status if form.errors else 200


@bp.post("/tampilan/<int:view_id>/hapus")
@requires(Permission.CASE_NOTE)
def drop(view_id: int) -> ResponseReturnValue:
    drop_view(db.session(), view_id=view_id, actor=current_actor())
    flash(_("Tampilan dihapus."), "ok")
    return redirect(url_for(".views"), 303)


def whole(asked: Wanted) -> dict[str, Any]:
    return asked.place | ({"q": asked.text} if asked.text else {})


def address(asked: Wanted) -> str:
    return url_for(".cases", **whole(asked))


def as_queries_want(asked: Wanted) -> Asked:
    return Asked(asked.state, asked.unit_id, asked.overdue, asked.topic, asked.text, asked.more)


def says(asked: Wanted, units: dict[int, str]) -> str:
    """What a view asks for, in words."""
    language = current_language()
    topics = topic_names(db.session(), read_intake(g.agency.intake), language)
    parts = (
        _("Terlambat") if asked.overdue else "",
        _("Dieskalasi") if asked.escalated else "",
        _("Berubah sejak saya buka") if asked.changed else "",
        str(STATE_LABELS[asked.state]) if asked.state else "",
        units.get(asked.unit_id or 0, ""),
        topics.get(asked.topic, asked.topic),
        str(CLASSIFICATION_LABELS.get(asked.classification, "")),
        _("jatuh tempo hari ini") if asked.due_today else "",
        _received(asked.days) if asked.days else "",
        f"“{asked.text}”" if asked.text else "",
    )
    return ", ".join(one for one in parts if one) or _("Semua laporan")


def _received(days: int) -> str:
    return str(ngettext("diterima hari ini", "diterima %(num)s hari terakhir", days))
