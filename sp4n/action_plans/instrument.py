"""The action plan among the instruments that an agency must have; and what the house calls of this
room, joined in `app.py`."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.accounts.permissions import Permission
from sp4n.action_plans.letters import register_plan_letters, remind
from sp4n.action_plans.models import ActionPlan
from sp4n.action_plans.queries import plans
from sp4n.action_plans.states import OPEN, PlanState
from sp4n.action_plans.uploads import purge_uploads
from sp4n.documents.instruments import (
    Line,
    NextAct,
    Seen,
    Urgency,
    register_line,
    register_says,
)
from sp4n.documents.kinds import ACTION_PLAN
from sp4n.documents.standing import holding
from sp4n.jobs.registry import register_upkeep

LIST = "/desk/rencana-aksi"


def register_plans() -> None:
    register_line(ACTION_PLAN, plan_line)
    register_plan_letters()
    register_upkeep("uploads of plans", purge_uploads)
    register_upkeep("reminders of plans", remind)


def plan_line(session: Session, seen: Seen) -> Line:
    """What is under way says more than what holds; one that is on paper only is the register's."""
    known = plans(session)
    under_way = next((one for one in known if one.state in OPEN), None)
    held = next((one for one in known if one.state == PlanState.RATIFIED), None)
    holds = held is not None and seen.today.year <= held.period_to
    if under_way is not None and not (holds and under_way.state == PlanState.DRAFT):
        return _under_way(under_way)
    if held is not None:
        return _held(
            held,
            holds,
            unsigned=held.document_id is None and not holding(seen.documents, seen.today),
        )
    start = NextAct(_("Mulai rencana aksi"), f"{LIST}/baru", Permission.PLAN_EDIT)
    if seen.documents:
        return register_says(session, seen)
    return Line(Urgency.MISSING, _("Belum ada."), act=start, path=LIST)


def _under_way(plan: ActionPlan) -> Line:
    path, edit = f"{LIST}/{plan.id}", Permission.PLAN_EDIT
    period = f"{plan.period_from}–{plan.period_to}"
    if plan.state == PlanState.SUBMITTED:
        words = _("Rencana %(period)s menunggu koordinator.", period=period)
        return Line(Urgency.UNDER_WAY, words, path=path)
    if plan.state == PlanState.NEEDS_REVISION:
        words = _("Rencana %(period)s perlu diperbaiki.", period=period)
        return Line(Urgency.SOON, words, act=NextAct(_("Perbaiki"), path, edit), path=path)
    if plan.state == PlanState.ACCEPTED:
        act = NextAct(_("Sahkan"), f"{path}/sahkan", Permission.PLAN_RATIFY)
        words = _("Rencana %(period)s tinggal disahkan pimpinan.", period=period)
        return Line(Urgency.SOON, words, act=act, path=path)
    words = _("Rencana %(period)s masih draf.", period=period)
    return Line(Urgency.UNDER_WAY, words, act=NextAct(_("Lanjutkan"), path, edit), path=path)


def _held(plan: ActionPlan, holds: bool, *, unsigned: bool) -> Line:
    path, until = f"{LIST}/{plan.id}", date(plan.period_to, 12, 31)
    urgency, words, act = Urgency.FINE, _("Disahkan dan berlaku."), None
    if not holds:
        act = NextAct(_("Mulai rencana berikutnya"), f"{LIST}/baru", Permission.PLAN_EDIT)
        urgency, words = Urgency.OVER, _("Periodenya sudah lewat.")
    elif unsigned:
        sign = _("Unggah PDF yang ditandatangani")
        act = NextAct(sign, f"{path}/berkas", Permission.PLAN_RATIFY)
        urgency, words = Urgency.SOON, _("Disahkan dan berlaku, PDF-nya belum diunggah.")
    return Line(urgency, words, until, act, path, plan.document_id)
