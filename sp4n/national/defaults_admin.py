"""/nasional/kelola/bawaan: what agencies start from, and what holds whatever they want."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from sp4n import clock
from sp4n.accounts.admin_base import Walled
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.configuration.catalogue import SETTINGS
from sp4n.db import db
from sp4n.settings.answer_rules import (
    APPROVAL,
    DEFAULT_NO,
    DEFAULT_YES,
    EVIDENCE,
    LOCKED_YES,
    RULES,
    national_rules,
    set_national,
)
from sp4n.settings.national import amount_of
from sp4n.web.forms import Form


def choice_of(key: str) -> RadioField:
    """The two that agencies choose from as their default, and the second one for all."""
    (_no, no), (_yes, yes) = SETTINGS[key].choices
    choices = [
        SelectChoice(str(DEFAULT_NO), _l("Bawaan: %(what)s. Instansi boleh mengubahnya.", what=no)),
        SelectChoice(
            str(DEFAULT_YES), _l("Bawaan: %(what)s. Instansi boleh mengubahnya.", what=yes)
        ),
        SelectChoice(
            str(LOCKED_YES), _l("Terkunci: %(what)s. Berlaku bagi semua instansi.", what=yes)
        ),
    ]
    return RadioField(SETTINGS[key].label, choices=choices)


class DefaultsForm(Form):
    answer_approval = choice_of(APPROVAL.key)
    answer_evidence = choice_of(EVIDENCE.key)
    basis = StringField(_l("Alasan"), description=_l("Dibaca admin instansi di pengaturannya."))
    citation = StringField(
        _l("Aturan yang mewajibkannya"),
        description=_l("Nama, nomor, dan pasalnya. Wajib untuk yang dikunci."),
    )


class Defaults(Walled):
    permission = Permission.AGENCY_EDIT
    about = _l("Aturan menanggapi laporan: bawaan bagi instansi, atau terkunci bagi semua.")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        before = {key: str(amount_of(db.session(), rule.number)) for key, rule in RULES.items()}
        form = DefaultsForm(**before)
        if form.validate_on_submit():
            with form.answering():
                changed = self._set(form, before)
            if not form.errors:
                words = _("Tersimpan. Berlaku di semua instansi dalam satu menit.")
                flash(words if changed else _("Tidak ada yang berubah."), "ok")
                return redirect(self.get_url(".index_view"), 303)
        page = self.render(
            "national/defaults.html",
            form=form,
            now=[(SETTINGS[key], one) for key, one in national_rules(db.session()).items()],
            zone=clock.CAPITAL,
        )
        return page, form.status if form.is_submitted() else 200

    def _set(self, form: DefaultsForm, before: dict[str, str]) -> bool:
        changed = [key for key in RULES if form[key].data != before[key]]
        for key in changed:
            set_national(
                db.session(),
                rule=RULES[key],
                amount=int(form[key].data),
                basis=form.basis.data or "",
                citation=form.citation.data or "",
                actor=current_actor(),
            )
        return bool(changed)
