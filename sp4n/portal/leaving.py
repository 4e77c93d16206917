"""The way out for who must not be seen here: away at once, to where anybody may be."""

from __future__ import annotations

from typing import Final

from flask import redirect, session
from flask.typing import ResponseReturnValue

from sp4n.portal.blueprints import agency as bp
from sp4n.portal.filing_draft import HELD, sent_from_here
from sp4n.portal.own_reports import TOKEN
from sp4n.portal.tracking import KEPT

ELSEWHERE: Final = "https://www.bmkg.go.id/"  # the weather: says nothing about who looks at it


@bp.get("/lapor/keluar")
def leave() -> ResponseReturnValue:
    """Back then finds neither answers nor a case; what was typed is purged in its time."""
    if sent_from_here():  # a link on another site takes nothing away
        session.pop(HELD, None)
        session.pop(KEPT, None)
        session.pop(TOKEN, None)
    return redirect(ELSEWHERE, 303)
