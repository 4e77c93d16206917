"""/kelola/ekspor: everything that the agency owns, asked for by an admin, made by a job, taken
along by a link that ends."""

from __future__ import annotations

from typing import Final

from flask import current_app, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField
from wtforms.validators import InputRequired

from sp4n.accounts.admin_base import Walled
from sp4n.accounts.forms import COMPARED_LENGTH
from sp4n.accounts.login import current_actor, signed_in
from sp4n.accounts.permissions import Permission
from sp4n.accounts.queries import address_key, person_by_id
from sp4n.accounts.throttle import throttle
from sp4n.db import db
from sp4n.errors import NotAllowed, NotFound
from sp4n.exports.links import export_of_link, link_token
from sp4n.exports.models import AgencyExport
from sp4n.exports.operations import cancel_export, note_download, request_export
from sp4n.exports.queries import export_by_id, exports, ready_exports
from sp4n.files.serving import download
from sp4n.web.forms import Form

STATES: Final[dict[str, tuple[LazyString, str]]] = {
    "waiting": (_l("Menunggu giliran"), "info"),
    "running": (_l("Sedang dibuat"), "info"),
    "ready": (_l("Siap diunduh"), "ok"),
    "expired": (_l("Sudah dihapus"), "neutral"),
    "cancelled": (_l("Dibatalkan"), "neutral"),
    "failed": (_l("Gagal"), "late"),
}
FAULTS: Final[dict[str, LazyString]] = {
    "storage": _l(
        "Penyimpanan berkas penuh atau terganggu. Beri tahu pengelola server, lalu minta ekspor "
        "lagi."
    ),
    "stopped": _l("Pekerjaannya berhenti di server. Minta ekspor lagi."),
    "other": _l(
        "Ada gangguan di server; pengelolanya dapat melihat sebabnya. Minta ekspor lagi nanti."
    ),
}


class ExportForm(Form):
    confidential = BooleanField(
        _l("Sertakan laporan rahasia"),
        description=_l("Siapa pun yang memegang berkasnya dapat membacanya."),
    )
    password = PasswordField(
        _l("Kata sandi Anda"),
        description=_l("Untuk memastikan ini benar Anda."),
        validators=[InputRequired(_l("Isi kata sandi.")), COMPARED_LENGTH],
    )


class Exports(Walled):
    """`index_view` is the name that breadcrumbs and the index look for."""

    permission = Permission.DATA_EXPORT
    about = _l("Seluruh data instansi ini dalam satu berkas: tabel, lampiran, dan daftar isinya.")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        form, person = ExportForm(), signed_in()
        if person is None:
            raise NotAllowed
        if form.validate_on_submit():
            account = address_key(person.email)
            attempt = throttle().attempt("sign_in", account=account, address=request.remote_addr)
            with form.answering():
                request_export(
                    db.session(),
                    person=person_by_id(db.session(), person_id=person.id),
                    password=form.password.data,
                    confidential=form.confidential.data,
                    actor=current_actor(),
                )
            if not form.password.errors:
                attempt.succeeded()
            if not form.errors:
                flash(_("Ekspor diminta. Semua admin diberi tahu lewat email."), "ok")
                return redirect(self.get_url(".index_view"), 303)
        return self._page(form), form.status if form.is_submitted() else 200

    @expose("/<int:export_id>/batal", methods=("POST",))
    def cancel(self, export_id: int) -> ResponseReturnValue:
        form, export = Form(), export_by_id(db.session(), export_id=export_id)
        with form.answering():
            cancel_export(db.session(), export=export, actor=current_actor())
        for message in form.form_errors:
            flash(message, "late")
        if not form.errors:
            flash(_("Ekspor dibatalkan. Tidak ada berkas yang tersisa."), "ok")
        return redirect(self.get_url(".index_view"), 303)

    @expose("/unduh/<string:token>")
    def download(self, token: str) -> ResponseReturnValue:
        """For an admin of this agency who is signed in and has the link while it lasts."""
        found = export_of_link(ready_exports(db.session()), token, secret=secret())
        if found is None:
            raise NotFound
        day = found.requested_at.astimezone(g.agency.zone).date()
        response = download(
            found.storage_key,
            storage=current_app.extensions["sp4n.storage"],
            size=found.size,
            name=f"ekspor-{g.agency.slug}-{day}.zip",
        )
        note_download(db.session(), export=found, actor=current_actor())
        return response

    def _page(self, form: ExportForm) -> str:
        found = exports(db.session())
        return self.render(
            "desk/exports.html",
            form=form,
            exports=found,
            under_way=next((one for one in found if one.open), None),
            links={one.id: self._link(one) for one in ready_exports(db.session())},
            states=STATES,
            faults=FAULTS,
            hours=current_app.extensions["sp4n.settings"].export_hours,
            zone=g.agency.zone,
        )

    def _link(self, export: AgencyExport) -> str:
        return self.get_url(".download", token=link_token(export, secret=secret()))


def secret() -> str:
    found: str = current_app.extensions["sp4n.settings"].secret_key
    return found
