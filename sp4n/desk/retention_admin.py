"""/kelola/retensi: how long what is kept, what would be removed now, and switching it on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired

from sp4n import clock
from sp4n.accounts.admin_base import Walled
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.privacy.periods import ACCESS, CONTACT, FILES, PERIODS, TEXT
from sp4n.privacy.retention import COUNTED, due_now, plan_of, set_periods, switch, years_of
from sp4n.web.forms import Form


def years(step: str) -> IntegerField:
    period = PERIODS[step]
    return IntegerField(
        period.label,
        description=_l(
            "Tahun sesudah laporan berakhir; dari %(least)s sampai %(most)s.",
            least=period.least,
            most=period.most,
        ),
        validators=[InputRequired(_l("Isi jumlah tahunnya."))],
        render_kw={"inputmode": "numeric"},
    )


class PeriodsForm(Form):
    contact = years(CONTACT)
    access = years(ACCESS)
    files = years(FILES)
    text = years(TEXT)


class SwitchForm(Form):
    seen = HiddenField()


class Retention(Walled):
    permission = Permission.SETTINGS_EDIT
    about = _l("Berapa lama data laporan yang sudah berakhir disimpan, dan apa yang akan dihapus.")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        held: dict[str, Any] = years_of(plan_of(db.session()))
        form = PeriodsForm(**held)
        if form.validate_on_submit():
            chosen = {step: form[step].data or 0 for step in PERIODS}
            with form.answering():
                set_periods(db.session(), years=chosen, actor=current_actor())
            if not form.errors and not form.form_errors:
                flash(_("Tersimpan. Lihat dulu apa yang akan dihapus, lalu nyalakan."), "ok")
                return redirect(self.get_url(".index_view"), 303)
        return self._page(form), form.status if form.errors else 200

    @expose("/nyalakan", methods=("POST",))
    def start(self) -> ResponseReturnValue:
        return self._switch(True, _("Penghapusan menurut aturan dinyalakan."))

    @expose("/hentikan", methods=("POST",))
    def stop(self) -> ResponseReturnValue:
        return self._switch(False, _("Penghapusan menurut aturan dihentikan."))

    def _switch(self, running: bool, done: str) -> ResponseReturnValue:
        form = SwitchForm()
        if form.validate():
            try:
                seen = datetime.fromisoformat(form.seen.data or "")
            except ValueError:
                seen = None
            with form.answering():
                switch(db.session(), running=running, seen=seen, actor=current_actor())
            if not form.form_errors:
                flash(done, "ok")
                return redirect(self.get_url(".index_view"), 303)
        flash(_("Jangka waktunya berubah. Lihat lagi apa yang akan dihapus."), "late")
        return redirect(self.get_url(".index_view"), 303)

    def _page(self, form: PeriodsForm) -> str:
        return self.render(
            "desk/retention/index.html",
            form=form,
            plan=plan_of(db.session()),
            due=due_now(db.session()),
            periods=PERIODS,
            counted=COUNTED,
            as_of=clock.now(),
        )
