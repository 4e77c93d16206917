"""/nasional/kelola/templat: reply templates that every agency is offered."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from sp4n.accounts.admin_base import WalledModelView
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.settings.intake import Intake, topic_names
from sp4n.web.forms import Form
from sp4n.web.language import current_language
from sp4n.workbench.forms import FINALS, TemplateForm
from sp4n.workbench.models import NationalReplyTemplate
from sp4n.workbench.replies import MOST_TEMPLATES


class NationalReplyTemplates(WalledModelView):
    permission = Permission.AGENCY_EDIT
    about = _l("Templat tanggapan yang ditawarkan kepada petugas semua instansi.")
    form = TemplateForm
    one = _l("templat baru")
    can_create = can_edit = can_delete = True
    column_list = ("name", "topic", "final", "active")
    column_labels = {
        "name": _l("Templat"),
        "topic": _l("Topik"),
        "final": _l("Tanggapan akhir"),
        "active": _l("Status"),
    }
    column_searchable_list = ("name", "body")
    column_sortable_list = ("name",)
    column_default_sort = ("name", False)
    column_formatters = {
        "topic": lambda view, context, row, name: national_topics().get(row.topic, row.topic),
        "final": lambda view, context, row, name: dict(FINALS)[row.final],
        "active": lambda view, context, row, name: _("Aktif") if row.active else _("Nonaktif"),
    }

    def create_form(self, obj: Any = None) -> Form:
        return offered(super().create_form(obj))

    def edit_form(self, obj: Any = None) -> Form:
        return offered(super().edit_form(obj))

    def create_model(self, form: Form) -> NationalReplyTemplate:
        if (db.session.scalar(select(func.count(NationalReplyTemplate.id))) or 0) >= MOST_TEMPLATES:
            words = _("Sudah ada %(n)s templat. Hapus dahulu yang tidak dipakai.", n=MOST_TEMPLATES)
            raise Invalid(fields={"name": words})
        row: NationalReplyTemplate = super().create_model(form)
        return row


def offered(form: Any) -> Form:
    form.offer_topics(list(national_topics().items()))
    found: Form = form
    return found


def national_topics() -> dict[str, str]:
    return topic_names(db.session(), Intake(), current_language())
