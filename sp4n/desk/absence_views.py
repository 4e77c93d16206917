"""A liaison's own days away, noted by themselves, with who stands in; and the form of it."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.absences import end_absence, set_absence
from sp4n.accounts.deputies import absence_by_id, periods_of, possible_deputies
from sp4n.accounts.doors import requires
from sp4n.accounts.forms import AbsenceForm
from sp4n.accounts.login import current_actor
from sp4n.accounts.models import Account
from sp4n.accounts.permissions import Permission
from sp4n.accounts.queries import person_by_id
from sp4n.audit.actors import Actor
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.errors import NotAllowed, NotFound
from sp4n.web.forms import Form


@bp.route("/tidak-bertugas", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def absence() -> ResponseReturnValue:
    actor = liaison()
    form = absence_form(actor.id or 0)
    if form.validate_on_submit():
        me = person_by_id(db.session(), person_id=actor.id or 0)
        take_absence(form, me, actor)
        if not form.errors:
            flash(_("Masa tidak bertugas tercatat."), "ok")
            return redirect(url_for(".absence"), 303)
    return absence_page(form, form.status if form.is_submitted() else 200)


@bp.post("/tidak-bertugas/<int:absence_id>/akhiri")
@requires(Permission.OWN_ACCOUNT)
def end_own_absence(absence_id: int) -> ResponseReturnValue:
    actor, form = liaison(), Form()
    found = absence_by_id(db.session(), absence_id=absence_id, account_id=actor.id or 0)
    with form.answering():
        end_absence(db.session(), absence=found, actor=actor)
    tell_end(form)
    return redirect(url_for(".absence"), 303)


def tell_end(form: Form) -> None:
    """On the page that lists what is still to come: what has ended is not on it any more."""
    for message in form.form_errors:
        flash(message, "late")
    if not form.errors:
        flash(_("Masa tidak bertugas diakhiri."), "ok")


def liaison() -> Actor:
    actor = current_actor()
    if actor.role != "liaison":
        raise NotAllowed
    return actor


def absence_page(form: AbsenceForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "desk/absence.html",
        form=form,
        periods=periods_of(db.session(), account_id=current_actor().id or 0),
        zone=g.agency.zone,
    )
    return page, status


def absence_form(account_id: int, **values: Any) -> AbsenceForm:
    return AbsenceForm(possible_deputies(db.session(), account_id=account_id), **values)


def take_absence(form: AbsenceForm, account: Any, actor: Actor) -> None:
    """Refusals stay at the fields."""
    if not isinstance(account, Account):
        raise NotFound
    with form.answering():
        set_absence(
            db.session(),
            account=account,
            deputy_id=form.deputy_id.data,
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            zone=g.agency.zone,
            actor=actor,
        )
