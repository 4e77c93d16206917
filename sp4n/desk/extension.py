"""A request for public information whose end is put off, at the desk."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.cases import operations
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.case_page import CasePage
from sp4n.desk.staff_forms import ExtendForm
from sp4n.desk.views import done


@bp.post("/laporan/<reference>/perpanjang")
@requires(Permission.CASE_ANSWER)
def extend(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: ExtendForm) -> object:
        return operations.extend_case(
            db.session(),
            case=page.case,
            actor=page.actor,
            reason=form.reason.data,
            version=form.version.data,
        )

    return done(reference, ExtendForm, act, _("Waktunya diperpanjang; pemohon diberi tahu."))
