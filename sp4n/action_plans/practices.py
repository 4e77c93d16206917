"""Best practices: a line of a ratified plan that its agency offers to all, and others copy with
its name on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.action_plans.completeness import inherited
from sp4n.action_plans.lines import Line
from sp4n.action_plans.models import ActionPlan, BestPractice, PlanItem
from sp4n.action_plans.operations import save_line
from sp4n.action_plans.queries import item_by_id, items_of, lines_of, plan_by_id
from sp4n.action_plans.states import EDITABLE, Level, PlanState
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.tenants.models import Agency
from sp4n.tenants.scope import current_agency_id

LONGEST_WHY: Final = 2000
MOST: Final = 200


@dataclass(frozen=True)
class Offered:
    """A practice, and whose it is."""

    row: BestPractice
    agency: str
    own: bool

    @property
    def line(self) -> Line:
        return Line.read(self.row.content)


def offer_practice(
    session: Session, *, plan_id: int, item_id: int, why: str, actor: Actor
) -> BestPractice:
    """Offered again, it says what the line says now."""
    plan = plan_by_id(session, plan_id=plan_id)
    item = item_by_id(session, plan_id=plan_id, item_id=item_id)
    if plan.state != PlanState.RATIFIED or item.level != Level.ACTIVITY:
        raise NotPossible(_("Hanya kegiatan dari rencana yang disahkan yang dapat ditawarkan."))
    if not why.strip():
        raise Invalid(fields={"why": _("Tulis mengapa kegiatan ini layak dicontoh.")})
    if len(why) > LONGEST_WHY:
        words = _("Terlalu panjang; paling banyak %(most)s huruf.", most=LONGEST_WHY)
        raise Invalid(fields={"why": words})
    said = {
        "name": item.name,
        "section": _section(session, plan, item),
        "why": why.strip(),
        "content": Line.of(item).written(),
        "active": True,
    }
    row = _own(session, plan_id, item.code)
    if row is None:
        row = BestPractice(plan_id=plan_id, number=item.code, offered_at=clock.now(), **said)
        session.add(row)
    for name, value in said.items():
        setattr(row, name, value)
    _note(session, plan_id, "plan.offered", actor, item.code)
    session.flush()
    return row


def take_back(session: Session, *, plan_id: int, item_id: int, actor: Actor) -> None:
    """What was copied stays with those who did."""
    item = item_by_id(session, plan_id=plan_id, item_id=item_id)
    row = _own(session, plan_id, item.code)
    if row is None:
        raise NotFound
    row.active = False
    _note(session, plan_id, "plan.unoffered", actor, item.code)
    session.flush()


def practices(session: Session, *, section: str = "") -> list[Offered]:
    """Of all agencies, the newest first."""
    wanted = (
        sa.select(BestPractice, Agency.name)
        .join(Agency, Agency.id == BestPractice.agency_id)
        .where(BestPractice.active)
        .order_by(BestPractice.offered_at.desc(), BestPractice.id.desc())
    )
    if section:
        wanted = wanted.where(BestPractice.section == section)
    own = current_agency_id()
    return [
        Offered(row, name, row.agency_id == own)
        for row, name in session.execute(wanted.limit(MOST))
    ]


def offered_of(session: Session, *, plan_id: int, code: str) -> BestPractice | None:
    row = _own(session, plan_id, code)
    return row if row is not None and row.active else None


def places(session: Session) -> list[tuple[ActionPlan, PlanItem]]:
    """Programmes of plans that can be changed: what a copy can stand below."""
    open_ones = sa.select(ActionPlan).where(ActionPlan.state.in_(EDITABLE))
    return [
        (plan, item)
        for plan in session.scalars(open_ones.order_by(ActionPlan.id))
        for item in items_of(session, plan_id=plan.id)
        if item.level == Level.PROGRAMME
    ]


def copy_practice(
    session: Session, *, number: int, plan_id: int, above: str, actor: Actor
) -> PlanItem:
    """`number`: the practice's; `above`: the code of the programme that it is to stand below.
    Targets and money are the copying agency's own to say."""
    wanted = (
        sa.select(BestPractice, Agency.name)
        .join(Agency, Agency.id == BestPractice.agency_id)
        .where(BestPractice.id == number, BestPractice.active)
    )
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    row, agency = found
    line = Line.read(row.content)
    line.parent_code, line.code = above, _free(lines_of(session, plan_id=plan_id), above)
    line.section, line.objective = row.section, ""
    line.targets, line.baseline, line.budget = {}, "", None
    line.responsible = line.supporting = line.budget_source = ""
    line.credit = _("Disalin dari praktik baik %(agency)s.", agency=agency)
    item = save_line(session, plan_id=plan_id, item_id=None, line=line, revision=None, actor=actor)
    _note(session, plan_id, "plan.copied", actor, line.code)
    session.flush()
    return item


def _free(lines: Sequence[Line], above: str) -> str:
    taken = {line.code.casefold() for line in lines}
    number = 1
    while f"{above}.{number}".casefold() in taken:
        number += 1
    return f"{above}.{number}"


def _section(session: Session, plan: ActionPlan, item: PlanItem) -> str:
    by_code = {one.code.casefold(): one for one in lines_of(session, plan_id=plan.id)}
    return inherited(Line.of(item), by_code, "section")


def _own(session: Session, plan_id: int, code: str) -> BestPractice | None:
    return session.scalar(
        sa.select(BestPractice).where(
            BestPractice.agency_id == current_agency_id(),
            BestPractice.plan_id == plan_id,
            BestPractice.number == code,
        )
    )


def _note(session: Session, plan_id: int, act: str, actor: Actor, code: str) -> None:
    record(
        session,
        actor=actor,
        act=act,
        object_kind="action_plan",
        object_id=plan_id,
        data={"line": code},
    )
