"""The desk's list and case, and what staff do with a case: each act one operation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.calendars.local_holidays import calendar_of
from sp4n.cases import operations
from sp4n.cases.deadlines import deadline
from sp4n.cases.evidence import Evidence
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.queries import case_by_reference, case_counts, case_list
from sp4n.cases.vault import IdentityFacts, identity_of
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.case_page import CasePage, approved_first
from sp4n.desk.forms import AnswerForm, ArchiveForm, AssignForm, CaseForm, NoteForm, VerifyForm
from sp4n.desk.hiding import ask_first
from sp4n.desk.lists import wanted
from sp4n.desk.reply_choice import USE, template_used
from sp4n.desk.staff_forms import ApproveForm, MacroForm, ReopenForm
from sp4n.errors import Invalid, NotFound
from sp4n.files.cleaning import CleanFile
from sp4n.files.operations import store_upload
from sp4n.files.own_limits import limits_of
from sp4n.files.queries import attachment_by_id
from sp4n.files.receiving import receive
from sp4n.files.refusals import FIELD
from sp4n.files.serving import file_response
from sp4n.organisation.queries import unit_names
from sp4n.settings.answer_rules import APPROVAL, asks_somewhere
from sp4n.settings.intake import read_intake, topics
from sp4n.web.language import current_language
from sp4n.web.paging import parse_cursor
from sp4n.workbench.bulk import MOST_CASES

ON_A_PAGE = 50
GO_ON = "lanjut"  # a button: the act, and then the next case
Sent = TypeVar("Sent", bound=CaseForm)


@bp.get("/")
@requires(Permission.CASE_VIEW)
def cases() -> ResponseReturnValue:
    actor, session, asked = current_actor(), db.session(), wanted()
    counted = case_counts(session, actor=actor)
    return render_template(
        "desk/cases.html",
        found=case_list(
            session,
            actor=actor,
            state=asked.state,
            unit_id=asked.unit_id,
            overdue=asked.overdue,
            topic=asked.topic,
            text=asked.text,
            more=asked.more,
            before=parse_cursor(request.args.get("sebelum")),
            limit=ON_A_PAGE,
            marked=True,
        ),
        asked=asked,
        most_at_once=MOST_CASES,
        classes=list(CLASSIFICATION_LABELS.items()),
        counts=counted.by_state,
        overdue=counted.overdue,
        escalated=counted.escalated,
        units=unit_names(session),
        approval_asked=asks_somewhere(session, g.agency, APPROVAL),
        topics=[
            (one.token, one.label(current_language()))
            for one in topics(session, read_intake(g.agency.intake))
        ],
        clock_of=partial(
            deadline,
            at=clock.now(),
            calendar=calendar_of(g.agency),
            language=current_language(),
        ),
    )


@bp.get("/laporan/<reference>")
@requires(Permission.CASE_VIEW)
def case(reference: str) -> ResponseReturnValue:
    return CasePage.of(loaded(reference), current_actor()).rendered()


def loaded(reference: str) -> CaseRecord:
    return case_by_reference(db.session(), reference=reference, actor=current_actor())


def done(
    reference: str,
    kind: type[Sent],
    act: Callable[[CasePage, Sent], object],
    words: str | Callable[[CaseRecord], str],
) -> ResponseReturnValue:
    """One act on one case: shown again with what was typed where it is refused. `words`: what is
    said of it, or makes that of the case as it is then."""
    page = CasePage.of(loaded(reference), current_actor(), sent=kind)
    form = page.form(kind)
    if form.validate():
        with form.answering():
            act(page, form)
    if form.errors or form.form_errors:
        return page.rendered(form)
    words = words if isinstance(words, str) else words(page.case)
    asked = wanted()
    on = page.beside(asked)["next_case"] if request.form.get(GO_ON) else None
    if on is None:
        flash(words, "done")
        return redirect(url_for(".case", reference=reference, **asked.place), 303)
    flash(f"{page.case.reference}: {words}", "ok")
    return redirect(url_for(".case", reference=on.reference, **asked.place), 303)


@bp.post("/laporan/<reference>/verifikasi")
@requires(Permission.CASE_VERIFY)
def verify(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: VerifyForm) -> object:
        category_id, own_topic = form.topic
        secret = page.case.confidential or form.supervision.data
        if form.publish.data and not (secret or page.case.trial):
            ask_first(form, page.case, page.actor, form.texts, page.case.hidden)
        return operations.verify_case(
            db.session(),
            case=page.case,
            actor=page.actor,
            supervision=form.supervision.data,
            category_id=category_id,
            own_topic=own_topic,
            publish=form.publish.data,
            public_title=form.public_title.data or "",
            public_body=form.public_body.data or "",
            public_location=form.public_location.data or "",
            hidden=form.chosen(form.texts, page.case.hidden),
            unit_id=form.unit_id.data,
            version=form.version.data,
        )

    return done(reference, VerifyForm, act, _("Laporan sudah diverifikasi."))


@bp.post("/laporan/<reference>/teruskan")
@requires(Permission.CASE_ASSIGN)
def assign(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: AssignForm) -> object:
        return operations.assign_case(
            db.session(),
            case=page.case,
            actor=page.actor,
            unit_id=form.unit_id.data,
            note=form.note.data or "",
            version=form.version.data,
        )

    return done(reference, AssignForm, act, _("Laporan sudah diteruskan."))


@bp.post("/laporan/<reference>/jawab")
@requires(Permission.CASE_ANSWER)
def answer(reference: str) -> ResponseReturnValue:
    if request.form.get(USE):
        return template_used(loaded(reference))
    db.session.rollback()  # the connection is given back: looking into files takes long
    received = receive(request.files.getlist(FIELD), limits_of(g.agency))

    def act(page: CasePage, form: AnswerForm) -> None:
        if received.refusals:
            raise Invalid(fields={FIELD: received.refusals[0]})
        answered(page, form, received.files)

    return done(reference, AnswerForm, act, how_sent)


def how_sent(case: CaseRecord) -> str:
    """What became of an answer."""
    if approved_first(case, current_actor()):
        return _("Draf tanggapan menunggu persetujuan admin; pelapor belum membacanya.")
    return _("Tanggapan sudah dikirim ke pelapor.")


def hide_first(
    page: CasePage, form: AnswerForm | ApproveForm | ReopenForm | MacroForm, text: str
) -> None:
    """Before the text is said where everyone reads it: personal data in it is asked about, and
    what is ticked is masked there."""
    if page.case.published and text:
        ask_first(form, page.case, page.actor, [text])
        hidden = operations.hide_more(
            db.session(),
            case=page.case,
            actor=page.actor,
            passages=form.chosen([text]),
            about=text,
            version=form.version.data,
        )
        if hidden:  # by ourselves, so that is no change in between
            form.version.data = page.case.version


def answered(page: CasePage, form: AnswerForm, files: list[CleanFile]) -> CaseEvent:
    hide_first(page, form, form.body.data or "")
    event = operations.answer_case(
        db.session(),
        case=page.case,
        actor=page.actor,
        body=form.body.data,
        final=form.final.data == "yes",
        evidence=Evidence(form.link.data or "", form.none_because.data or "", len(files)),
        version=form.version.data,
    )
    for file in files:
        store_upload(
            db.session(),
            storage=current_app.extensions["sp4n.storage"],
            file=file,
            case_id=page.case.id,
            event_id=event.id,
            limits=limits_of(g.agency),
        )
    return event


@bp.post("/laporan/<reference>/catatan")
@requires(Permission.CASE_NOTE)
def note(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: NoteForm) -> object:
        return operations.note_case(
            db.session(), case=page.case, actor=page.actor, body=form.body.data
        )

    return done(reference, NoteForm, act, _("Catatan sudah disimpan."))


@bp.post("/laporan/<reference>/arsipkan")
@requires(Permission.CASE_ARCHIVE)
def archive(reference: str) -> ResponseReturnValue:
    def act(page: CasePage, form: ArchiveForm) -> object:
        return operations.archive_case(
            db.session(),
            case=page.case,
            actor=page.actor,
            reason=form.reason.data,
            message=form.message.data,
            version=form.version.data,
        )

    return done(reference, ArchiveForm, act, _("Laporan sudah diarsipkan."))


@bp.post("/laporan/<reference>/identitas")
@requires(Permission.CASE_ANSWER)
def identity(reference: str) -> ResponseReturnValue:
    """Opening it is an act: a POST, and recorded."""
    page = CasePage.of(loaded(reference), current_actor())
    found = identity_of(
        db.session(),
        sealer=current_app.extensions["sp4n.sealer"],
        case=page.case,
        actor=page.actor,
        purpose="handling",
    )
    return page.rendered(identity=found or IdentityFacts())


@bp.get("/laporan/<reference>/berkas/<int:attachment_id>")
@requires(Permission.CASE_VIEW)
def case_file(reference: str, attachment_id: int) -> ResponseReturnValue:
    case = loaded(reference)
    attachment = attachment_by_id(db.session(), attachment_id)
    if attachment.case_id != case.id:
        raise NotFound
    return file_response(attachment, storage=current_app.extensions["sp4n.storage"])
