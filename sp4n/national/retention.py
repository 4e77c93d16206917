"""What rules would remove at every agency: the dry run, for coordinators."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.national.blueprints import console as bp
from sp4n.privacy.overview import SHOWN, due_everywhere
from sp4n.privacy.periods import PERIODS
from sp4n.privacy.retention import COUNTED


@bp.get("/retensi")
@requires(Permission.AGENCY_OVERVIEW)
def retention() -> ResponseReturnValue:
    return render_template(
        "national/retention.html",
        rows=due_everywhere(db.session()),
        periods=PERIODS,
        shown=SHOWN,
        counted=COUNTED,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )
