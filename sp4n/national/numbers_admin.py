"""/nasional/kelola/ketentuan: the numbers that the national level sets for every agency."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired

from sp4n import clock
from sp4n.accounts.admin_base import Walled
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.settings.national import RENAME_INTERVAL, amount_of, row_of, set_amount
from sp4n.web.forms import Form


class NumberForm(Form):
    amount = IntegerField(
        _l("Jarak antara dua penggantian alamat, dalam hari"),
        description=_l("Berlaku untuk semua instansi. 0: boleh diganti kapan saja."),
        validators=[InputRequired(_l("Isi jumlah harinya."))],
    )
    basis = StringField(
        _l("Alasan atau dasar"), description=_l("Tercatat di jejak nasional bersama tanggalnya.")
    )


class Numbers(Walled):
    permission = Permission.AGENCY_EDIT
    about = _l("Ketentuan yang berlaku untuk semua instansi, misalnya jarak penggantian alamat.")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        held: dict[str, Any] = {"amount": amount_of(db.session(), RENAME_INTERVAL)}
        form = NumberForm(**held)
        if form.validate_on_submit():
            with form.answering():
                set_amount(
                    db.session(),
                    number=RENAME_INTERVAL,
                    amount=form.amount.data or 0,
                    basis=form.basis.data or "",
                    actor=current_actor(),
                )
            if not form.errors:
                flash(_("Tersimpan. Berlaku mulai sekarang."), "ok")
                return redirect(self.get_url(".index_view"), 303)
        page = self.render(
            "admin/numbers.html",
            form=form,
            row=row_of(db.session(), RENAME_INTERVAL),
            zone=clock.CAPITAL,
        )
        return page, form.status if form.errors else 200
