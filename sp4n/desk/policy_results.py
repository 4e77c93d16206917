"""What came of a policy: periods that were measured, each proposal with its rule, its number and
the very cases behind it; objecting, deciding, printing the letter."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission, may
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.policies import of_proposals, words
from sp4n.desk.policy_forms import GrantForm, ObjectionForm, WaiveForm
from sp4n.errors import NotFound
from sp4n.policies import applying, queries
from sp4n.policies.models import PolicyProposal, PolicyRun, PolicyVersion
from sp4n.policies.periods import Period, PeriodKind
from sp4n.policies.rules import Subject, read_rule
from sp4n.policies.steps import SANCTION, STEPS
from sp4n.policies.words import amount, condition, sentence, step_label
from sp4n.web.forms import Form
from sp4n.web.language import current_language

LISTED: Final = 500


@bp.get("/kebijakan/hasil/<int:run_id>")
@requires(Permission.POLICY_RESULTS)
def policy_run(run_id: int) -> ResponseReturnValue:
    session, language = db.session(), current_language()
    run = queries.run_by_id(session, run_id=run_id)
    proposals = queries.proposals_of(session, run.id, actor=current_actor())
    decides = may(current_actor().role, Permission.POLICY_DECIDE)
    if not proposals and not decides:
        raise NotFound
    return render_template(
        "desk/policies/run.html",
        run=run,
        version=queries.version_by_id(session, version_id=run.version_id),
        label=period_of(run).label(language),
        proposals=proposals,
        value_of=lambda one: amount(one.rule["measure"], one.measured["value"], language),
        condition_of=lambda one: condition(read_rule(one.rule), language),
        decides=decides,
        **of_proposals(),
    )


@bp.get("/kebijakan/usulan/<int:proposal_id>")
@requires(Permission.POLICY_RESULTS)
def policy_proposal(proposal_id: int) -> ResponseReturnValue:
    return proposal_page(loaded(proposal_id))


def loaded(proposal_id: int) -> PolicyProposal:
    return queries.proposal_by_id(db.session(), proposal_id=proposal_id, actor=current_actor())


def proposal_page(one: PolicyProposal, sent: Form | None = None) -> ResponseReturnValue:
    session, actor, language = db.session(), current_actor(), current_language()
    run, version = about(one)
    rule, now = read_rule(one.rule), clock.now()
    cases = queries.kept_cases(session, one)
    lines = queries.case_lines(session, cases[:LISTED], actor=actor)
    open_still = one.state in ("proposed", "objected")
    may_decide = open_still and may(actor.role, Permission.POLICY_DECIDE)
    waits = one.effect == SANCTION and one.state == "proposed" and now <= one.object_until
    page = render_template(
        "desk/policies/proposal.html",
        one=one,
        run=run,
        version=version,
        label=period_of(run).label(language),
        rule=rule,
        sentence=sentence(rule, language),
        value=amount(rule.measure, one.measured["value"], language),
        lines=lines,
        cases=len(cases),
        hidden=len(cases) - len(lines),
        objecting=_objecting(one, sent),
        granting=_granting(one, sent) if may_decide and not waits else None,
        waiving=_of(WaiveForm, sent) if may_decide else None,
        waits=waits and may_decide,
        form=sent,
        **words(),
        **of_proposals(),
    )
    return page, sent.status if sent and (sent.errors or sent.form_errors) else 200


def _of(kind: type[Form], sent: Form | None) -> Form:
    return sent if isinstance(sent, kind) else kind(formdata=None)


def _objecting(one: PolicyProposal, sent: Form | None) -> Form | None:
    open_still = one.state == "proposed" and clock.now() <= one.object_until
    return (
        _of(ObjectionForm, sent)
        if open_still and applying.may_object(one, current_actor())
        else None
    )


def _granting(one: PolicyProposal, sent: Form | None) -> Form:
    form = _of(GrantForm, sent)
    form.step.choices = [(key, step_label(key)) for key in applying.choosable(one)]
    if sent is not form:
        form.step.data = one.step
    return form


def about(one: PolicyProposal) -> tuple[PolicyRun, PolicyVersion]:
    run = queries.run_by_id(db.session(), run_id=one.run_id)
    return run, queries.version_by_id(db.session(), version_id=run.version_id)


def period_of(run: PolicyRun) -> Period:
    return Period(PeriodKind(run.period_kind), run.starts_on)


@bp.post("/kebijakan/usulan/<int:proposal_id>/keberatan")
@requires(Permission.POLICY_RESULTS)
def object_to_proposal(proposal_id: int) -> ResponseReturnValue:
    one, form = loaded(proposal_id), ObjectionForm()
    if form.validate():
        with form.answering():
            applying.object_to(
                db.session(),
                proposal=one,
                reason=form.objection.data or "",
                actor=current_actor(),
            )
    return after(
        proposal_id, form, _("Keberatan terkirim. Pimpinan menjawabnya bersama keputusan.")
    )


@bp.post("/kebijakan/usulan/<int:proposal_id>/beri")
@requires(Permission.POLICY_DECIDE)
def grant_proposal(proposal_id: int) -> ResponseReturnValue:
    one, form = loaded(proposal_id), GrantForm()
    form.step.choices = [(key, step_label(key)) for key in applying.choosable(one)]
    if form.validate():
        with form.answering():
            applying.grant(
                db.session(),
                proposal=one,
                step=form.step.data,
                reason=form.reason.data or "",
                letter_number=form.letter_number.data or "",
                signatory=form.signatory.data or "",
                signatory_title=form.signatory_title.data or "",
                actor=current_actor(),
            )
    return after(proposal_id, form, _("Diputus. Suratnya dapat dicetak."))


@bp.post("/kebijakan/usulan/<int:proposal_id>/tolak")
@requires(Permission.POLICY_DECIDE)
def waive_proposal(proposal_id: int) -> ResponseReturnValue:
    one, form = loaded(proposal_id), WaiveForm()
    if form.validate():
        with form.answering():
            applying.waive(
                db.session(), proposal=one, reason=form.reason.data or "", actor=current_actor()
            )
    return after(proposal_id, form, _("Diputus: tidak diberikan."))


def after(proposal_id: int, form: Form, done: str) -> ResponseReturnValue:
    if form.errors or form.form_errors:
        return proposal_page(loaded(proposal_id), form)
    flash(done, "ok")
    return redirect(url_for(".policy_proposal", proposal_id=proposal_id), 303)


@bp.get("/kebijakan/usulan/<int:proposal_id>/surat.pdf")
@requires(Permission.POLICY_RESULTS)
def policy_letter(proposal_id: int) -> ResponseReturnValue:
    from sp4n.desk.policy_pdf import LetterFacts, letter_pdf

    one = loaded(proposal_id)
    if one.state != "granted" or one.decided_at is None or one.step not in STEPS:
        raise NotFound
    run, version = about(one)
    day: date = one.decided_at.astimezone(g.agency.zone).date()
    facts = LetterFacts(
        effect=one.effect,
        step=one.step,
        name=of_proposals()["name_of"](one),
        person=one.subject_kind == Subject.PERSON,
        period=period_of(run),
        rule=read_rule(one.rule),
        measured=one.measured,
        reason=one.reason,
        objection=one.objection,
        policy=version.title,
        policy_number=version.number,
        number=one.letter_number,
        day=day,
        signatory=one.signatory,
        signatory_title=one.signatory_title,
    )
    pdf = Response(letter_pdf(facts), mimetype="application/pdf")
    pdf.headers.set("Content-Disposition", "attachment", filename=f"surat-{one.id}.pdf")
    pdf.headers["Cache-Control"] = "private, no-store"
    return pdf
