"""The trail's former address."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.desk.blueprint import bp


@bp.get("/jejak")
@requires(Permission.AUDIT_VIEW)
def trail() -> ResponseReturnValue:
    return redirect(url_for("kelola_jejak.index_view"), 302)
