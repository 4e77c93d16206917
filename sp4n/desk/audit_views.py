"""The agency's own trail: who did what, acts of the national level in it included."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.audit.queries import audit_trail
from sp4n.audit.words import act_label, actor_label
from sp4n.cases.queries import references_of
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.web.paging import parse_cursor

ON_A_PAGE = 50


@bp.get("/jejak")
@requires(Permission.AUDIT_VIEW)
def trail() -> ResponseReturnValue:
    session = db.session()
    found = audit_trail(session, before=parse_cursor(request.args.get("sebelum")), limit=ON_A_PAGE)
    cases = {row.object_id for row in found.rows if row.object_kind == "case" and row.object_id}
    return render_template(
        "desk/trail.html",
        found=found,
        references=references_of(session, actor=current_actor(), ids=cases),
        act_label=act_label,
        actor_label=actor_label,
        zone=g.agency.zone,
    )
