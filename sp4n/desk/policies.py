"""/desk/kebijakan: policies of rewards and sanctions as all staff read them, and their drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission, may
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.policy_forms import EditsForm, PublishForm, RuleForm, SignedForm, TextForm
from sp4n.errors import NotFound
from sp4n.policies import operations, queries
from sp4n.policies.due import given_up
from sp4n.policies.evaluating import names_of
from sp4n.policies.models import Policy, PolicyProposal, PolicyVersion
from sp4n.policies.rules import (
    Element,
    Rule,
    Subject,
    contradictions,
    missing_elements,
    read_rules,
)
from sp4n.policies.steps import LADDER, RUNGS, STEPS, PolicyStep
from sp4n.policies.words import (
    EFFECT_LABELS,
    ELEMENT_LABELS,
    GRADES,
    MEANINGS,
    MEASURE_LABELS,
    RUBRIC,
    STATE_LABELS,
    STATE_SENTIMENTS,
    sentence,
    step_label,
)
from sp4n.web.language import current_language

LISTED: Final = 50


@dataclass(frozen=True)
class Shown:
    """A version with its rules in words. `steps`: what its rules give, with their sources."""

    version: PolicyVersion
    rules: list[Rule]
    sentences: dict[int, str]
    missing: list[Element]
    clashes: list[tuple[Rule, Rule]]

    @property
    def steps(self) -> list[PolicyStep]:
        named = {one.step for one in self.rules}
        rungs = RUNGS if LADDER in named else ()
        return [one for key, one in STEPS.items() if key in named or key in rungs]

    @property
    def measures(self) -> list[str]:
        held = {one.measure for one in self.rules}
        return [one for one in MEASURE_LABELS if one in held]

    @property
    def state(self) -> str:
        today = clock.today(g.agency.zone)
        if self.version.published_at is None:
            return "draft"
        if queries.in_force(self.version, today):
            return "in_force"
        later = self.version.starts_on is not None and self.version.starts_on > today
        return "later" if later else "over"


def shown(version: PolicyVersion) -> Shown:
    rules, language = read_rules(version.rules), current_language()
    return Shown(
        version,
        rules,
        {one.number: sentence(one, language) for one in rules},
        missing_elements(rules),
        list(contradictions(rules)),
    )


def words() -> dict[str, Any]:
    return {"meanings": MEANINGS, "measures": MEASURE_LABELS, "elements": ELEMENT_LABELS}


@bp.get("/kebijakan")
@requires(Permission.CASE_VIEW)
def policies() -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    versions = queries.versions_of(session)
    if not may(actor.role, Permission.POLICY_EDIT):
        versions = [one for one in versions if one.published_at is not None]
    runs, today = queries.runs_of(session, versions), clock.today(g.agency.zone)
    by_policy: dict[int, list[Shown]] = {}
    for version in versions:
        by_policy.setdefault(version.policy_id, []).append(shown(version))
    return render_template(
        "desk/policies/index.html",
        policies=[one for one in queries.policies(session) if one.id in by_policy],
        by_policy=by_policy,
        standing=queries.standing(versions, runs, today),
        stuck=given_up(session),
        waiting=queries.open_proposals(session, actor=actor, most=LISTED),
        elements=ELEMENT_LABELS,
        grades=GRADES,
        rubric=RUBRIC,
        as_of=clock.now(),
        **of_proposals(),
    )


def of_proposals() -> dict[str, Any]:
    """What templates call proposals by."""
    session = db.session()
    units, people = names_of(session, Subject.UNIT), names_of(session, Subject.PERSON)

    def name_of(one: PolicyProposal) -> str:
        return people.get(one.account_id or 0, "") or units.get(one.unit_id or 0, "–")

    return {
        "name_of": name_of,
        "step_label": step_label,
        "state_labels": STATE_LABELS,
        "state_sentiments": STATE_SENTIMENTS,
        "effects": EFFECT_LABELS,
    }


@bp.route("/kebijakan/baru", methods=["GET", "POST"])
@requires(Permission.POLICY_EDIT)
def new_policy() -> ResponseReturnValue:
    form = TextForm()
    if form.validate_on_submit():
        with form.answering():
            session, text = db.session(), form.text()
            policy = operations.policy_written_before(session, text=text)
            policy = policy or operations.write_policy(session, text=text, actor=current_actor())
            flash(_("Draf tersimpan. Tambahkan aturannya."), "ok")
            return redirect(url_for(".policy_draft", policy_id=policy.id), 303)
    page = render_template("desk/policies/text.html", form=form, policy=None)
    return page, form.status if form.errors or form.form_errors else 200


@bp.get("/kebijakan/<int:policy_id>")
@requires(Permission.CASE_VIEW)
def policy(policy_id: int) -> ResponseReturnValue:
    """The version in force; else the newest that was published."""
    found, versions = loaded(policy_id)
    published = [one for one in versions if one.published_at is not None]
    if not published:
        return redirect(url_for(".policy_draft", policy_id=policy_id), 303)
    today = clock.today(g.agency.zone)
    held = [one for one in published if queries.in_force(one, today)]
    return version_page(found, (held or published)[0], versions)


@bp.get("/kebijakan/<int:policy_id>/versi/<int:number>")
@requires(Permission.CASE_VIEW)
def policy_version(policy_id: int, number: int) -> ResponseReturnValue:
    found, versions = loaded(policy_id)
    for version in versions:
        if version.number == number and version.published_at is not None:
            return version_page(found, version, versions)
    raise NotFound


def version_page(
    found: Policy,
    version: PolicyVersion,
    versions: list[PolicyVersion],
    sent: SignedForm | None = None,
) -> str:
    signing = sent or SignedForm(formdata=None, document_id=version.document_id)
    some = operations.signed_documents(db.session())
    signing.offer(some)
    results = may(current_actor().role, Permission.POLICY_RESULTS)
    return render_template(
        "desk/policies/policy.html",
        policy=found,
        it=shown(version),
        versions=[shown(one) for one in versions],
        runs=queries.runs_of(db.session(), [version]) if results else (),
        signing=signing,
        offered=some,
        signed=next((one for one in some if one.id == version.document_id), None),
        **words(),
    )


@bp.post("/kebijakan/<int:policy_id>/versi/<int:number>/dokumen")
@requires(Permission.POLICY_EDIT)
def name_policy_document(policy_id: int, number: int) -> ResponseReturnValue:
    found, versions = loaded(policy_id)
    published = [one for one in versions if one.number == number and one.published_at is not None]
    if not published:
        raise NotFound
    form = SignedForm()
    form.offer(operations.signed_documents(db.session()))
    if form.validate():
        with form.answering():
            operations.name_document(
                db.session(),
                version=published[0],
                document_id=form.document_id.data,
                actor=current_actor(),
            )
            flash(_("Tersimpan."), "ok")
            return redirect(url_for(".policy_version", policy_id=policy_id, number=number), 303)
    return version_page(found, published[0], versions, form), form.status


def loaded(policy_id: int) -> tuple[Policy, list[PolicyVersion]]:
    """With its versions, the newest first; drafts for who writes them only."""
    session = db.session()
    found = queries.policy_by_id(session, policy_id=policy_id)
    versions = queries.versions_of(session, policy_id)
    if not may(current_actor().role, Permission.POLICY_EDIT):
        versions = [one for one in versions if one.published_at is not None]
    if not versions:
        raise NotFound
    return found, versions


# -- the draft --------------------------------------------------------------------------------


@bp.post("/kebijakan/<int:policy_id>/draf/mulai")
@requires(Permission.POLICY_EDIT)
def begin_policy_draft(policy_id: int) -> ResponseReturnValue:
    found, _versions = loaded(policy_id)
    operations.begin_draft(db.session(), policy=found, actor=current_actor())
    return redirect(url_for(".policy_draft", policy_id=policy_id), 303)


@bp.get("/kebijakan/<int:policy_id>/draf")
@requires(Permission.POLICY_EDIT)
def policy_draft(policy_id: int) -> ResponseReturnValue:
    return draft_page(policy_id)


def draft_page(policy_id: int, sent: PublishForm | None = None) -> ResponseReturnValue:
    found, version = drafted(policy_id)
    form = sent or PublishForm(formdata=None, starts_on=clock.today(g.agency.zone))
    page = render_template(
        "desk/policies/draft.html", policy=found, it=shown(version), form=form, **words()
    )
    return page, form.status if form.errors or form.form_errors else 200


def drafted(policy_id: int) -> tuple[Policy, PolicyVersion]:
    found, _versions = loaded(policy_id)
    version = queries.draft_of(db.session(), policy_id)
    if version is None:
        raise NotFound
    return found, version


@bp.route("/kebijakan/<int:policy_id>/draf/isi", methods=["GET", "POST"])
@requires(Permission.POLICY_EDIT)
def policy_text(policy_id: int) -> ResponseReturnValue:
    found, version = drafted(policy_id)
    form = TextForm(obj=version)
    if form.validate_on_submit():
        with form.answering():
            operations.change_text(
                db.session(),
                policy=found,
                text=form.text(),
                edits=form.seen,
                actor=current_actor(),
            )
            flash(_("Tersimpan."), "ok")
            return redirect(url_for(".policy_draft", policy_id=policy_id), 303)
    page = render_template("desk/policies/text.html", form=form, policy=found)
    return page, form.status if form.errors or form.form_errors else 200


@bp.route("/kebijakan/<int:policy_id>/draf/aturan", methods=["GET", "POST"])
@requires(Permission.POLICY_EDIT)
def new_policy_rule(policy_id: int) -> ResponseReturnValue:
    _found, version = drafted(policy_id)
    return rule_page(policy_id, 0, RuleForm(edits=version.edits))


@bp.route("/kebijakan/<int:policy_id>/draf/aturan/<int:number>", methods=["GET", "POST"])
@requires(Permission.POLICY_EDIT)
def policy_rule(policy_id: int, number: int) -> ResponseReturnValue:
    _found, version = drafted(policy_id)
    rules = {one.number: one for one in read_rules(version.rules)}
    if number not in rules:
        raise NotFound
    threshold = str(rules[number].threshold).replace(".", ",")
    held = {**rules[number].written(), "threshold": threshold, "edits": version.edits}
    return rule_page(policy_id, number, RuleForm(**held))


def rule_page(policy_id: int, number: int, form: RuleForm) -> ResponseReturnValue:
    form.offer()
    if form.validate_on_submit():
        found, _version = drafted(policy_id)
        with form.answering():
            operations.put_rule(
                db.session(),
                policy=found,
                rule=form.rule(number),
                edits=form.seen,
                actor=current_actor(),
            )
            flash(_("Aturan tersimpan."), "ok")
            return redirect(url_for(".policy_draft", policy_id=policy_id), 303)
    page = render_template(
        "desk/policies/rule.html", form=form, policy_id=policy_id, number=number, **words()
    )
    return page, form.status if form.errors or form.form_errors else 200


@bp.post("/kebijakan/<int:policy_id>/draf/aturan/<int:number>/hapus")
@requires(Permission.POLICY_EDIT)
def drop_policy_rule(policy_id: int, number: int) -> ResponseReturnValue:
    found, _version = drafted(policy_id)
    form = EditsForm()
    operations.drop_rule(
        db.session(), policy=found, number=number, edits=form.seen, actor=current_actor()
    )
    flash(_("Aturan dihapus."), "ok")
    return redirect(url_for(".policy_draft", policy_id=policy_id), 303)


@bp.post("/kebijakan/<int:policy_id>/draf/terbit")
@requires(Permission.POLICY_EDIT)
def publish_policy(policy_id: int) -> ResponseReturnValue:
    found, _version = drafted(policy_id)
    form = PublishForm()
    if form.validate_on_submit():
        with form.answering():
            operations.publish(
                db.session(),
                policy=found,
                starts_on=form.starts_on.data,
                today=clock.today(g.agency.zone),
                edits=form.seen,
                actor=current_actor(),
            )
            flash(_("Kebijakan terbit. Versi ini tidak dapat diubah lagi."), "ok")
            return redirect(url_for(".policy", policy_id=policy_id), 303)
    return draft_page(policy_id, form)
