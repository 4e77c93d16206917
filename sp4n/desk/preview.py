"""Citizens' pages as a draft would make them, for the one who looks before publishing."""

from __future__ import annotations

from flask import Response, after_this_request, g, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.login import signed_in
from sp4n.accounts.permissions import Permission
from sp4n.configuration.queries import defaults, draft
from sp4n.db import db
from sp4n.errors import NotPossible
from sp4n.tenants.resolver import with_published
from sp4n.web.headers import IN_OWN_FRAMES

PREVIEW = "preview"
LEAVE = "akhiri-pratinjau"


def show_draft() -> ResponseReturnValue | None:
    """Before a citizens' page. Nothing is sent from a preview: it is no test of filing."""
    if PREVIEW not in session:
        return None
    person = signed_in()
    version = draft(db.session()) if person and person.may(Permission.SETTINGS_EDIT) else None
    if version is None or LEAVE in request.args:
        session.pop(PREVIEW)
        return None
    after_this_request(fit_for_frames)
    if request.method == "POST":
        raise NotPossible(
            _("Ini pratinjau: tidak ada yang dikirim. Akhiri pratinjau lebih dahulu.")
        )
    g.agency = with_published(g.agency, {**defaults(db.session()), **version.values})
    g.previewing = True
    return None


def fit_for_frames(response: Response) -> Response:
    """Pages of a preview, and no others, may stand in a frame: that of the page that shows it."""
    response.headers.update(IN_OWN_FRAMES)
    return response
