"""What an agency's rules would have done with the reports of the last month: numbers, and a few of
the cases for who may see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseRecord
from sp4n.cases.routing import Route, report_of, route_of
from sp4n.cases.visibility import visible_to
from sp4n.tenants.resolver import AgencyFacts

MONTH: Final = timedelta(days=30)
MOST_LOOKED_AT: Final = 1_000
AT_ONCE: Final = 200  # rows that are in memory at a time
SAMPLES: Final = 3


@dataclass
class Outcome:
    """`elsewhere`: of the cases, those that are with another unit now. `samples`: references, of
    those first."""

    cases: int = 0
    elsewhere: int = 0
    moved: list[str] = field(default_factory=list)
    stayed: list[str] = field(default_factory=list)

    @property
    def samples(self) -> list[str]:
        return [*self.moved, *self.stayed][:SAMPLES]


@dataclass(frozen=True)
class DryRun:
    """`by_rule`: by the rule's id; `looked_at` of `all_filed` since then, the newest."""

    since: datetime
    all_filed: int
    looked_at: int
    by_rule: dict[int, Outcome]
    by_topic: Outcome
    otherwise: Outcome
    nowhere: Outcome

    @property
    def elsewhere(self) -> int:
        every = (*self.by_rule.values(), self.by_topic, self.otherwise, self.nowhere)
        return sum(one.elsewhere for one in every)


def dry_run(session: Session, *, agency: AgencyFacts, actor: Actor) -> DryRun:
    """`agency`: with the rules to be tried. Nothing is changed."""
    since = clock.now() - MONTH
    filed = sa.select(sa.func.count()).where(CaseRecord.filed_at >= since)
    tried = DryRun(since, session.scalar(filed) or 0, 0, {}, Outcome(), Outcome(), Outcome())
    looked_at = 0
    for row in session.execute(_newest(since, actor), execution_options={"yield_per": AT_ONCE}):
        looked_at += 1
        about = row.category_id, row.own_topic
        report = report_of(session, row, about)
        _count(tried, row, route_of(session, agency, report, about))
    return DryRun(**{**vars(tried), "looked_at": looked_at})


def _newest(since: datetime, actor: Actor) -> Any:
    wanted = sa.select(
        CaseRecord.reference,
        CaseRecord.classification,
        CaseRecord.category_id,
        CaseRecord.own_topic,
        CaseRecord.language,
        CaseRecord.title,
        CaseRecord.description,
        CaseRecord.location,
        CaseRecord.unit_id,
        visible_to(actor).label("visible"),
    ).where(CaseRecord.filed_at >= since)
    newest_first = wanted.order_by(CaseRecord.filed_at.desc(), CaseRecord.id.desc())
    return newest_first.limit(MOST_LOOKED_AT)


def _count(tried: DryRun, row: Any, route: Route | None) -> None:
    outcome = _outcome(tried, route)
    outcome.cases += 1
    goes_elsewhere = row.unit_id is not None and row.unit_id != (route.unit_id if route else None)
    outcome.elsewhere += goes_elsewhere
    shown = outcome.moved if goes_elsewhere else outcome.stayed
    if row.visible and len(shown) < SAMPLES:
        shown.append(row.reference)


def _outcome(tried: DryRun, route: Route | None) -> Outcome:
    if route is None:
        return tried.nowhere
    if route.rule_id is not None:
        return tried.by_rule.setdefault(route.rule_id, Outcome())
    return tried.by_topic if route.by == "topic" else tried.otherwise
