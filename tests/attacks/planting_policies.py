"""A policy in force with a draft behind it, a period measured, and proposals about both units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.accounts.queries import actor_of
from sp4n.policies import operations
from sp4n.policies.models import PolicyProposal, PolicyRun
from sp4n.policies.periods import PeriodKind
from sp4n.policies.rules import Comparison, Element, Measure, Rule, Subject
from sp4n.policies.steps import LADDER, SANCTION

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


@dataclass
class PlantedPolicies:
    policies: list[int] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)
    proposals: list[int] = field(default_factory=list)  # the first is of the liaison's unit


def plant_policies(session: Session, planted: Planted) -> PlantedPolicies:
    made = PlantedPolicies()
    account = session.get_one(Account, (planted.agency.id, planted.accounts["admin"]))
    admin, today = actor_of(session, account), clock.today(planted.agency.zone)
    text = operations.PolicyText(planted.canary("", "kebijakan"), planted.canary("", "kebijakan"))
    policy = operations.write_policy(session, text=text, actor=admin)
    rule = operations.put_rule(session, policy=policy, rule=a_rule(), edits=1, actor=admin)
    version = operations.publish(
        session, policy=policy, starts_on=today, today=today, edits=2, actor=admin
    )
    draft = operations.begin_draft(session, policy=policy, actor=admin)
    drafted = planted.canary("", "kebijakandraf")
    operations.change_text(
        session,
        policy=policy,
        text=operations.PolicyText(drafted, drafted),
        edits=draft.edits,
        actor=admin,
    )
    # Of a period that no job will measure, with proposals as if it had.
    run = PolicyRun(
        version_id=version.id,
        period_kind="year",
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
        run_at=clock.now(),
        judged=2,
        proposed=2,
    )
    session.add(run)
    session.flush()
    made.policies.append(policy.id)
    made.runs.append(run.id)
    for unit, state in zip(planted.units, ("objected", "granted"), strict=True):
        made.proposals.append(a_proposal(session, planted, run.id, rule, unit, state))
    return made


def a_rule() -> Rule:
    return Rule(
        0,
        Subject.UNIT,
        PeriodKind.YEAR,
        Measure.OVERDUE,
        Comparison.MORE,
        Decimal(100_000),
        1,
        SANCTION,
        LADDER,
        Element.DISCIPLINE,
    )


def a_proposal(
    session: Session, planted: Planted, run_id: int, rule: Rule, unit_id: int, state: str
) -> int:
    word = planted.canary("", "putusan" + ("satu" if unit_id == planted.units[0] else "dua"))
    case = planted.cases["proses" if unit_id == planted.units[0] else "terbuka"]
    row = PolicyProposal(
        run_id=run_id,
        rule=rule.written(),
        subject_kind="unit",
        unit_id=unit_id,
        measured={"number": 1, "good": 1, "value": "1"},
        cases=[[case.id, True, None]],
        effect=SANCTION,
        step="oral",
        state=state,
        object_until=clock.now() + timedelta(days=1),
        objection=word,
        objected_by=word,
        objected_at=clock.now(),
        reason=word,
        decided_by=word if state == "granted" else "",
        decided_at=clock.now() if state == "granted" else None,
        signatory=word,
        signatory_title=word,
    )
    session.add(row)
    session.flush()
    return row.id
