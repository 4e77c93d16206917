"""/nasional/kelola/keamanan: what is asked of every agency's people when they sign in."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField

from sp4n import clock
from sp4n.accounts.admin_base import Walled
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.settings.national import SECOND_FACTOR_FOR_ADMINS, amount_of, row_of, set_amount
from sp4n.web.forms import Form


class SecurityForm(Form):
    second_factor = BooleanField(
        _l("Admin instansi wajib memakai verifikasi dua langkah"),
        description=_l(
            "Admin yang belum memakainya diminta menyiapkannya saat membuka halaman berikutnya. "
            "Instansi demo dikecualikan."
        ),
    )
    basis = StringField(
        _l("Alasan atau dasar"), description=_l("Tercatat di jejak nasional bersama tanggalnya.")
    )


class Security(Walled):
    permission = Permission.COORDINATOR_EDIT
    about = _l("Verifikasi dua langkah untuk admin semua instansi.")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        session = db.session()
        form = SecurityForm(second_factor=amount_of(session, SECOND_FACTOR_FOR_ADMINS))
        if form.validate_on_submit():
            with form.answering():
                set_amount(
                    session,
                    number=SECOND_FACTOR_FOR_ADMINS,
                    amount=int(form.second_factor.data),
                    basis=form.basis.data or "",
                    actor=current_actor(),
                )
            if not form.errors:
                flash(_("Tersimpan."), "ok")
                return redirect(self.get_url(".index_view"), 303)
        page = self.render(
            "national/security.html",
            form=form,
            row=row_of(session, SECOND_FACTOR_FOR_ADMINS),
            zone=clock.CAPITAL,
        )
        return page, form.status if form.is_submitted() else 200
