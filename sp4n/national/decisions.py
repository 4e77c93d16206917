"""Inside an agency: what a coordinator decides about an end that was contested again, and the files
that they need for it."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.permissions import Permission, may
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import decide_dispute
from sp4n.cases.personal_data import found_in, not_among
from sp4n.cases.queries import case_by_reference
from sp4n.cases.states import State
from sp4n.db import db
from sp4n.errors import Invalid, NotAllowed, NotFound
from sp4n.files.queries import attachment_by_id
from sp4n.files.serving import file_response
from sp4n.national.blueprints import inside as bp
from sp4n.national.forms import DecisionForm
from sp4n.national.inside import case_page


@bp.post("/laporan/<reference>/putusan")
def decide(slug: str, reference: str) -> ResponseReturnValue:
    if not may(g.operator.actor.role, Permission.CASE_DECIDE):
        raise NotAllowed
    case, form = loaded(reference), DecisionForm()
    if form.validate():
        with form.answering():
            if case.published:
                ask_first(form)
            decide_dispute(
                db.session(),
                case=case,
                actor=g.operator.actor,
                uphold=form.verdict.data == "uphold",
                reasons=form.reasons.data,
                version=form.version.data,
            )
    if form.errors or form.form_errors:
        return case_page(case, form), form.status
    flash(_("Putusan Anda sudah dikirim ke pelapor dan instansi."), "ok")
    if case.confidential:  # shut again to the national level
        return redirect(url_for(".cases", slug=slug), 303)
    return redirect(url_for(".case", slug=slug, reference=reference), 303)


def ask_first(form: DecisionForm) -> None:
    """What everyone will read is asked about once, where it holds personal data."""
    found = found_in(form.reasons.data or "")
    new = not_among(found, (form.seen.data or "").split("\n"))
    form.seen.data = "\n".join(one.text for one in found)
    if new:
        places = ", ".join(f"{one.label} {one.text}" for one in new)
        words = _(
            "Ada data pribadi yang akan dibaca semua orang: %(places)s. Hapus, atau kirim sekali "
            "lagi bila memang harus.",
            places=places,
        )
        raise Invalid(fields={"reasons": words})


@bp.get("/laporan/<reference>/berkas/<int:attachment_id>")
def case_file(slug: str, reference: str, attachment_id: int) -> ResponseReturnValue:
    """What was sent along is evidence, for as long as there is something to decide."""
    case = loaded(reference)
    attachment = attachment_by_id(db.session(), attachment_id)
    if attachment.case_id != case.id or case.state != State.DISPUTED:
        raise NotFound
    return file_response(attachment, storage=current_app.extensions["sp4n.storage"])


def loaded(reference: str) -> CaseRecord:
    return case_by_reference(db.session(), reference=reference, actor=g.operator.actor)
