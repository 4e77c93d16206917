"""A policy tried on periods that are over, before it is published: what it would have proposed, and
the cases behind every number. Nothing is kept of it."""

from __future__ import annotations

from typing import Final

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.policies import loaded, words
from sp4n.errors import NotFound
from sp4n.policies.evaluating import evaluate, names_of, span_of
from sp4n.policies.measuring import cases_behind
from sp4n.policies.models import PolicyVersion
from sp4n.policies.periods import Period, PeriodKind, past_periods, read_period
from sp4n.policies.queries import case_lines
from sp4n.policies.rules import Measure, Subject, read_rules
from sp4n.policies.words import amount, condition, step_label
from sp4n.web.language import current_language

OFFERED: Final = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 8, PeriodKind.YEAR: 3}
LISTED: Final = 500


@bp.get("/kebijakan/<int:policy_id>/uji")
@requires(Permission.POLICY_DECIDE)
def try_policy(policy_id: int) -> ResponseReturnValue:
    found, versions = loaded(policy_id)
    version, language = versions[0], current_language()
    rules, offered = read_rules(version.rules), periods_of(version)
    period = asked_period(offered)
    evaluation = None
    if period is not None:
        span = span_of(period, g.agency.zone, version.wait_days, clock.now())
        evaluation = evaluate(db.session(), rules, period, span)
    return render_template(
        "desk/policies/trial.html",
        policy=found,
        version=version,
        offered=[(one.token, one.label(language)) for one in offered],
        period=period,
        label=period.label(language) if period else "",
        evaluation=evaluation,
        condition_of=lambda rule: condition(rule, language),
        amount_of=lambda rule, value: amount(rule.measure, float(value), language),
        step_label=step_label,
        as_of=clock.now(),
    )


@bp.get("/kebijakan/<int:policy_id>/uji/laporan")
@requires(Permission.POLICY_DECIDE)
def try_policy_cases(policy_id: int) -> ResponseReturnValue:
    """The cases that one number of one subject is made of."""
    found, versions = loaded(policy_id)
    period = asked_period(periods_of(versions[0]))
    try:
        subject = Subject(request.args.get("siapa", ""))
        measure = Measure(request.args.get("ukuran", ""))
        subject_id = int(request.args.get("id", ""))
    except ValueError:
        raise NotFound from None
    names = names_of(db.session(), subject)
    if period is None or subject_id not in names:
        raise NotFound
    span = span_of(period, g.agency.zone, versions[0].wait_days, clock.now())
    behind = cases_behind(db.session(), subject, span, (subject_id, measure))
    lines = case_lines(db.session(), behind[:LISTED], actor=current_actor())
    return render_template(
        "desk/policies/cases.html",
        policy=found,
        name=names[subject_id],
        label=period.label(current_language()),
        measure=measure,
        lines=lines,
        number=len(behind),
        good=sum(one.good is True for one in behind),
        hidden=len(behind) - len(lines),
        back=period.token,
        **words(),
    )


def periods_of(version: PolicyVersion) -> list[Period]:
    today = clock.today(g.agency.zone)
    kinds = {rule.period for rule in read_rules(version.rules)}
    return [
        period
        for kind, number in OFFERED.items()
        if kind in kinds
        for period in past_periods(kind, today, number)
    ]


def asked_period(offered: list[Period]) -> Period | None:
    """What was asked for, else the newest; None where the version has no rules."""
    token = request.args.get("periode", "")
    if not token:
        return offered[0] if offered else None
    found = read_period(token)
    if found not in offered:
        raise NotFound
    return found
