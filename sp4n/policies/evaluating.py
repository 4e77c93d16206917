"""Rules held against the figures of one period: for whom each fires, and whom it cannot judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account
from sp4n.organisation.models import Unit
from sp4n.policies.measuring import Figure, Key, Span, figures
from sp4n.policies.periods import Period
from sp4n.policies.rules import Rule, Subject


@dataclass(frozen=True)
class Fired:
    subject_id: int
    figure: Figure


@dataclass(frozen=True)
class Outcome:
    """Of one rule. `judged`: subjects with cases enough; `too_few`: those with some, but fewer."""

    rule: Rule
    fired: tuple[Fired, ...]
    judged: frozenset[int]
    too_few: int


@dataclass(frozen=True)
class Evaluation:
    """`names`: of everyone in use, by kind and id; they alone are judged."""

    period: Period
    outcomes: tuple[Outcome, ...]
    names: Mapping[Subject, Mapping[int, str]]
    found: Mapping[Subject, Mapping[Key, Figure]]

    @property
    def judged(self) -> int:
        return len({(one.rule.subject, who) for one in self.outcomes for who in one.judged})


def span_of(period: Period, zone: ZoneInfo, wait_days: int, now: datetime) -> Span:
    start, until = period.bounds(zone)
    settled = datetime.combine(period.ends_on + timedelta(days=wait_days + 1), time(), zone)
    return Span(start, until, settled, now)


def evaluate(
    session: Session,
    rules: Sequence[Rule],
    period: Period,
    span: Span,
    *,
    with_cases: bool = False,
) -> Evaluation:
    """Those of the rules that are about such periods; a statement for each kind of subject, so that
    a figure and the cases behind it are always of the same moment."""
    asked = [rule for rule in rules if rule.period == period.kind]
    subjects = [one for one in Subject if any(rule.subject == one for rule in asked)]
    names = {one: names_of(session, one, in_use=True) for one in subjects}
    found = {one: figures(session, one, span, with_cases=with_cases) for one in subjects}
    outcomes = (_outcome(rule, found[rule.subject], names[rule.subject]) for rule in asked)
    return Evaluation(period, tuple(outcomes), names, found)


def names_of(session: Session, subject: Subject, *, in_use: bool = False) -> dict[int, str]:
    wanted, active = sa.select(Unit.id, Unit.name), Unit.active
    if subject is Subject.PERSON:
        wanted, active = sa.select(Account.id, Account.name), Account.active
    if in_use:
        wanted = wanted.where(active)
    return {row.id: row.name for row in session.execute(wanted)}


def _outcome(rule: Rule, found: Mapping[Key, Figure], names: Mapping[int, str]) -> Outcome:
    mine = {who: one for (who, what), one in found.items() if what == rule.measure and who in names}
    enough = {who: one for who, one in mine.items() if one.number >= max(rule.minimum, 1)}
    fired = [Fired(who, one) for who, one in enough.items() if rule.holds_for(one.value)]
    fired.sort(key=lambda one: (names[one.subject_id].casefold(), one.subject_id))
    return Outcome(rule, tuple(fired), frozenset(enough), len(mine) - len(enough))
