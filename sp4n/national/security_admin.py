"""/nasional/kelola/keamanan: what is asked of admins and coordinators when they sign in."""

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
from sp4n.settings.models import NationalSetting
from sp4n.settings.national import (
    SECOND_FACTOR_FOR_ADMINS,
    SECOND_FACTOR_FOR_COORDINATORS,
    amount_of,
    row_of,
    set_amount,
)
from sp4n.web.forms import Form


class SecurityForm(Form):
    second_factor = BooleanField(
        _l("Admin instansi wajib memakai verifikasi dua langkah"),
        description=_l(
            "Admin yang belum memakainya diminta menyiapkannya saat membuka halaman berikutnya. "
            "Instansi demo dikecualikan."
        ),
    )
    for_coordinators = BooleanField(
        _l("Koordinator nasional wajib memakai verifikasi dua langkah"),
        description=_l("Berlaku juga untuk Anda: siapkan verifikasi dua langkah Anda dahulu."),
    )
    basis = StringField(
        _l("Alasan atau dasar"), description=_l("Tercatat di jejak nasional bersama tanggalnya.")
    )


SWITCHES = {
    "second_factor": SECOND_FACTOR_FOR_ADMINS,
    "for_coordinators": SECOND_FACTOR_FOR_COORDINATORS,
}


class Security(Walled):
    permission = Permission.COORDINATOR_EDIT
    about = _l("Verifikasi dua langkah untuk admin semua instansi dan koordinator.")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        session = db.session()
        before = {name: amount_of(session, number) for name, number in SWITCHES.items()}
        form = SecurityForm(**before)
        if form.validate_on_submit():
            with form.answering():
                self._set(form, before)
            if not form.errors:
                flash(_("Tersimpan."), "ok")
                return redirect(self.get_url(".index_view"), 303)
        page = self.render(
            "national/security.html",
            form=form,
            row=last_changed(),
            zone=clock.CAPITAL,
        )
        return page, form.status if form.is_submitted() else 200

    def _set(self, form: SecurityForm, before: dict[str, int]) -> None:
        """What was changed; where nothing was, the reason alone is noted for the first."""
        wanted = {name: int(form[name].data) for name in SWITCHES}
        changed = [name for name in SWITCHES if wanted[name] != before[name]]
        for name in changed or list(SWITCHES)[:1]:
            set_amount(
                db.session(),
                number=SWITCHES[name],
                amount=wanted[name],
                basis=form.basis.data or "",
                actor=current_actor(),
            )


def last_changed() -> NationalSetting | None:
    rows = (row_of(db.session(), number) for number in SWITCHES.values())
    return max(filter(None, rows), key=lambda row: row.changed_at, default=None)
