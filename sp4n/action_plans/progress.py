"""What was achieved of a ratified plan, quarter by quarter: against its targets, and where it is
heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.action_plans.models import ActionPlan, PlanItem, PlanProgress
from sp4n.action_plans.operations import locked
from sp4n.action_plans.states import Level, PlanState
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.spreadsheets.values import Unclear, number_of, rupiah_of

LONGEST: Final = {"achieved": 200, "forecast": 200, "evidence": 2000, "link": 500, "note": 2000}
QUARTERS: Final = (1, 2, 3, 4)


@dataclass(frozen=True)
class Achieved:
    """As it is typed. `achieved` counts from the beginning of the year; `spent` does, too."""

    year: int
    quarter: int
    achieved: str
    spent: str = ""
    evidence: str = ""
    link: str = ""
    forecast: str = ""
    note: str = ""


@dataclass(frozen=True)
class Standing:
    """One line in one year. `last`: what was said of its latest quarter."""

    item: PlanItem
    target: str
    by_quarter: Mapping[int, PlanProgress]

    @property
    def last(self) -> PlanProgress | None:
        return self.by_quarter[max(self.by_quarter)] if self.by_quarter else None

    @property
    def variance(self) -> Decimal | None:
        """What is achieved more than the year's target; None where one of them is no number."""
        target, achieved = _number(self.target), self._achieved
        return achieved - target if target is not None and achieved is not None else None

    @property
    def percent(self) -> int | None:
        target, achieved = _number(self.target), self._achieved
        return round(100 * achieved / target) if target and achieved is not None else None

    @property
    def forecast(self) -> str:
        """What they expect of the year; else as much in the quarters to come as in those past."""
        last = self.last
        if last is None:
            return ""
        if last.forecast:
            return last.forecast
        achieved = self._achieved
        return (
            ""
            if achieved is None
            else f"{round(achieved / last.quarter * 4, 2):f}".rstrip("0").rstrip(".")
        )

    @property
    def unspent(self) -> int | None:
        last = self.last
        both = last is not None and last.spent is not None and self.item.budget is not None
        return (self.item.budget or 0) - (last.spent or 0) if both and last else None

    @property
    def _achieved(self) -> Decimal | None:
        return _number(self.last.achieved) if self.last else None


def _number(text: str) -> Decimal | None:
    try:
        return number_of(text)
    except Unclear:
        return None


def standings(
    items: Sequence[PlanItem], noted: Sequence[PlanProgress], year: int
) -> list[Standing]:
    found: dict[str, dict[int, PlanProgress]] = {}
    for row in noted:
        if row.year == year:
            found.setdefault(row.code, {})[row.quarter] = row
    return [
        Standing(item, item.targets.get(str(year), ""), found.get(item.code, {}))
        for item in items
        if item.level == Level.ACTIVITY
    ]


def progress_of(session: Session, *, plan_id: int) -> Sequence[PlanProgress]:
    wanted = sa.select(PlanProgress).where(PlanProgress.plan_id == plan_id)
    return session.scalars(wanted.order_by(PlanProgress.year, PlanProgress.quarter)).all()


def note_progress(
    session: Session, *, plan_id: int, code: str, said: Achieved, actor: Actor
) -> PlanProgress:
    """Of a plan in force; said again of the same quarter, it is changed."""
    plan = locked(session, plan_id)
    if plan.state != PlanState.RATIFIED:
        raise NotPossible(_("Capaian dicatat pada rencana yang disahkan."))
    there = sa.select(PlanItem.id).where(
        PlanItem.plan_id == plan_id, PlanItem.code == code, PlanItem.level == Level.ACTIVITY
    )
    if session.scalar(there) is None:
        raise NotFound
    spent = _checked(plan, said)
    same = sa.select(PlanProgress).where(
        PlanProgress.plan_id == plan_id,
        PlanProgress.code == code,
        PlanProgress.year == said.year,
        PlanProgress.quarter == said.quarter,
    )
    row = session.scalar(same)
    if row is None:
        row = PlanProgress(plan_id=plan_id, code=code, year=said.year, quarter=said.quarter)
        session.add(row)
    for name in LONGEST:
        setattr(row, name, getattr(said, name).strip())
    row.spent, row.by_name, row.at = spent, actor.name, clock.now()
    record(
        session,
        actor=actor,
        act="plan.progress",
        object_kind="action_plan",
        object_id=plan_id,
        data={"line": code, "year": said.year, "quarter": said.quarter},
    )
    session.flush()
    return row


def _checked(plan: ActionPlan, said: Achieved) -> int | None:
    wrong: dict[str, str] = {}
    if not plan.period_from <= said.year <= plan.period_to:
        wrong["year"] = _("Tahun ini di luar periode rencana.")
    if said.quarter not in QUARTERS:
        wrong["quarter"] = _("Pilih triwulannya.")
    if not said.achieved.strip():
        wrong["achieved"] = _("Tulis apa yang sudah dicapai.")
    for name, most in LONGEST.items():
        if len(getattr(said, name)) > most:
            wrong[name] = _("Terlalu panjang; paling banyak %(most)s huruf.", most=most)
    if said.link and (urlsplit(said.link).scheme not in ("http", "https") or " " in said.link):
        wrong["link"] = _("Tulis alamat lengkap, diawali https://.")
    spent = None
    try:
        spent = rupiah_of(said.spent)
    except Unclear as unclear:
        wrong["spent"] = unclear.words
    if wrong:
        raise Invalid(fields=wrong)
    return spent
