"""Photos of a public case: which of them everyone sees, and what is black in them."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.cases import operations
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations.photos import check_may_show, newest_photo
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.views import loaded
from sp4n.errors import NotFound
from sp4n.files.covering import read_boxes
from sp4n.files.models import Attachment
from sp4n.files.queries import attachment_by_id
from sp4n.web.forms import Form


class PhotoForm(Form):
    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    words = StringField(
        _l("Apa yang terlihat di foto ini?"),
        description=_l("Untuk orang yang tidak melihatnya. Tanpa nama dan alamat."),
        validators=[Optional(), Length(max=200, message=_l("Paling panjang 200 huruf."))],
    )
    boxes = TextAreaField(
        _l("Bagian yang dihitamkan"),
        description=_l(
            "Satu kotak per baris: jarak dari kiri, jarak dari atas, lebar, tinggi, masing-masing "
            "dalam persen. Misalnya 10, 20, 30, 15."
        ),
        validators=[Optional(), Length(max=2000, message=_l("Terlalu panjang."))],
    )


@bp.route("/laporan/<reference>/umum/foto/<int:attachment_id>", methods=["GET", "POST"])
@requires(Permission.CASE_VERIFY)
def photo(reference: str, attachment_id: int) -> ResponseReturnValue:
    case, found = photo_of(reference, attachment_id)
    check_may_show(db.session(), case, found)
    shown = newest_photo(db.session(), found)
    lines = [", ".join(f"{one:g}" for one in box) for box in (shown.boxes if shown else [])]
    form = PhotoForm(
        data={
            "seen": shown.id if shown else 0,
            "words": shown.words if shown else "",
            "boxes": "\n".join(lines),
        }
    )
    if form.validate_on_submit():
        with form.answering():
            operations.show_photo(
                db.session(),
                case=case,
                photo=found,
                actor=current_actor(),
                storage=current_app.extensions["sp4n.storage"],
                boxes=read_boxes(form.boxes.data or ""),
                words=form.words.data or "",
                seen=form.seen.data,
            )
        if not form.errors and not form.form_errors:
            flash(_("Foto ini sekarang dilihat umum, digambar ulang."), "ok")
            return redirect(url_for(".publicity", reference=reference), 303)
    case, found = photo_of(reference, attachment_id)  # anew: a refusal has rolled back
    page = render_template("desk/photo.html", case=case, photo=found, form=form)
    return page, form.status if form.errors or form.form_errors else 200


@bp.post("/laporan/<reference>/umum/foto/<int:attachment_id>/tutup")
@requires(Permission.CASE_ANSWER)
def hide_photo(reference: str, attachment_id: int) -> ResponseReturnValue:
    case, found = photo_of(reference, attachment_id)
    operations.hide_photo(db.session(), case=case, photo=found, actor=current_actor())
    flash(_("Foto ini tidak dilihat umum lagi."), "ok")
    return redirect(url_for(".publicity", reference=reference), 303)


def photo_of(reference: str, attachment_id: int) -> tuple[CaseRecord, Attachment]:
    case, found = loaded(reference), attachment_by_id(db.session(), attachment_id)
    if found.case_id != case.id:
        raise NotFound
    return case, found
