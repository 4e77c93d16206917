"""The languages that an agency offers: Indonesian always, English where it has not said no."""

from __future__ import annotations

from flask import g, request
from flask_babel import refresh

from sp4n.portal.blueprints import agency as bp


@bp.before_app_request
def speak() -> None:
    """Whatever the address or a cookie asks for: on citizens' pages, and where there is no page."""
    if g.agency and request.blueprint in (None, bp.name) and not g.agency.speaks_english:
        g.language = "id"
        refresh()
