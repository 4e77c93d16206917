"""Files that come with what a reporter writes about their case: all of them, or nothing is sent."""

from __future__ import annotations

from flask import current_app, g, request
from flask_babel import gettext as _

from sp4n.cases.operations import Enclosed
from sp4n.db import db
from sp4n.files.own_limits import limits_of
from sp4n.files.receiving import receive
from sp4n.files.refusals import FIELD
from sp4n.portal.forms import EnclosingForm


def enclosed_in(form: EnclosingForm) -> Enclosed | None:
    """None, and words at the field, where some file was refused. To be called before anything is
    written: the connection is given back, as cleaning takes long."""
    db.session.rollback()
    limits = limits_of(g.agency)
    received = receive(request.files.getlist(FIELD), limits)
    if received.refusals:
        again = _("Belum ada yang terkirim. Pilih lagi semua berkasnya, tanpa yang ditolak.")
        form.attachments.errors = [" ".join([*received.refusals, again])]
        return None
    return Enclosed(received.files, current_app.extensions["sp4n.storage"], limits)
