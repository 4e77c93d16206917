"""One agency from within, for a coordinator who has said why: its cases, for reading; what they
decide there is in `decisions`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts.operations import invite_first_keeper
from sp4n.accounts.permissions import Permission, may
from sp4n.calendars.local_holidays import calendar_of
from sp4n.cases.deadlines import deadline
from sp4n.cases.extra_answers import answer_lines
from sp4n.cases.masking import masked
from sp4n.cases.models import CaseRecord
from sp4n.cases.queries import (
    case_by_reference,
    case_counts,
    case_events,
    case_list,
)
from sp4n.cases.references import parse_reference
from sp4n.cases.states import State
from sp4n.cases.timeline import FileLine, clock_words, entries, file_lines
from sp4n.cases.veiled import veiled, veiled_entries
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.db import db
from sp4n.errors import NotAllowed
from sp4n.files.queries import attachments_of_case
from sp4n.national.blueprints import inside as bp
from sp4n.national.entries import enter_agency, leave_agency, open_entry
from sp4n.national.forms import DecisionForm, EntryForm, FirstAdminForm
from sp4n.national.scopes import check_operator
from sp4n.organisation.queries import unit_names
from sp4n.web.language import current_language
from sp4n.web.paging import parse_cursor

ON_A_PAGE = 50
OUTSIDE = {"national_inside.enter", "national_inside.leave", "national_inside.invite_admin"}
# What an agency has submitted for them to read.
OUTSIDE |= {f"national_inside.{name}" for name in ("plan", "remark_plan", "decide_plan")}
# Reads nothing of the agency.
OUTSIDE |= {"national_inside.measure_again"}

bp.before_request(check_operator)


@bp.before_request
def check_entry() -> ResponseReturnValue | None:
    """Without a reason under way, the reason is asked for first."""
    if request.endpoint in OUTSIDE:
        return None
    g.entry = open_entry(db.session(), actor=g.operator.actor)
    if g.entry is None:
        named = request.view_args or {}
        wanted = {"laporan": named.get("reference"), "putusan": named.get("handover_id")}
        wanted["ombudsman"] = named.get("handoff_id")
        return redirect(url_for("national_inside.enter", slug=g.entered.slug, **wanted))
    return None


@bp.route("/buka", methods=["GET", "POST"])
def enter(slug: str) -> ResponseReturnValue:
    """On the way to one case (`laporan`), or to all of them."""
    form, wanted = EntryForm(), parse_reference(request.args.get("laporan", ""))
    if form.validate_on_submit():
        with form.answering():
            enter_agency(db.session(), actor=g.operator.actor, reason=form.reason.data)
        if not form.errors and wanted:
            return redirect(url_for(".case", slug=slug, reference=wanted), 303)
        if not form.errors:
            return redirect(wanted_inside(slug), 303)
    page = render_template("national/inside/enter.html", form=form, one=g.entered, wanted=wanted)
    return page, 422 if form.errors else 200


def wanted_inside(slug: str) -> str:
    handed = request.args.get("ombudsman", type=int)
    if handed is not None:
        return url_for(".handoff", slug=slug, handoff_id=handed)
    decide = request.args.get("putusan", type=int)
    if decide is None:
        return url_for(".cases", slug=slug)
    return url_for(".decide_custody", slug=slug, handover_id=decide)


@bp.post("/tutup")
def leave(slug: str) -> ResponseReturnValue:
    leave_agency(db.session(), actor=g.operator.actor)
    flash(_("Anda sudah keluar dari laporan instansi ini."), "ok")
    return redirect(url_for("national.agency", slug=slug), 303)


@bp.route("/admin-pertama", methods=["GET", "POST"])
def invite_admin(slug: str) -> ResponseReturnValue:
    """Says nothing of the agency's people, so it asks for no reason; the agency's trail has it."""
    if not may(g.operator.actor.role, Permission.AGENCY_EDIT):
        raise NotAllowed
    form = FirstAdminForm()
    if form.validate_on_submit():
        with form.answering():
            invite_first_keeper(
                db.session(),
                email=form.email.data,
                name=form.name.data,
                actor=g.operator.actor,
            )
        if not form.errors:
            flash(_("Undangan segera dikirim ke %(email)s.", email=form.email.data), "ok")
            return redirect(url_for("national.agency", slug=slug), 303)
    page = render_template("national/inside/invite_admin.html", form=form, one=g.entered)
    return page, form.status if form.errors else 200


@bp.get("/laporan")
def cases(slug: str) -> ResponseReturnValue:
    state = request.args.get("status")
    state = state if state in set(State) else None
    counted = case_counts(db.session(), actor=g.operator.actor)
    found = case_list(
        db.session(),
        actor=g.operator.actor,
        state=state,
        overdue=request.args.get("terlambat") == "1",
        before=parse_cursor(request.args.get("sebelum")),
        limit=ON_A_PAGE,
    )
    return render_template(
        "national/inside/cases.html",
        one=g.entered,
        entry=g.entry,
        state=state,
        found=replace(found, rows=[veiled(one) for one in found.rows]),
        counts=counted.by_state,
        overdue=counted.overdue,
        units=unit_names(db.session()),
        clock_of=partial(
            deadline,
            at=clock.now(),
            calendar=calendar_of(g.entered),
            language=current_language(),
        ),
    )


@bp.get("/laporan/<reference>")
def case(slug: str, reference: str) -> ResponseReturnValue:
    found = case_by_reference(db.session(), reference=reference, actor=g.operator.actor)
    return case_page(found)


def case_page(found: CaseRecord, form: DecisionForm | None = None) -> str:
    """`form`: a decision that was sent and is shown again."""
    session, language = db.session(), current_language()
    names = unit_names(session)
    holder = names.get(found.unit_id or 0) or g.entered.short_name
    decides = found.state == State.DISPUTED and may(g.operator.actor.role, Permission.CASE_DECIDE)
    return render_template(
        "national/inside/case.html",
        one=g.entered,
        entry=g.entry,
        case=veiled(found),
        form=form,
        decision=form or DecisionForm(formdata=None, data={"version": found.version}),
        decides=decides,
        clock=clock_words(
            found,
            at=clock.now(),
            calendar=calendar_of(g.entered),
            language=language,
            holder=holder,
        ),
        events=veiled_entries(
            entries(
                case_events(session, case=found, public_only=False),
                zone=g.entered.zone,
                language=language,
                agency_name=g.entered.short_name,
                unit_names=names,
                files=evidence(found) if decides else None,
                names=True,
            )[::-1],
            found,
        ),
        classification=CLASSIFICATION_LABELS[found.classification],
        extra=[
            (label, masked(words, found.hidden))
            for label, words in answer_lines(found.extra_answers, language)
        ],
        holder=holder,
    )


def evidence(case: CaseRecord) -> dict[int, list[FileLine]]:
    there = {"slug": g.entered.slug, "reference": case.reference}
    return file_lines(
        attachments_of_case(db.session(), case.id),
        lambda one: url_for(".case_file", attachment_id=one.id, **there),
    )
