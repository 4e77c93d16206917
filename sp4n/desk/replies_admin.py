"""/kelola/templat: the agency's own reply templates."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
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

    def offer_units(self, now: int | None) -> None:
        tree = unit_tree(db.session())
        units = [(one.id, "\u2003" * one.depth + one.name) for one in in_use(tree)]
        if now and now not in dict(units):
            units.insert(0, (now, next((one.name for one in tree if one.id == now), "")))
        none = SelectChoice("", _("Semua unit"))
        self.unit_id.choices = [none, *(SelectChoice(*one) for one in units)]


class ReplyTemplates(TemplatesView):
    permission = Permission.SETTINGS_EDIT
    about = _l("Tanggapan yang sering dipakai, dengan nomor, unit, dan hari yang terisi sendiri.")
    form = OwnTemplateForm
    column_list = ("name", "unit_id", "topic", "final", "active")
    column_formatters = {
        **TemplatesView.column_formatters,
        "unit_id": lambda view, context, row, name: unit_of(row.unit_id),
    }

    def topics(self) -> dict[str, str]:
        return topic_names(db.session(), read_intake(g.agency.intake), current_language())

    def offered(self, form: Any, row: Any = None) -> Any:
        form.offer_units(row.unit_id if row else None)
        return super().offered(form, row)


def unit_of(unit_id: int | None) -> str:
    if "unit_names" not in g:
        g.unit_names = unit_names(db.session())
    return str(g.unit_names.get(unit_id, "")) if unit_id else _("Semua unit")
