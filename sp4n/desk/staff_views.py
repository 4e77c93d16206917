"""More of what staff do with a case: ask its reporter and go on, take it up again."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.cases import operations
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.case_page import CasePage
from sp4n.desk.staff_forms import HoldForm, ReopenForm, ResumeForm
from sp4n.desk.views import done


@bp.post("/laporan/<reference>/minta-keterangan")
@requires(Permission.CASE_ANSWER)
def hold(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: HoldForm) -> object:
        return operations.hold_case(
            db.session(),
            case=page.case,
            actor=page.actor,
            body=form.body.data,
            version=form.version.data,
        )

    return done(reference, HoldForm, act, _("Pelapor sudah diminta melengkapi laporan."))


@bp.post("/laporan/<reference>/lanjutkan")
@requires(Permission.CASE_ANSWER)
def resume(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: ResumeForm) -> object:
        return operations.resume_case(
            db.session(),
            case=page.case,
            actor=page.actor,
            body=form.body.data or "",
            version=form.version.data,
        )

    return done(reference, ResumeForm, act, _("Laporan dilanjutkan; batas waktunya berjalan lagi."))


@bp.post("/laporan/<reference>/buka-kembali")
@requires(Permission.CASE_REOPEN)
def reopen(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: ReopenForm) -> object:
        return operations.reopen_case(
            db.session(),
            case=page.case,
            actor=page.actor,
            reason=form.reason.data,
            version=form.version.data,
        )

    return done(reference, ReopenForm, act, _("Laporan sudah dibuka kembali."))
