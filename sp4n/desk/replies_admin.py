"""/kelola/templat: the agency's own reply templates."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.organisation.queries import in_use, unit_names, unit_tree
from sp4n.settings.intake import read_intake, topic_names
from sp4n.web.language import current_language
from sp4n.workbench.forms import TemplateForm, number_or_none
from sp4n.workbench.templates_admin import TemplatesView


class OwnTemplateForm(TemplateForm):
    unit_id = SelectField(_l("Untuk unit"), coerce=number_or_none, validators=[Optional()])
    macro = BooleanField(
        _l("Makro: kirim dengan sekali klik"),
        description=_l("Tanggapan ini langsung terkirim, tanpa disunting dahulu."),
    )
    assign_to = SelectField(
        _l("Makro: sekaligus teruskan ke unit"), coerce=number_or_none, validators=[Optional()]
    )

    def validate_macro(self, field: BooleanField) -> None:
        if field.data and not self.final.data:
            raise ValidationError(_("Makro harus menentukan apakah ini tanggapan akhir."))

    def validate_assign_to(self, field: SelectField) -> None:
        if field.data and not self.macro.data:
            raise ValidationError(_("Hanya makro yang meneruskan laporan. Centang makro."))

    def offer_units(self, now: int | None, to: int | None) -> None:
        tree = unit_tree(db.session())
        used = [(one.id, "\u2003" * one.depth + one.name) for one in in_use(tree)]
        names = {one.id: one.name for one in tree}

        def choices(none: str, set_now: int | None) -> list[SelectChoice]:
            out_of_use = set_now is not None and set_now not in dict(used)
            gone = [(set_now, names.get(set_now or 0, ""))] if out_of_use else []
            return [SelectChoice("", none), *(SelectChoice(*one) for one in [*gone, *used])]

        self.unit_id.choices = choices(_("Semua unit"), now)
        self.assign_to.choices = choices(_("Tidak diteruskan"), to)


class ReplyTemplates(TemplatesView):
    permission = Permission.SETTINGS_EDIT
    about = _l("Tanggapan yang sering dipakai, dengan nomor, unit, dan hari yang terisi sendiri.")
    form = OwnTemplateForm
    column_list = ("name", "unit_id", "topic", "final", "macro", "active")
    column_labels = {**TemplatesView.column_labels, "macro": _l("Makro")}
    column_formatters = {
        **TemplatesView.column_formatters,
        "unit_id": lambda view, context, row, name: unit_of(row.unit_id),
        "macro": lambda view, context, row, name: _("Ya") if row.macro else "",
    }

    def topics(self) -> dict[str, str]:
        return topic_names(db.session(), read_intake(g.agency.intake), current_language())

    def offered(self, form: Any, row: Any = None) -> Any:
        form.offer_units(*((row.unit_id, row.assign_to) if row else (None, None)))
        return super().offered(form, row)


def unit_of(unit_id: int | None) -> str:
    if "unit_names" not in g:
        g.unit_names = unit_names(db.session())
    return str(g.unit_names.get(unit_id, "")) if unit_id else _("Semua unit")
