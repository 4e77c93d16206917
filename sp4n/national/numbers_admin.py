"""/nasional/kelola/ketentuan: the numbers that the national level sets for every agency."""

from __future__ import annotations

from typing import Any, Final

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
from sp4n.errors import Invalid
from sp4n.settings.national import (
    DISPUTE_DAYS,
    HANDOVER_DAYS,
    HANDOVER_HOPS,
    RENAME_INTERVAL,
    NationalNumber,
    amount_of,
    row_of,
    set_amount,
)
from sp4n.web.forms import Form

# By the fields of the form.
NUMBERS: Final[dict[str, NationalNumber]] = {
    "amount": RENAME_INTERVAL,
    "handover_days": HANDOVER_DAYS,
    "handover_hops": HANDOVER_HOPS,
    "dispute_days": DISPUTE_DAYS,
}
_MISSING = _l("Isi jumlahnya.")


class NumberForm(Form):
    amount = IntegerField(
        _l("Jarak antara dua penggantian alamat, dalam hari"),
        description=_l("Berlaku untuk semua instansi. 0: boleh diganti kapan saja."),
        validators=[InputRequired(_l("Isi jumlah harinya."))],
    )
    handover_days = IntegerField(
        _l("Hari kerja untuk menjawab laporan kiriman instansi lain"),
        description=_l("Tanpa jawaban sampai hari itu, laporan tetap di pengirimnya."),
        validators=[InputRequired(_MISSING)],
    )
    handover_hops = IntegerField(
        _l("Berapa kali laporan boleh berpindah instansi"),
        description=_l("Sesudah itu koordinator nasional yang memutuskan."),
        validators=[InputRequired(_MISSING)],
    )
    dispute_days = IntegerField(
        _l("Hari kerja untuk memutuskan sanggahan kedua"),
        description=_l("Dibaca pelapor di halaman laporannya."),
        validators=[InputRequired(_MISSING)],
    )
    basis = StringField(
        _l("Alasan atau dasar"), description=_l("Tercatat di jejak nasional bersama tanggalnya.")
    )


class Numbers(Walled):
    permission = Permission.AGENCY_EDIT
    about = _l(
        "Ketentuan yang berlaku untuk semua instansi: penggantian alamat, perpindahan laporan, "
        "putusan atas sanggahan."
    )

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        session = db.session()
        held: dict[str, Any] = {name: amount_of(session, one) for name, one in NUMBERS.items()}
        form = NumberForm(**held)
        if form.validate_on_submit():
            changed = [name for name in NUMBERS if form[name].data != held[name]]
            with form.answering():
                for name in changed:
                    _set(form, name)
            if not form.errors:
                words = _("Tersimpan. Berlaku mulai sekarang.")
                flash(words if changed else _("Tidak ada yang berubah."), "ok")
                return redirect(self.get_url(".index_view"), 303)
        page = self.render(
            "admin/numbers.html",
            form=form,
            names=list(NUMBERS),
            rows={name: row_of(db.session(), one) for name, one in NUMBERS.items()},
            zone=clock.CAPITAL,
        )
        return page, form.status if form.errors else 200


def _set(form: NumberForm, name: str) -> None:
    """What is wrong with an amount is said at its own field."""
    try:
        set_amount(
            db.session(),
            number=NUMBERS[name],
            amount=form[name].data or 0,
            basis=form.basis.data or "",
            actor=current_actor(),
        )
    except Invalid as refusal:
        fields = dict(refusal.fields)
        if "amount" in fields:
            fields[name] = fields.pop("amount")
        raise Invalid(fields=fields) from refusal
