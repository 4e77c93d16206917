"""The agency's instruments and the register of its documents."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission, may
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.document_forms import DocumentForm, VersionForm, WithdrawForm
from sp4n.documents import operations
from sp4n.documents.again import document_made_before
from sp4n.documents.instruments import Urgency, first_act, home_of, instruments
from sp4n.documents.kinds import KIND_LABELS, PUBLICITY_LABELS, kind_label
from sp4n.documents.models import Document
from sp4n.documents.queries import document_by_id, documents, replaceable, successor_of
from sp4n.documents.signed import FIELD, signed_file
from sp4n.documents.standing import SENTIMENTS, STANDING_LABELS, Standing, last_day, standing
from sp4n.errors import NotFound
from sp4n.files.serving import file_response
from sp4n.organisation.queries import unit_names
from sp4n.tenants.succession import predecessors
from sp4n.web.forms import clean_text

LONGEST_SEARCH = 200
TONES = {
    Urgency.FINE: "ok",
    Urgency.UNDER_WAY: "info",
    Urgency.SOON: "soon",
    Urgency.MISSING: "late",
    Urgency.OVER: "late",
}


def words() -> dict[str, Any]:
    """What every page about documents says them with."""
    today = clock.today(g.agency.zone)
    return {
        "standing_of": partial(standing, today=today),
        "standing_label": STANDING_LABELS,
        "sentiment": SENTIMENTS,
        "kind_label": kind_label,
        "home_of": home_of,
        "last_day": last_day,
        "today": today,
    }


@bp.get("/instrumen")
@requires(Permission.DOCUMENT_VIEW)
def instruments_page() -> ResponseReturnValue:
    role = current_actor().role
    found = instruments(db.session(), clock.today(g.agency.zone), partial(may, role))
    return render_template(
        "desk/documents/instruments.html",
        instruments=found,
        first=first_act(found),
        tone=TONES,
        predecessors=predecessors(g.agency),
        **words(),
    )


@bp.get("/dokumen")
@requires(Permission.DOCUMENT_VIEW)
def register() -> ResponseReturnValue:
    kind = request.args.get("jenis", "")
    text = clean_text(request.args.get("q", ""))[:LONGEST_SEARCH]
    state = request.args.get("status", "")
    today = clock.today(g.agency.zone)
    found = documents(db.session(), kind=kind if kind in KIND_LABELS else "", text=text)
    if state in list(Standing):
        found = [one for one in found if standing(one, today) == state]
    return render_template(
        "desk/documents/register.html",
        documents=found,
        units=dict(unit_names(db.session())),
        predecessors=predecessors(g.agency),
        asked={"jenis": kind, "q": text, "status": state},
        kinds=[("", _("Semua jenis")), *KIND_LABELS.items()],
        states=[("", _("Semua")), *((one.value, STANDING_LABELS[one]) for one in Standing)],
        **words(),
    )


@bp.route("/dokumen/baru", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_EDIT)
def new_document() -> ResponseReturnValue:
    asked = request.args.get("jenis", "")
    form = DocumentForm(kind=asked if asked in KIND_LABELS else None, publicity="entry")
    offer(form, form.kind.data or asked, None)
    if form.validate_on_submit():
        with form.answering():
            session, signed = db.session(), signed_file(request.files.get(FIELD))
            made = document_made_before(
                session, answers=form.answers(), with_file=signed is not None
            )
            added = made or operations.add_document(
                session,
                answers=form.answers(),
                actor=current_actor(),
                signed=signed,
                storage=current_app.extensions["sp4n.storage"],
            )
        if not form.errors:
            flash(_("Tersimpan sebagai draf. Periksa, lalu berlakukan."), "ok")
            return redirect(url_for(".document", document_id=added.id), 303)
    elif not form.is_submitted():
        form.replaces_id.data = former_asked(form)
    return form_page(form, None)


def former_asked(form: DocumentForm) -> int | None:
    """Which one it is to take the place of, as the address says."""
    text = request.args.get("mengganti", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    return wanted if wanted in {one.value for one in form.replaces_id.choices} else None


def offer(form: DocumentForm, kind: str, but: int | None) -> None:
    former = replaceable(db.session(), kind=kind, but=but) if kind in KIND_LABELS else ()
    units = sorted(unit_names(db.session()).items(), key=lambda pair: pair[1].casefold())
    form.offer(units, [(one.id, f"{one.number}: {one.title}") for one in former])


def form_page(form: DocumentForm, document: Document | None) -> ResponseReturnValue:
    page = render_template("desk/documents/form.html", form=form, document=document, **words())
    return page, form.status if form.errors else 200


@bp.get("/dokumen/<int:document_id>")
@requires(Permission.DOCUMENT_VIEW)
def document(document_id: int) -> ResponseReturnValue:
    return document_page(document_by_id(db.session(), document_id))


def document_page(
    found: Document, form: VersionForm | None = None, withdrawing: WithdrawForm | None = None
) -> ResponseReturnValue:
    session = db.session()
    form = form or VersionForm(version=str(found.version))
    withdrawing = withdrawing or WithdrawForm(version=str(found.version))
    faulty = next((one for one in (form, withdrawing) if one.errors), None)
    page = render_template(
        "desk/documents/document.html",
        document=found,
        former=document_by_id(session, found.replaces_id) if found.replaces_id else None,
        successor=successor_of(session, found.id),
        units=dict(unit_names(session)),
        act=form,
        withdrawing=withdrawing,
        errors=told(faulty),
        publicity=PUBLICITY_LABELS[found.publicity],
        **words(),
    )
    return page, faulty.status if faulty else 200


def told(form: VersionForm | None) -> dict[str, str]:
    """What is missing, said at the top: the fields are on another page."""
    if form is None:
        return {}
    messages = [*form.form_errors, *(each for one in form for each in one.errors)]
    return {"": " ".join(messages)}


@bp.route("/dokumen/<int:document_id>/ubah", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_EDIT)
def change_document(document_id: int) -> ResponseReturnValue:
    found = document_by_id(db.session(), document_id)
    form = DocumentForm(obj=found)
    form.kind.choices = [one for one in form.kind.choices if one.value == found.kind]
    offer(form, found.kind, found.id)
    if form.validate_on_submit():
        with form.answering():
            operations.change_document(
                db.session(),
                document=found,
                answers=form.answers(),
                actor=current_actor(),
                version=form.seen,
                signed=signed_file(request.files.get(FIELD)),
                storage=current_app.extensions["sp4n.storage"],
            )
        if not form.errors:
            flash(_("Perubahan tersimpan."), "ok")
            return redirect(url_for(".document", document_id=document_id), 303)
    return form_page(form, document_by_id(db.session(), document_id))


@bp.post("/dokumen/<int:document_id>/berlakukan")
@requires(Permission.DOCUMENT_EDIT)
def issue_document(document_id: int) -> ResponseReturnValue:
    found, form = document_by_id(db.session(), document_id), VersionForm()
    if form.validate_on_submit():
        with form.answering():
            operations.issue_document(
                db.session(), document=found, actor=current_actor(), version=form.seen
            )
    if form.errors or form.form_errors:
        return document_page(document_by_id(db.session(), document_id), form=form)
    flash(_("Dokumen ini sekarang tercatat sebagai ditetapkan."), "ok")
    return redirect(url_for(".document", document_id=document_id), 303)


@bp.post("/dokumen/<int:document_id>/cabut")
@requires(Permission.DOCUMENT_EDIT)
def withdraw_document(document_id: int) -> ResponseReturnValue:
    found, form = document_by_id(db.session(), document_id), WithdrawForm()
    if form.validate_on_submit():
        with form.answering():
            operations.withdraw_document(
                db.session(),
                document=found,
                on=form.on.data,
                actor=current_actor(),
                version=form.seen,
            )
    if form.errors or form.form_errors:
        return document_page(document_by_id(db.session(), document_id), withdrawing=form)
    flash(_("Pencabutan tercatat."), "ok")
    return redirect(url_for(".document", document_id=document_id), 303)


@bp.post("/dokumen/<int:document_id>/hapus")
@requires(Permission.DOCUMENT_EDIT)
def discard_document(document_id: int) -> ResponseReturnValue:
    found, form = document_by_id(db.session(), document_id), VersionForm()
    if form.validate_on_submit():
        with form.answering():
            operations.discard_document(db.session(), document=found, actor=current_actor())
    if form.errors or form.form_errors:
        return document_page(document_by_id(db.session(), document_id), form=form)
    flash(_("Draf dihapus."), "ok")
    return redirect(url_for(".register"), 303)


@bp.get("/dokumen/<int:document_id>/berkas")
@requires(Permission.DOCUMENT_VIEW)
def document_file(document_id: int) -> ResponseReturnValue:
    found = document_by_id(db.session(), document_id)
    if not found.storage_key:
        raise NotFound
    return file_response(found, storage=current_app.extensions["sp4n.storage"])
