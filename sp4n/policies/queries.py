"""Reads of policies, and what they say of an agency for the national rubric."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseRecord
from sp4n.cases.visibility import visible_to
from sp4n.errors import NotFound
from sp4n.policies.models import Policy, PolicyProposal, PolicyRun, PolicyVersion
from sp4n.policies.periods import Period, PeriodKind, period_at
from sp4n.policies.rules import Element, missing_elements, read_rules

# What ended so long ago, after the days that it waits, should have been decided.
TIME_TO_DECIDE: Final = timedelta(days=60)
LOOKED_BACK: Final = timedelta(days=365)


def policy_by_id(session: Session, *, policy_id: int) -> Policy:
    policy = session.scalar(sa.select(Policy).where(Policy.id == policy_id))
    if policy is None:
        raise NotFound
    return policy


def policies(session: Session) -> Sequence[Policy]:
    return session.scalars(sa.select(Policy).order_by(Policy.id)).all()


def versions_of(session: Session, policy_id: int | None = None) -> list[PolicyVersion]:
    """The newest first."""
    wanted = sa.select(PolicyVersion).order_by(PolicyVersion.policy_id, PolicyVersion.number.desc())
    if policy_id is not None:
        wanted = wanted.where(PolicyVersion.policy_id == policy_id)
    return list(session.scalars(wanted))


def draft_of(session: Session, policy_id: int) -> PolicyVersion | None:
    return session.scalar(
        sa.select(PolicyVersion).where(
            PolicyVersion.policy_id == policy_id, PolicyVersion.published_at.is_(None)
        )
    )


def version_by_id(session: Session, *, version_id: int) -> PolicyVersion:
    found = session.scalar(sa.select(PolicyVersion).where(PolicyVersion.id == version_id))
    if found is None:
        raise NotFound
    return found


def in_force(version: PolicyVersion, day: date) -> bool:
    return (
        version.published_at is not None
        and version.starts_on is not None
        and version.starts_on <= day
        and (version.ends_on is None or day <= version.ends_on)
    )


def runs_of(session: Session, versions: Collection[PolicyVersion]) -> Sequence[PolicyRun]:
    """The newest period first."""
    ids = [one.id for one in versions]
    wanted = sa.select(PolicyRun).where(PolicyRun.version_id.in_(ids))
    return session.scalars(wanted.order_by(PolicyRun.ends_on.desc(), PolicyRun.id.desc())).all()


def run_by_id(session: Session, *, run_id: int) -> PolicyRun:
    run = session.scalar(sa.select(PolicyRun).where(PolicyRun.id == run_id))
    if run is None:
        raise NotFound
    return run


def readable_by(actor: Actor) -> sa.ColumnElement[bool]:
    """Proposals: all for who decides; of the own units, and about oneself, for a liaison."""
    if (actor.kind, actor.role) in (("staff", "admin"), ("staff", "head")):
        return sa.true()
    if (actor.kind, actor.role) == ("staff", "liaison"):
        mine = PolicyProposal.unit_id.in_(actor.unit_ids)
        return sa.or_(mine, PolicyProposal.account_id == actor.id)
    return sa.false()


def proposal_by_id(session: Session, *, proposal_id: int, actor: Actor) -> PolicyProposal:
    wanted = sa.select(PolicyProposal).where(PolicyProposal.id == proposal_id, readable_by(actor))
    proposal = session.scalar(wanted)
    if proposal is None:
        raise NotFound
    return proposal


def proposals_of(session: Session, run_id: int, *, actor: Actor) -> Sequence[PolicyProposal]:
    wanted = sa.select(PolicyProposal).where(PolicyProposal.run_id == run_id, readable_by(actor))
    return session.scalars(wanted.order_by(PolicyProposal.id)).all()


def open_proposals(session: Session, *, actor: Actor, most: int) -> Sequence[PolicyProposal]:
    wanted = sa.select(PolicyProposal).where(
        PolicyProposal.state.in_(("proposed", "objected")), readable_by(actor)
    )
    return session.scalars(wanted.order_by(PolicyProposal.id).limit(most)).all()


def kept_cases(session: Session, proposal: PolicyProposal) -> Sequence[Sequence[Any]]:
    """Those behind its number, which another proposal about the same number may keep."""
    if proposal.cases:
        return proposal.cases
    told = PolicyProposal
    wanted = sa.select(told.cases).where(
        told.run_id == proposal.run_id,
        told.subject_kind == proposal.subject_kind,
        told.unit_id.is_not_distinct_from(proposal.unit_id),
        told.account_id.is_not_distinct_from(proposal.account_id),
        told.rule["measure"].astext == proposal.rule["measure"],
        sa.func.jsonb_array_length(told.cases) > 0,
    )
    return session.scalar(wanted.order_by(told.id).limit(1)) or ()


@dataclass(frozen=True)
class CaseLine:
    reference: str
    title: str
    good: bool | None
    value: str


def case_lines(session: Session, facts: Sequence[Sequence[Any]], *, actor: Actor) -> list[CaseLine]:
    """Of the cases behind a number those that this actor may see, in the order given. `facts`:
    case id, good, value."""
    named = sa.select(CaseRecord.id, CaseRecord.reference, CaseRecord.title)
    ids = [one[0] for one in facts]
    seen = {
        row.id: row
        for row in session.execute(named.where(CaseRecord.id.in_(ids), visible_to(actor)))
    }
    return [
        CaseLine(
            seen[case_id].reference,
            seen[case_id].title,
            good,
            "" if value is None else str(value),
        )
        for case_id, good, value in facts
        if case_id in seen
    ]


# -- the national rubric ---------------------------------------------------------------------


def due_periods(version: PolicyVersion, today: date) -> Iterator[Period]:
    """Those that this version judges and whose time to be measured has come. A period is judged by
    the version that was in force on its first day, so nobody is judged by a rule that came later.
    """
    if version.published_at is None or version.starts_on is None:
        return
    for kind in {rule.period for rule in read_rules(version.rules)}:
        period = period_at(kind, version.starts_on)
        if period.starts_on < version.starts_on:
            period = period.next()
        while period.ends_on + timedelta(days=version.wait_days) < today and (
            version.ends_on is None or period.starts_on <= version.ends_on
        ):
            yield period
            period = period.next()


@dataclass(frozen=True)
class Routine:
    """Whether policies are applied as a matter of course, as a fact: of the periods that ended in
    the last year and should have been decided by now (`TIME_TO_DECIDE` after they could be
    measured), how many were measured, and how many with every proposal decided."""

    periods: int
    measured: int
    settled: int

    @property
    def holds(self) -> bool:
        return self.periods > 0 and self.settled == self.periods


def routine(versions: Sequence[PolicyVersion], runs: Sequence[PolicyRun], today: date) -> Routine:
    """Of one agency: all its versions and runs."""
    by_period = {(one.version_id, one.period_kind, one.starts_on): one for one in runs}
    wanted = [
        by_period.get((version.id, str(PeriodKind(period.kind)), period.starts_on))
        for version in versions
        for period in due_periods(version, today - TIME_TO_DECIDE)
        if period.ends_on > today - LOOKED_BACK - TIME_TO_DECIDE
    ]
    measured = [one for one in wanted if one is not None]
    settled = [one for one in measured if one.decided >= one.proposed]
    return Routine(len(wanted), len(measured), len(settled))


@dataclass(frozen=True)
class Standing:
    """`grade`: of the national rubric (LKE Zona Integritas): A exists, covers the three elements,
    and is applied routinely; B covers them, but is not; C lacks some; D there is none."""

    grade: str
    missing: tuple[Element, ...]
    routine: Routine


def standing(versions: Sequence[PolicyVersion], runs: Sequence[PolicyRun], today: date) -> Standing:
    held = [one for one in versions if in_force(one, today)]
    found = routine(versions, runs, today)
    if not held:
        return Standing("D", tuple(Element), found)
    missing = missing_elements([rule for one in held for rule in read_rules(one.rules)])
    if missing:
        return Standing("C", tuple(missing), found)
    return Standing("A" if found.holds else "B", (), found)
