"""What is done with action plans by their agency: begun, written, submitted, renewed.

Every act locks the plan, so that none passes another; what was written meanwhile is not
overwritten but said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.action_plans.checking import faults_of
from sp4n.action_plans.completeness import completeness
from sp4n.action_plans.lines import MOST_LINES, Line
from sp4n.action_plans.models import ActionPlan, PlanItem
from sp4n.action_plans.queries import items_of, lines_of, years_of
from sp4n.action_plans.states import EDITABLE, LABELS, MOVES, OPEN, PlanState
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.settings.road_maps import road_map_by_id, road_maps

LONGEST_PERIOD: Final = 10
YEARS: Final = range(2015, 2101)


def start_plan(
    session: Session, *, road_map_id: int, period_from: int, period_to: int, actor: Actor
) -> ActionPlan:
    """An empty draft; of a period that has one, that one goes on."""
    if road_map_id not in {one.id for one in road_maps(session)}:
        raise Invalid(fields={"road_map_id": _("Pilih road map dari daftar.")})
    if period_from not in YEARS or period_to not in YEARS:
        raise Invalid(fields={"period_from": _("Tulis tahun dengan empat angka, seperti 2026.")})
    if not period_from <= period_to < period_from + LONGEST_PERIOD:
        words = _("Tahun akhir tidak boleh sebelum tahun awal; paling lama sepuluh tahun.")
        raise Invalid(fields={"period_to": words})
    same = sa.select(ActionPlan).where(
        ActionPlan.period_from == period_from, ActionPlan.period_to == period_to
    )
    before = session.scalars(same.order_by(ActionPlan.version.desc())).first()
    if before is not None:
        words = _("Rencana untuk periode ini sudah ada. Buka yang itu, atau buat versi barunya.")
        raise Invalid(fields={"period_from": words})
    plan = _new(session, road_map_id, period_from, period_to, 1, actor)
    _note(session, plan, "plan.started", actor)
    return plan


def new_version(session: Session, *, plan_id: int, actor: Actor) -> ActionPlan:
    """A draft with what the ratified plan says; the one that is under way already, if there is."""
    plan = locked(session, plan_id)
    open_one = sa.select(ActionPlan).where(
        ActionPlan.period_from == plan.period_from,
        ActionPlan.period_to == plan.period_to,
        ActionPlan.state.in_(OPEN),
    )
    found = session.scalar(open_one)
    if found is not None:
        return found
    if plan.state != PlanState.RATIFIED:
        raise NotPossible(_("Hanya rencana yang disahkan yang dapat dibuat versi barunya."))
    copy = _new(
        session, plan.road_map_id, plan.period_from, plan.period_to, plan.version + 1, actor
    )
    _insert(session, copy, lines_of(session, plan_id=plan.id))
    _note(session, copy, "plan.renewed", actor)
    return copy


def save_line(
    session: Session,
    *,
    plan_id: int,
    item_id: int | None,
    line: Line,
    revision: int | None,
    actor: Actor,
) -> PlanItem:
    """`item_id` None: a new one. Lines below it follow when its code changes."""
    plan = editable(session, plan_id, revision)
    items = list(items_of(session, plan_id=plan.id))
    item = _item(items, item_id)
    former = item.code if item else ""
    if item is None:
        if len(items) >= MOST_LINES:
            raise NotPossible(_("Rencana ini sudah memuat %(most)s baris.", most=MOST_LINES))
        last = max((one.position for one in items), default=0)
        item = PlanItem(plan_id=plan.id, position=last + 1)
        items.append(item)
    place = items.index(item)
    lines = [line if one is item else Line.of(one) for one in items]
    if former and former != line.code:
        for one in lines:
            if one.parent_code == former:
                one.parent_code = line.code
    road_map = road_map_by_id(session, plan.road_map_id)
    faults = [fault for fault in faults_of(lines, road_map) if fault.place == place]
    if faults:
        raise Invalid(fields={fault.name.replace(":", "_"): fault.words for fault in faults})
    _write(item, line)
    session.add(item)
    if former and former != line.code:
        below = PlanItem.plan_id == plan.id, PlanItem.parent_code == former
        session.execute(sa.update(PlanItem).where(*below).values(parent_code=line.code))
    _changed(plan, actor)
    _note(session, plan, "plan.line_saved", actor, {"line": line.code})
    session.flush()
    return item


def remove_line(
    session: Session, *, plan_id: int, item_id: int, revision: int | None, actor: Actor
) -> None:
    plan = editable(session, plan_id, revision)
    items = list(items_of(session, plan_id=plan.id))
    item = _item(items, item_id)
    if item is None:
        raise NotFound
    if any(one.parent_code.casefold() == item.code.casefold() for one in items):
        raise NotPossible(_("Masih ada baris di bawahnya. Hapus atau pindahkan baris itu dahulu."))
    session.delete(item)
    _changed(plan, actor)
    _note(session, plan, "plan.line_removed", actor, {"line": item.code})
    session.flush()


def replace_lines(
    session: Session, *, plan: ActionPlan, lines: Sequence[Line], actor: Actor
) -> None:
    """All of a plan that `editable` gave; `lines` hold no faults."""
    session.execute(sa.delete(PlanItem).where(PlanItem.plan_id == plan.id))
    _insert(session, plan, lines)
    _changed(plan, actor)
    session.flush()


def submit_plan(session: Session, *, plan_id: int, revision: int | None, actor: Actor) -> None:
    plan = moving(session, plan_id, PlanState.SUBMITTED, revision)
    found = completeness(
        lines_of(session, plan_id=plan.id),
        road_map_by_id(session, plan.road_map_id),
        years_of(plan),
    )
    if not found.whole:
        raise NotPossible(_("Rencana ini belum lengkap. Lihat bagian Kelengkapan."))
    plan.state = PlanState.SUBMITTED
    plan.submitted_at, plan.submitted_by = clock.now(), actor.name
    _changed(plan, actor)
    _note(session, plan, "plan.submitted", actor)
    session.flush()


def withdraw_plan(session: Session, *, plan_id: int, actor: Actor) -> None:
    """Back to a draft, before the coordinator has decided."""
    plan = moving(session, plan_id, PlanState.DRAFT, None)
    plan.state = PlanState.DRAFT
    _changed(plan, actor)
    _note(session, plan, "plan.withdrawn", actor)
    session.flush()


def locked(session: Session, plan_id: int) -> ActionPlan:
    """As it is now, whatever was read of it before."""
    wanted = sa.select(ActionPlan).where(ActionPlan.id == plan_id).with_for_update()
    plan = session.scalar(wanted.execution_options(populate_existing=True))
    if plan is None:
        raise NotFound
    return plan


def editable(session: Session, plan_id: int, revision: int | None) -> ActionPlan:
    """`revision`: as it was looked at; None where that does not matter."""
    plan = locked(session, plan_id)
    if plan.state not in EDITABLE:
        words = _(
            "Rencana ini berstatus %(state)s, jadi isinya tidak dapat diubah.",
            state=LABELS[plan.state].lower(),
        )
        raise NotPossible(words)
    _check_revision(plan, revision)
    return plan


def moving(session: Session, plan_id: int, to: PlanState, revision: int | None) -> ActionPlan:
    plan = locked(session, plan_id)
    if to not in MOVES[PlanState(plan.state)]:
        words = _("Rencana ini sudah berstatus %(state)s.", state=LABELS[plan.state].lower())
        raise NotPossible(words)
    _check_revision(plan, revision)
    return plan


def _check_revision(plan: ActionPlan, revision: int | None) -> None:
    if revision is not None and revision != plan.revision:
        words = _(
            "%(who)s baru saja mengubah rencana ini. Isian Anda masih ada di halaman ini; periksa "
            "lagi, lalu kirim sekali lagi.",
            who=plan.changed_by,
        )
        raise NotPossible(words)


def _new(
    session: Session, road_map_id: int, period_from: int, period_to: int, version: int, actor: Actor
) -> ActionPlan:
    now = clock.now()
    plan = ActionPlan(
        road_map_id=road_map_id,
        period_from=period_from,
        period_to=period_to,
        version=version,
        made_at=now,
        changed_at=now,
        changed_by=actor.name,
    )
    session.add(plan)
    session.flush()
    return plan


def _insert(session: Session, plan: ActionPlan, lines: Sequence[Line]) -> None:
    if not lines:
        return
    about = {"agency_id": plan.agency_id, "plan_id": plan.id}
    rows = [{**about, "position": n, **line.written()} for n, line in enumerate(lines, 1)]
    session.execute(sa.insert(PlanItem), rows)


def _item(items: Sequence[PlanItem], item_id: int | None) -> PlanItem | None:
    if item_id is None:
        return None
    found = next((one for one in items if one.id == item_id), None)
    if found is None:
        raise NotFound
    return found


def _write(item: PlanItem, line: Line) -> None:
    for name, value in line.written().items():
        setattr(item, name, value)


def _changed(plan: ActionPlan, actor: Actor) -> None:
    plan.revision += 1
    plan.changed_at, plan.changed_by = clock.now(), actor.name


def _note(
    session: Session,
    plan: ActionPlan,
    act: str,
    actor: Actor,
    data: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        actor=actor,
        act=act,
        object_kind="action_plan",
        object_id=plan.id,
        data=data,
    )
