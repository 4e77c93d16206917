"""A macro of the agency, run on a case at one click."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.case_page import CasePage
from sp4n.desk.staff_forms import MacroForm
from sp4n.desk.views import done, hide_first, how_sent
from sp4n.workbench.macros import can_run, run_macro


@bp.post("/laporan/<reference>/makro")
@requires(Permission.CASE_ANSWER)
def macro(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: MacroForm) -> object:
        key = f"i{form.template.data}"
        reply = next((one for one in page.replies if one.key == key), None)
        if reply is not None and can_run(reply, page.case, page.actor):
            hide_first(page, form, reply.text)
        return run_macro(
            db.session(),
            case=page.case,
            actor=page.actor,
            reply=reply,
            version=form.version.data,
        )

    return done(reference, MacroForm, act, how_sent)
