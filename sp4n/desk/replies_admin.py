"""/kelola/templat: the agency's own reply templates."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from sp4n.accounts.admin_base import WalledModelView
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.organisation.queries import in_use, unit_names, unit_tree
from sp4n.settings.intake import read_intake, topic_names
from sp4n.web.forms import Form
from sp4n.web.language import current_language
from sp4n.workbench.forms import FINALS, TemplateForm, number_or_none
from sp4n.workbench.models import ReplyTemplate
from sp4n.workbench.replies import MOST_TEMPLATES


class OwnTemplateForm(TemplateForm):
    unit_id = SelectField(_l("Untuk unit"), coerce=number_or_none, validators=[Optional()])

    def offer_units(self, now: int | None) -> None:
        tree = unit_tree(db.session())
        units = [(one.id, "\u2003" * one.depth + one.name) for one in in_use(tree)]
        if now and now not in dict(units):
            units.insert(0, (now, next((one.name for one in tree if one.id == now), "")))
        none = SelectChoice("", _("Semua unit"))
        self.unit_id.choices = [none, *(SelectChoice(*one) for one in units)]


class ReplyTemplates(WalledModelView):
    permission = Permission.SETTINGS_EDIT
    about = _l("Tanggapan yang sering dipakai, dengan nomor, unit, dan hari yang terisi sendiri.")
    form = OwnTemplateForm
    one = _l("templat baru")
    can_create = can_edit = can_delete = True
    column_list = ("name", "unit_id", "topic", "final", "active")
    column_labels = {
        "name": _l("Templat"),
        "unit_id": _l("Unit"),
        "topic": _l("Topik"),
        "final": _l("Tanggapan akhir"),
        "active": _l("Status"),
    }
    column_searchable_list = ("name", "body")
    column_sortable_list = ("name",)
    column_default_sort = ("name", False)
    column_formatters = {
        "unit_id": lambda view, context, row, name: unit_of(row.unit_id),
        "topic": lambda view, context, row, name: named_topics().get(row.topic, row.topic),
        "final": lambda view, context, row, name: dict(FINALS)[row.final],
        "active": lambda view, context, row, name: _("Aktif") if row.active else _("Nonaktif"),
    }

    def create_form(self, obj: Any = None) -> Form:
        return offered(super().create_form(obj))

    def edit_form(self, obj: Any = None) -> Form:
        return offered(super().edit_form(obj), obj.unit_id)

    def create_model(self, form: Form) -> ReplyTemplate:
        if (db.session.scalar(select(func.count(ReplyTemplate.id))) or 0) >= MOST_TEMPLATES:
            words = _("Sudah ada %(n)s templat. Hapus dahulu yang tidak dipakai.", n=MOST_TEMPLATES)
            raise Invalid(fields={"name": words})
        row: ReplyTemplate = super().create_model(form)
        return row


def offered(form: Any, unit_id: int | None = None) -> Form:
    form.offer_units(unit_id)
    form.offer_topics(list(named_topics().items()))
    found: Form = form
    return found


def named_topics() -> dict[str, str]:
    return topic_names(db.session(), read_intake(g.agency.intake), current_language())


def unit_of(unit_id: int | None) -> str:
    if "unit_names" not in g:
        g.unit_names = unit_names(db.session())
    return str(g.unit_names.get(unit_id, "")) if unit_id else _("Semua unit")
