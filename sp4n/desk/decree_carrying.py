"""A former decree's team is carried into a draft."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.decrees.carrying import carry_team, teams_to_carry
from sp4n.decrees.queries import appointing
from sp4n.desk.blueprint import bp
from sp4n.desk.forms import number_or_none
from sp4n.documents.models import Document
from sp4n.web.forms import Form


class CarryForm(Form):
    former_id = SelectField(
        _l("Salin tim dari"),
        coerce=number_or_none,
        validators=[InputRequired(_l("Pilih keputusan dari daftar."))],
    )


def carry_form(document: Document) -> CarryForm | None:
    """None where there is nothing to carry, or nowhere to put it."""
    if document.state != "draft":
        return None
    found = teams_to_carry(db.session(), document)
    form = CarryForm(data={"former_id": found[0].id} if found else {})
    form.former_id.choices = [SelectChoice(one.id, f"{one.number}: {one.title}") for one in found]
    return form if found else None


@bp.post("/sk/<int:document_id>/salin-tim")
@requires(Permission.DOCUMENT_EDIT)
def carry_members(document_id: int) -> ResponseReturnValue:
    found = appointing(db.session(), document_id)
    back = redirect(url_for(".decree", document_id=document_id), 303)
    form = carry_form(found)
    if form is None:
        flash(_("Tidak ada tim yang dapat disalin ke dokumen ini."), "late")
        return back
    if form.validate():
        with form.answering():
            done = carry_team(
                db.session(),
                document=found,
                former_id=form.former_id.data or 0,
                actor=current_actor(),
            )
    for message in (*form.form_errors, *form.former_id.errors):
        flash(str(message), "late")
    if form.errors or form.form_errors:
        return back
    words = ngettext("%(num)s anggota disalin.", "%(num)s anggota disalin.", done.added)
    if done.present:
        words += " " + _("%(n)s sudah ada di draf ini.", n=done.present)
    flash(words, "ok")
    if done.closed:
        flash(
            _(
                "Akun %(n)s orang di antaranya sudah ditutup. Periksa apakah mereka masih dalam"
                " tim.",
                n=done.closed,
            ),
            "soon",
        )
    return back
