"""What everyone reads of a case: shown as they see it, changed, and taken back."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission, may
from sp4n.cases import operations
from sp4n.cases.masking import masked
from sp4n.cases.models import CaseRecord
from sp4n.cases.photo_queries import decisions_on, photos_of, public_tokens
from sp4n.cases.publicity_models import Publicity
from sp4n.cases.publicity_queries import (
    Face,
    face_of,
    personal_data_of,
    said_to_all,
    versions_of,
)
from sp4n.cases.publicity_words import REASON_LABELS
from sp4n.cases.words import EVENT_LABELS
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.hiding import ask_first
from sp4n.desk.publicity_forms import PublicityForm, TakeBackForm
from sp4n.desk.views import loaded


@bp.route("/laporan/<reference>/umum", methods=["GET", "POST"])
@requires(Permission.CASE_ANSWER)
def publicity(reference: str) -> ResponseReturnValue:
    case = loaded(reference)
    form = started(case)
    if form.validate_on_submit():
        with form.answering():
            decide(case, form)
        if not form.errors and not form.form_errors:
            flash(_("Yang dibaca umum sudah diubah."), "ok")
            return redirect(url_for(".publicity", reference=reference), 303)
    return shown(loaded(reference), form)


def started(case: CaseRecord) -> PublicityForm:
    face = face_of(db.session(), case)
    form = PublicityForm(
        data={
            "version": case.version,
            "published": "yes" if case.published else "no",
            "public_title": face.title,
            "public_body": face.body,
            "public_location": face.location,
        }
    )
    if not may_publish():  # who publishes is who verifies
        form.published.data = "yes" if case.published else "no"
    return form


def may_publish() -> bool:
    return may(current_actor().role, Permission.CASE_VERIFY)


def decide(case: CaseRecord, form: PublicityForm) -> None:
    actor, session = current_actor(), db.session()
    texts = [*form.texts, *said_to_all(session, case)]
    published = form.published.data == "yes"
    if published and not case.confidential:
        ask_first(form, case, actor, texts, case.hidden)
    title, body, location = form.texts
    hidden = tuple(form.chosen(texts))
    face = Face(title, body, location, hidden, form.reason.data or "", form.note.data or "")
    operations.set_publicity(
        session,
        case=case,
        actor=actor,
        published=published,
        face=face,
        version=form.version.data,
    )


def shown(case: CaseRecord, form: PublicityForm) -> ResponseReturnValue:
    session = db.session()
    face, said = face_of(session, case), said_to_all(session, case)
    if form.is_submitted():
        form.offer_again()
    else:
        form.point_out(personal_data_of(face, said), case.hidden)
    page = render_template(
        "desk/publicity.html",
        case=case,
        form=form,
        may_publish=may_publish(),
        face=[masked(one, case.hidden) for one in face.texts],
        said=[masked(one, case.hidden) for one in said],
        photos=photos_of(session, case),
        decisions=decisions_on(session, case),
        public_tokens=public_tokens(session, case),
        versions=versions_of(session, case),
        reasons=REASON_LABELS,
        event_labels=EVENT_LABELS,
        undo=TakeBackForm(formdata=None, data={"version": case.version}),
        may_undo=may_undo,
    )
    return page, form.status if form.errors or form.form_errors else 200


def may_undo(versions: list[Publicity]) -> bool:
    """A former decision that made it public, or not, is for who decides that."""
    return len(versions) > 1 and (may_publish() or versions[0].published == versions[1].published)


@bp.post("/laporan/<reference>/umum/kembalikan")
@requires(Permission.CASE_ANSWER)
def undo_publicity(reference: str) -> ResponseReturnValue:
    case, form = loaded(reference), TakeBackForm()
    if not may_undo(list(versions_of(db.session(), case))):
        flash(_("Tidak ada keputusan sebelumnya yang dapat Anda kembalikan."), "late")
        return redirect(url_for(".publicity", reference=reference), 303)
    operations.take_back(db.session(), case=case, actor=current_actor(), version=form.version.data)
    flash(_("Keputusan terakhir sudah ditarik kembali."), "ok")
    return redirect(url_for(".publicity", reference=reference), 303)
