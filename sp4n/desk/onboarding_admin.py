"""/kelola/mulai: what an agency still lacks, and going live."""

from __future__ import annotations

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.accounts.admin_base import Walled
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.configuration.onboarding import checklist, go_live
from sp4n.db import db
from sp4n.web.forms import Form


class Onboarding(Walled):
    permission = Permission.SETTINGS_EDIT
    about = _l("Apa yang harus ada sebelum warga dapat melapor, dan membuka portal.")

    def is_visible(self) -> bool:
        return bool(g.agency.preparing)

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        return self._page(Form(formdata=None))

    @expose("/buka", methods=("POST",))
    def open_up(self) -> ResponseReturnValue:
        form = Form()
        if form.validate():
            with form.answering():
                go_live(db.session(), agency=g.agency, actor=current_actor())
            if not form.errors:
                flash(_("Portal sudah dibuka. Warga dapat melapor sekarang."), "ok")
                return redirect(self.get_url(".index_view"), 303)
        return self._page(form), form.status

    def _page(self, form: Form) -> str:
        facts = checklist(db.session(), agency=g.agency) if g.agency.preparing else []
        return self.render("desk/onboarding.html", form=form, facts=facts)
