"""Following a case with its reference and access code, no account needed; and writing back.

The code is typed into a form, never in an address; what the cookie keeps is the case's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts.throttle import throttle
from sp4n.calendars.local_holidays import calendar_of
from sp4n.cases.contesting import contest_act, contest_open
from sp4n.cases.extra_answers import answer_lines
from sp4n.cases.groups import others_like_it
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations import accept_answer, allow_contact, contest_case, reply_to_case
from sp4n.cases.part_queries import Relative, opened_with, relatives, whole_of
from sp4n.cases.queries import case_events, is_told, open_question, tracked_case
from sp4n.cases.rating import end_to_rate
from sp4n.cases.references import parse_reference
from sp4n.cases.states import Act, allows
from sp4n.cases.timeline import Entry, clock_words, entries, file_lines
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.db import db
from sp4n.errors import NotFound
from sp4n.files.own_limits import limits_of
from sp4n.files.queries import attachment_by_id, attachments_of_case
from sp4n.files.serving import file_response
from sp4n.organisation.queries import unit_cards
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.enclosing import enclosed_in
from sp4n.portal.forms import ContestForm, OmbudsmanForm, RatingForm, ReplyForm, TrackForm
from sp4n.portal.handed_over import (
    between,
    custodian_elsewhere,
    sent_on_from_here,
    with_the_ombudsman,
)
from sp4n.portal.numbers import number_part
from sp4n.portal.own_reports import TOKEN, case_of_reporter, end_reporter
from sp4n.seals.codes import proof_code
from sp4n.tenants.addresses import agency_link
from sp4n.tenants.resolver import AgencyFacts
from sp4n.web.forms import Form
from sp4n.web.language import current_language

KEPT = "tracked"
MOST_KEPT = 10


@bp.route("/lacak", methods=["GET", "POST"])
def track() -> ResponseReturnValue:
    reference = request.args.get("reference", "")[:40]
    form = TrackForm(data={"reference": reference})
    if not form.is_submitted():
        elsewhere = sent_on_from_here(reference)
        if elsewhere is not None:
            return redirect(agency_link(elsewhere, "/lacak?" + urlencode({"reference": reference})))
        return render_template("portal/tracking/track.html", form=form)
    if form.validate():
        try:
            return opened(form)
        except NotFound:
            return not_found_here(form)
    return render_template("portal/tracking/track.html", form=form), 422


def opened(form: TrackForm) -> ResponseReturnValue:
    attempt = throttle().attempt(
        "track",
        account=parse_reference(form.reference.data) or "",
        address=request.remote_addr,
    )
    case = tracked_case(
        db.session(),
        secret=current_app.extensions["sp4n.settings"].secret_key,
        reference=form.reference.data,
        access_code=form.access_code.data,
    )
    attempt.succeeded()
    whole_id = whole_of(db.session(), case)
    now = [case.id] if whole_id is None else [whole_id, case.id]
    kept = [one for one in session.get(KEPT, []) if one not in now]
    session[KEPT] = [*kept, *now][-MOST_KEPT:]
    return redirect(url_for(".tracked", reference=case.reference), 303)


def not_found_here(form: TrackForm) -> ResponseReturnValue:
    """Which agency has a reference is public; whether the code was right is not said."""
    reference = form.reference.data
    other = custodian_elsewhere(reference)
    form.reference.errors = [wrong_pair(other)]
    there = other and agency_link(other, "/lacak?" + urlencode({"reference": reference}))
    return render_template("portal/tracking/track.html", form=form, other=other, there=there), 422


def wrong_pair(other: AgencyFacts | None) -> str:
    if other is not None:
        return _("Laporan ini ada di %(who)s. Lacak di halaman instansi itu.", who=other.name)
    return _(
        "Nomor laporan atau kode akses tidak cocok. Periksa tanda terima Anda, lalu coba lagi."
    )


def kept_case(reference: str) -> CaseRecord:
    """Only a case that this browser has opened with its code, or a part of one; or one of who is
    signed in as its reporter."""
    number, kept = parse_reference(reference), session.get(KEPT, [])
    wanted = sa.select(CaseRecord).where(CaseRecord.reference == number, opened_with(kept))
    found = db.session.scalar(wanted) if kept else None
    if found is None and number:
        found = case_of_reporter(number)
    if found is None:
        raise NotFound
    return found


@bp.get("/lacak/<reference>")
def tracked(reference: str) -> ResponseReturnValue:
    if not session.get(KEPT) and TOKEN not in session:
        return redirect(url_for(".track", reference=reference[:40]))
    return case_page(kept_case(reference))


def case_page(case: CaseRecord, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """`form`: the one that was sent and is shown again; the others are empty."""
    cards = unit_cards(db.session())
    names = {unit_id: card.name for unit_id, card in cards.items()}
    holder = names.get(case.unit_id or 0) or g.agency.short_name
    events = case_events(db.session(), case=case, public_only=True)
    page = render_template(
        "portal/tracking/case.html",
        case=case,
        form=form,
        reply=form if isinstance(form, ReplyForm) else ReplyForm(formdata=None),
        contest=form if isinstance(form, ContestForm) else ContestForm(formdata=None),
        limits=limits_of(g.agency),
        rating=form if isinstance(form, RatingForm) else RatingForm(formdata=None),
        holder=holder,
        unit=cards.get(case.unit_id or 0),
        clock=clock_words(
            case,
            at=clock.now(),
            calendar=calendar_of(g.agency),
            language=current_language(),
            holder=holder,
            to_reporter=True,
        ),
        events=history(case, events, names),
        relatives=relatives_told(case, events),
        classification=CLASSIFICATION_LABELS[case.classification],
        extra=answer_lines(case.extra_answers, current_language()),
        question=open_question(db.session(), case),
        can_reply=allows(case, Act.REPLY),
        can_accept=allows(case, Act.ACCEPT),
        can_withdraw=allows(case, Act.WITHDRAW),
        can_contest=contest_open(case, clock.now()),
        appeals=contest_act(case) == Act.APPEAL,
        can_rate=end_to_rate(case, events) is not None,
        ombudsman=form if isinstance(form, OmbudsmanForm) else OmbudsmanForm(formdata=None),
        **with_the_ombudsman(case, events),
        same_event=others_like_it(db.session(), case),
        **number_part(case, form),
        proof=proof_code(current_app.extensions["sp4n.settings"].secret_key, case.reference),
        **between(case),
    )
    return page, status


def relatives_told(case: CaseRecord, events: Sequence[CaseEvent]) -> list[Relative]:
    """The other parts of what came in as one report; asked for only where there are some."""
    parted = any(event.kind in ("split", "split_off") for event in events)
    return relatives(db.session(), case) if parted else []


def history(case: CaseRecord, events: Sequence[CaseEvent], names: dict[int, str]) -> list[Entry]:
    files = file_lines(
        attachments_of_case(db.session(), case.id),
        lambda one: url_for(".tracked_file", reference=case.reference, attachment_id=one.id),
    )
    return entries(
        events,
        zone=g.agency.zone,
        language=current_language(),
        agency_name=g.agency.short_name,
        unit_names=names,
        files=files,
    )[::-1]


@bp.post("/lacak/<reference>/tanggapan")
def reply(reference: str) -> ResponseReturnValue:
    case = kept_case(reference)
    form = ReplyForm()
    if form.validate() and (enclosed := enclosed_in(form)):
        with form.answering():
            reply_to_case(db.session(), case=case, body=form.body.data, enclosed=enclosed)
    if form.errors or form.form_errors:
        return case_page(case, form, form.status)
    flash(_("Tanggapan Anda sudah dikirim."), "ok")
    return redirect(url_for(".tracked", reference=case.reference), 303)


@bp.post("/lacak/<reference>/selesai")
def accept(reference: str) -> ResponseReturnValue:
    case = kept_case(reference)
    accept_answer(db.session(), case=case)
    flash(_("Terima kasih. Laporan ini kami catat selesai."), "ok")
    return redirect(url_for(".tracked", reference=case.reference), 303)


@bp.post("/lacak/<reference>/izin-kontak")
def allow_contact_on(reference: str) -> ResponseReturnValue:
    case = kept_case(reference)
    allow_contact(db.session(), case=case)
    flash(_("Izin Anda sudah dicatat. Nama dan kontak Anda ikut diteruskan."), "ok")
    return redirect(url_for(".tracked", reference=case.reference), 303)


@bp.post("/lacak/<reference>/sanggahan")
def contest(reference: str) -> ResponseReturnValue:
    case = kept_case(reference)
    form = ContestForm()
    if form.validate() and (enclosed := enclosed_in(form)):
        with form.answering():
            contest_case(db.session(), case=case, body=form.objection.data, enclosed=enclosed)
    if form.errors or form.form_errors:
        return case_page(case, form, form.status)
    flash(_("Sanggahan Anda sudah kami terima."), "ok")
    return redirect(url_for(".tracked", reference=case.reference), 303)


@bp.get("/lacak/<reference>/berkas/<int:attachment_id>")
def tracked_file(reference: str, attachment_id: int) -> ResponseReturnValue:
    case = kept_case(reference)
    attachment = attachment_by_id(db.session(), attachment_id)
    if attachment.case_id != case.id or not is_told(db.session(), attachment.event_id):
        raise NotFound
    return file_response(attachment, storage=current_app.extensions["sp4n.storage"])


@bp.post("/lacak/keluar")
def stop_tracking() -> ResponseReturnValue:
    """On a shared telephone: nothing of the case stays in this browser."""
    session.pop(KEPT, None)
    end_reporter()
    flash(_("Laporan sudah ditutup di perangkat ini."), "ok")
    return redirect(url_for(".track"), 303)
