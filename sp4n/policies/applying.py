"""A period is measured and proposals made; they are objected to and decided. `due` says when."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.audit.operations import record
from sp4n.calendars.local_holidays import calendar_of
from sp4n.errors import Invalid, NotAllowed, NotPossible
from sp4n.jobs.outbox import owe
from sp4n.policies.evaluating import Fired, Outcome, evaluate, span_of
from sp4n.policies.measuring import Figure
from sp4n.policies.models import PolicyProposal, PolicyRun, PolicyVersion
from sp4n.policies.periods import Period
from sp4n.policies.rules import Measure, Rule, Subject, read_rules
from sp4n.policies.steps import LADDER, RUNGS, SANCTION, next_rung
from sp4n.tenants.resolver import AgencyFacts

PROPOSED: Final = "notice.policy_proposed"  # the object is the run
DECIDED: Final = "notice.policy_decided"  # the object is the proposal
LONGEST: Final = 4_000


def propose(
    session: Session, *, version: PolicyVersion, period: Period, agency: AgencyFacts
) -> PolicyRun:
    """Measure one period and write down what came of it."""
    now = clock.now()
    span = span_of(period, agency.zone, version.wait_days, now)
    found = evaluate(session, read_rules(version.rules), period, span, with_cases=True)
    run = PolicyRun(
        version_id=version.id,
        period_kind=str(period.kind),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        run_at=now,
        judged=found.judged,
        proposed=sum(len(one.fired) for one in found.outcomes),
    )
    session.add(run)
    session.flush()
    until = calendar_of(agency).end_of(now, version.objection_days)
    had = _rungs_had(session, version, period)
    kept: set[tuple[Subject, int, Measure]] = set()
    made = [
        proposal
        for outcome in found.outcomes
        for proposal in _proposals(run, outcome, kept, until, had)
    ]
    session.add_all(made)
    if made:
        owe(session, kind=PROPOSED, object_id=run.id)
    about = {"period": period.token, "proposed": run.proposed, "judged": run.judged}
    _record(session, SYSTEM, "policy.measured", version.policy_id, about)
    return run


def _proposals(
    run: PolicyRun,
    outcome: Outcome,
    kept: set[tuple[Subject, int, Measure]],
    until: datetime,
    had: dict[tuple[str, int], list[str]],
) -> list[PolicyProposal]:
    """The cases behind a number go to the first rule that fires for it, and are `kept` then."""
    rule = outcome.rule
    return [
        PolicyProposal(
            run_id=run.id,
            rule=rule.written(),
            subject_kind=str(rule.subject),
            unit_id=one.subject_id if rule.subject is Subject.UNIT else None,
            account_id=one.subject_id if rule.subject is Subject.PERSON else None,
            measured=_measured(one.figure),
            cases=_cases(one, rule, kept),
            effect=rule.effect,
            step=next_rung("", had.get((rule.subject, one.subject_id), ()))
            if rule.step == LADDER
            else rule.step,
            object_until=until,
        )
        for one in outcome.fired
    ]


def _cases(fired: Fired, rule: Rule, kept: set[tuple[Subject, int, Measure]]) -> list[list[Any]]:
    key = (rule.subject, fired.subject_id, rule.measure)
    if key in kept:
        return []
    kept.add(key)
    cases: list[list[Any]] = json.loads(fired.figure.cases)
    return cases


def _measured(figure: Figure) -> dict[str, Any]:
    value = Decimal(figure.value.numerator) / figure.value.denominator
    return {"number": figure.number, "good": figure.good, "value": str(round(value, 4))}


def _rungs_had(
    session: Session, version: PolicyVersion, period: Period
) -> dict[tuple[str, int], list[str]]:
    """By subject the sanctions that were applied for earlier periods, within the version's window:
    two for the same period are one rung, not two."""
    first = period.starts_on.year * 12 + period.starts_on.month - 1 - version.ladder_months
    since = date(first // 12, first % 12 + 1, 1)
    wanted = (
        sa.select(
            PolicyProposal.subject_kind,
            sa.func.coalesce(PolicyProposal.unit_id, PolicyProposal.account_id).label("subject"),
            PolicyProposal.step,
        )
        .join(
            PolicyRun,
            sa.and_(
                PolicyRun.agency_id == PolicyProposal.agency_id,
                PolicyRun.id == PolicyProposal.run_id,
            ),
        )
        .where(
            PolicyProposal.state == "granted",
            PolicyProposal.effect == SANCTION,
            PolicyRun.ends_on >= since,
            PolicyRun.ends_on < period.starts_on,
        )
    )
    found: dict[tuple[str, int], list[str]] = {}
    for row in session.execute(wanted):
        found.setdefault((row.subject_kind, row.subject), []).append(row.step)
    return found


# -- what people do with a proposal ------------------------------------------------------------


def object_to(session: Session, *, proposal: PolicyProposal, reason: str, actor: Actor) -> None:
    """By a liaison of the unit, or by the person it is about; once, within its days."""
    text = _check_words(reason, "objection", _("Tulis alasan keberatan."))
    session.refresh(proposal, with_for_update=True)
    if not may_object(proposal, actor):
        raise NotAllowed
    if proposal.state != "proposed":
        raise NotPossible(_("Usulan ini sudah diputus, atau keberatan sudah diajukan."))
    if proposal.object_until < clock.now():
        raise NotPossible(_("Waktu untuk mengajukan keberatan sudah lewat."))
    proposal.state, proposal.objection = "objected", text
    proposal.objected_by, proposal.objected_at = actor.name, clock.now()
    _record(session, actor, "policy.objected", proposal.id, {}, "policy_proposal")


def may_object(proposal: PolicyProposal, actor: Actor) -> bool:
    if actor.kind != "staff":
        return False
    if proposal.account_id is not None:
        return proposal.account_id == actor.id
    return actor.role == "liaison" and proposal.unit_id in actor.unit_ids


def grant(
    session: Session,
    *,
    proposal: PolicyProposal,
    step: str,
    reason: str,
    letter_number: str,
    signatory: str,
    signatory_title: str,
    actor: Actor,
) -> None:
    """`reason`: the answer to an objection, where there is one. A sanction waits for the time to
    object. `step`: of a rung, another one may be chosen below what is proposed, never above."""
    _begin_decision(session, proposal, actor)
    wrong = {}
    if proposal.state == "objected" and not reason.strip():
        wrong["reason"] = _("Jawab keberatan itu.")
    if not signatory.strip():
        wrong["signatory"] = _("Tulis nama penanda tangan.")
    if not signatory_title.strip():
        wrong["signatory_title"] = _("Tulis jabatan penanda tangan.")
    if step not in choosable(proposal):
        wrong["step"] = _("Pilih langkah dari daftar.")
    if wrong:
        raise Invalid(fields=wrong)
    waits = proposal.effect == SANCTION and proposal.state == "proposed"
    if waits and clock.now() <= proposal.object_until:
        raise NotPossible(_("Sanksi baru dapat diberikan sesudah waktu untuk keberatan lewat."))
    proposal.step, proposal.letter_number = step, letter_number.strip()
    proposal.signatory, proposal.signatory_title = signatory.strip(), signatory_title.strip()
    _decide(session, proposal, "granted", reason.strip()[:LONGEST], actor)


def waive(session: Session, *, proposal: PolicyProposal, reason: str, actor: Actor) -> None:
    text = _check_words(reason, "reason", _("Tulis mengapa tidak diberikan."))
    _begin_decision(session, proposal, actor)
    _decide(session, proposal, "waived", text, actor)


def choosable(proposal: PolicyProposal) -> tuple[str, ...]:
    """The head may be milder than the rule."""
    if proposal.step not in RUNGS:
        return (proposal.step,)
    return RUNGS[: RUNGS.index(proposal.step) + 1]


def _begin_decision(session: Session, proposal: PolicyProposal, actor: Actor) -> None:
    session.refresh(proposal, with_for_update=True)
    if proposal.state not in ("proposed", "objected"):
        raise NotPossible(_("Usulan ini sudah diputus."))
    if proposal.account_id is not None and proposal.account_id == actor.id:
        raise NotPossible(_("Usulan tentang diri sendiri diputus orang lain."))


def _decide(
    session: Session, proposal: PolicyProposal, state: str, reason: str, actor: Actor
) -> None:
    proposal.state, proposal.reason = state, reason
    proposal.decided_by, proposal.decided_at = actor.name, clock.now()
    counted = sa.update(PolicyRun).where(
        PolicyRun.agency_id == proposal.agency_id, PolicyRun.id == proposal.run_id
    )
    session.execute(counted.values(decided=PolicyRun.decided + 1))
    owe(session, kind=DECIDED, object_id=proposal.id)
    about = {"step": proposal.step, "effect": proposal.effect}
    _record(session, actor, f"policy.{state}", proposal.id, about, "policy_proposal")


def _check_words(text: str, field: str, missing: str) -> str:
    words = text.strip()
    if not words:
        raise Invalid(fields={field: missing})
    if len(words) > LONGEST:
        raise Invalid(fields={field: _("Paling banyak %(most)s huruf.", most=LONGEST)})
    return words


def _record(
    session: Session,
    actor: Actor,
    act: str,
    object_id: int,
    data: dict[str, Any],
    kind: str = "policy",
) -> None:
    record(session, actor=actor, act=act, object_kind=kind, object_id=object_id, data=data)
    session.flush()
