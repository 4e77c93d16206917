"""Lists of reply templates, an agency's own or the national ones: what both have in common."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from sp4n.accounts.admin_base import WalledModelView
from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.workbench.forms import FINALS, TemplateForm
from sp4n.workbench.replies import MOST_TEMPLATES


class TemplatesView(WalledModelView):
    form = TemplateForm
    one = _l("templat baru")
    can_create = can_edit = can_delete = True
    column_list: tuple[str, ...] = ("name", "topic", "final", "active")
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
    column_formatters: dict[str, Any] = {
        "topic": lambda view, context, row, name: view.topics().get(row.topic, row.topic),
        "final": lambda view, context, row, name: dict(FINALS)[row.final],
        "active": lambda view, context, row, name: _("Aktif") if row.active else _("Nonaktif"),
    }

    def topics(self) -> dict[str, str]:
        """Token -> name of those that a template can be for."""
        raise NotImplementedError

    def offered(self, form: Any, row: Any = None) -> Any:
        """`row`: the template that is changed."""
        form.offer_topics(list(self.topics().items()))
        return form

    def create_form(self, obj: Any = None) -> Any:
        return self.offered(super().create_form(obj))

    def edit_form(self, obj: Any = None) -> Any:
        return self.offered(super().edit_form(obj), obj)

    def create_model(self, form: Any) -> Any:
        if (db.session.scalar(select(func.count(self.model.id))) or 0) >= MOST_TEMPLATES:
            words = _("Sudah ada %(n)s templat. Hapus dahulu yang tidak dipakai.", n=MOST_TEMPLATES)
            raise Invalid(fields={"name": words})
        return super().create_model(form)
