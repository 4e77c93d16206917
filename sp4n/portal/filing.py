"""Filing a report at an agency: a page a question, then the answers to check, then the receipt.

`filing_steps.STEPS` is the order; `filing_draft` says whose form it is and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from flask import Response, current_app, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from sp4n import clock
from sp4n.cases.access import derive_access_code
from sp4n.cases.extra_form import ExtraForm, elsewhere, first_new, page_of
from sp4n.cases.operations import Confirmation, file_case
from sp4n.config import Settings
from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.files.own_limits import limits_of
from sp4n.files.queries import attachments_of_draft
from sp4n.portal import filing_words as words
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.filing_alike import alike_so_far
from sp4n.portal.filing_draft import (
    Draft,
    current_draft,
    gone,
    new_draft,
    stale_page,
    token_holds,
    unfinished,
)
from sp4n.portal.filing_files import remove_file, take_files
from sp4n.portal.filing_forms import FilesForm
from sp4n.portal.filing_steps import (
    BY_NAME,
    CHECK,
    EXTRA,
    FIRST,
    STEPS,
    Answered,
    ExtraStep,
    FilesStep,
    Step,
    after,
    answered,
    before,
    extra_step,
    fingerprint,
    look_again,
    names_of,
    number_of,
    step_named,
    step_with,
    steps_of,
)
from sp4n.portal.pictures import printed_logo
from sp4n.seals.codes import proof_code
from sp4n.settings.extra_questions import read_questions
from sp4n.web.forms import Form
from sp4n.web.language import current_language

CHANGING: Final = "ubah"  # in the address: one answer is being changed, then back to the check
BACK, UPLOAD, REMOVE = "kembali", "unggah", "hapus"  # buttons that do not go forward


@bp.get("/lapor")
def start() -> ResponseReturnValue:
    return _to(FIRST.name, new_draft())


@bp.route(
    "/lapor/<any(jenis, isi, tempat, rincian, lampiran, identitas):name>", methods=["GET", "POST"]
)
def ask(name: str) -> ResponseReturnValue:
    draft = current_draft()
    if draft.filed:
        return _after_sending(BY_NAME.get(name) or _every_extra(), draft)
    if draft.lost or not (draft.stored or name == FIRST.name):
        return _start_again(draft)
    step = step_named(name, draft)
    if step is None:  # nothing is asked of this form any more
        return _to(CHECK, draft)
    if request.method == "POST":
        return _take(step, draft)
    return _show(step, draft, step.form_of(draft))


@bp.route(f"/lapor/{CHECK}", methods=["GET", "POST"])
def check() -> ResponseReturnValue:
    draft = current_draft()
    if draft.filed:
        return _to("selesai", draft)
    if not draft.stored:
        return _start_again(draft)
    found = answered(draft)
    if found.faulty:
        return _ask_again(found.faulty, draft)
    if found.changed:
        look_again(draft, found)
        draft.keep()
    elif request.method == "POST" and token_holds():
        try:
            return _send(draft, found)
        except Invalid as refusal:
            return _ask_again(step_with(refusal.fields, draft), draft, refusal.fields)
    return _show_answers(draft, found)


@bp.get("/lapor/selesai")
def filed() -> ResponseReturnValue:
    draft = current_draft()
    if not draft.filed:
        return _to(CHECK, draft) if draft.stored else _start_again(draft)
    return render_template(
        "portal/filing/selesai.html",
        draft=draft,
        filed=draft.filed,
        access_code=_access_code(draft),
        what_next=words.what_next(draft.filed),
        receipt_url=url_for("portal.receipt", formulir=draft.handle),
    )


@bp.get("/lapor/bukti")
def receipt() -> ResponseReturnValue:
    draft = current_draft()
    if not draft.filed:
        return _to(CHECK, draft) if draft.stored else _start_again(draft)
    # Weighs 17 MB, in a room that workers load as well: `sp4n web` loads it before it forks.
    from sp4n.portal.receipt import receipt_pdf

    reference, settings = draft.filed["reference"], current_app.extensions["sp4n.settings"]
    content = receipt_pdf(
        draft.filed,
        _access_code(draft),
        printed_logo(),
        proof=proof_code(settings.secret_key, reference),
        extra=words.extra_said(reference),
    )
    pdf = Response(content, mimetype="application/pdf")
    name = f"tanda-terima-{reference}.pdf"
    pdf.headers.set("Content-Disposition", "attachment", filename=name)
    return pdf


@bp.record_once
def tokens_are_checked_here(state: BlueprintSetupState) -> None:
    """A page that was open too long is shown again with all that was typed, not refused."""
    for view in (ask, check):
        state.app.extensions["csrf"].exempt(view)


def _take(step: Step, draft: Draft) -> ResponseReturnValue:
    """What one page brought: kept right or wrong, and on to the next when it is right."""
    step.take(draft)
    form, trusted = step.form_of(draft), token_holds()
    right = step.understand(draft, form)
    if isinstance(form, FilesForm):
        right = take_files(draft, form)
    draft.keep()
    if not trusted:
        form.form_errors.append(stale_page())
        return _show(step, draft, form, 422)
    if BACK in request.form:
        return _to(_way_back(step, draft), draft)
    if REMOVE in request.form:
        remove_file(draft, request.form[REMOVE])
    stays = UPLOAD in request.form or REMOVE in request.form
    if right and not stays and isinstance(step, FilesStep) and (lacking := step.lacking(draft)):
        form["attachments"].errors, right = [lacking], False
    if not right and not form.errors:  # what was answered asks for more
        return _to(step.name, draft, changing=_changing(), anchor=first_new(form))
    if not right:
        return _show(step, draft, form, 422)
    to = step.name if stays else _way_on(step, draft)
    return _to(to, draft, changing=stays and _changing())


def _send(draft: Draft, found: Answered) -> ResponseReturnValue:
    settings: Settings = current_app.extensions["sp4n.settings"]
    answers = found.answers

    def remember(shown: Confirmation) -> dict[str, Any]:
        steps = steps_of(draft)
        prints = {step.name: fingerprint(step, draft, settings.secret_key) for step in steps}
        return {"filed": words.marker(shown, answers, prints)}

    file_case(
        db.session(),
        sealer=current_app.extensions["sp4n.sealer"],
        secret=settings.secret_key,
        form_key=draft.key,
        answers=answers,
        agency=g.agency,
        language=current_language(),
        trial=g.agency.preparing,
        remember=remember,
    )
    return _to("selesai", draft)


def _show(step: Step, draft: Draft, form: Form, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        step.template,
        step=step,
        form=form,
        draft=draft,
        number=number_of(step.name, draft),
        total=len(names_of(draft)),
        action=_address(step.name, draft, changing=_changing()),
        changing=_changing(),
        goes_back=step is not FIRST,
        unfinished=unfinished(draft) if step is FIRST and not draft.stored else None,
        files=words.file_rows(draft) if isinstance(form, FilesForm) else None,
        asked=page_of(form) if isinstance(form, ExtraForm) else None,
        elsewhere=elsewhere(form, g.agency) if isinstance(form, ExtraForm) else None,
        today=clock.today(g.agency.zone),
        limits=limits_of(g.agency),
    )
    return page, status


def _show_answers(draft: Draft, found: Answered) -> ResponseReturnValue:
    """Reached by POST, its token did not hold, or the agency asks otherwise than it did."""
    files, sent = attachments_of_draft(db.session(), draft.key_hash), request.method == "POST"
    said = words.questions_changed() if found.changed else stale_page() if sent else ""
    page = render_template(
        "portal/filing/periksa.html",
        draft=draft,
        number=number_of(CHECK, draft),
        total=len(names_of(draft)),
        action=_address(CHECK, draft),
        back=_address(before(CHECK, draft) or FIRST.name, draft),
        groups=words.answer_rows(draft, found.answers, files, found.extra),
        who_sees=words.who_sees(found.answers, bool(files)),
        alike=None if sent else alike_so_far(found.answers),
        personal=words.personal_data(found.answers),
        errors={"": said} if said else None,
    )
    return page, 422 if sent else 200


def _start_again(draft: Draft) -> ResponseReturnValue:
    """The first page with the reason; answers that came along are kept in the new form."""
    draft = draft if draft.lost else new_draft(gone())
    form = FIRST.form_of(draft)
    if request.method != "POST":
        return _show(FIRST, draft, form)
    for step in (*STEPS, _every_extra()):
        step.take(draft)
    draft.understood.clear()
    files = FilesForm(formdata=None)
    take_files(draft, files)
    draft.keep()
    form = FIRST.form_of(draft)
    form.form_errors.extend([draft.lost, *files.attachments.errors])
    return _show(FIRST, draft, form, 422)


def _ask_again(
    step: Step, draft: Draft, wrong: Mapping[str, str] = MappingProxyType({})
) -> ResponseReturnValue:
    """An answer is missing, wrong, or became so since it was given (`wrong`): there is nothing to
    check or send yet."""
    if request.method != "POST":
        return _to(step.name, draft, changing=isinstance(step, ExtraStep))
    form = step.form_of(draft)
    token_holds()
    form.validate()
    if isinstance(step, ExtraStep) and not form.errors and not wrong:
        form.form_errors.append(words.more_asked())
    if isinstance(step, FilesStep):
        form["attachments"].errors = [step.lacking(draft)]
    for name in wrong.keys() & set(step.fields):
        form[name].errors = form[name].errors or (wrong[name],)
    return _show(step, draft, form, 422)


def _after_sending(step: Step, draft: Draft) -> ResponseReturnValue:
    """Back leads to the confirmation; answers other than those sent are not thrown away unsaid."""
    assert draft.filed is not None
    step.take(draft)
    settings: Settings = current_app.extensions["sp4n.settings"]
    print_now = fingerprint(step, draft, settings.secret_key)
    same = draft.filed["prints"].get(step.name) == print_now
    if request.method != "POST" or (same and not any(request.files.values())):
        return _to("selesai", draft)
    page = render_template(
        "portal/filing/terkirim.html",
        filed=draft.filed,
        typed=step.typed(draft),
        confirmation=_address("selesai", draft),
    )
    return page, 422


def _every_extra() -> ExtraStep:
    """Of whatever topic: the form that it belonged to is not there to say."""
    return extra_step(read_questions(g.agency.questions))


def _way_on(step: Step, draft: Draft) -> str:
    return CHECK if _changing() else after(step.name, draft)


def _way_back(step: Step, draft: Draft) -> str:
    return CHECK if _changing() else before(step.name, draft) or FIRST.name


def _changing() -> bool:
    return CHANGING in request.args


def _address(name: str, draft: Draft, *, changing: bool = False, anchor: str = "") -> str:
    if name in BY_NAME or name == EXTRA:
        ubah, place = 1 if changing else None, anchor or None
        return url_for("portal.ask", name=name, formulir=draft.handle, ubah=ubah, _anchor=place)
    return url_for(f"portal.{'check' if name == CHECK else 'filed'}", formulir=draft.handle)


def _to(
    name: str, draft: Draft, *, changing: bool = False, anchor: str = ""
) -> ResponseReturnValue:
    return redirect(_address(name, draft, changing=changing, anchor=anchor), 303)


def _access_code(draft: Draft) -> str:
    settings: Settings = current_app.extensions["sp4n.settings"]
    return derive_access_code(settings.secret_key, g.agency.id, draft.key)
