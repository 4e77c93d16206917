"""/nasional/kelola/templat: reply templates that every agency is offered."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.settings.intake import Intake, topic_names
from sp4n.web.language import current_language
from sp4n.workbench.templates_admin import TemplatesView


class NationalReplyTemplates(TemplatesView):
    permission = Permission.AGENCY_EDIT
    about = _l("Templat tanggapan yang ditawarkan kepada petugas semua instansi.")

    def topics(self) -> dict[str, str]:
        return topic_names(db.session(), Intake(), current_language())
