"""The signed PDF of a ratified plan, where it comes after the ratification was recorded."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.action_plans.models import ActionPlan
from sp4n.action_plans.operations import locked
from sp4n.action_plans.reviewing import registered
from sp4n.action_plans.states import PlanState
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.documents.operations import SignedFile
from sp4n.errors import Invalid, NotPossible
from sp4n.files.storage import Storage


def sign_plan(
    session: Session, *, plan_id: int, signed: SignedFile | None, storage: Storage, actor: Actor
) -> ActionPlan:
    """Into the register of documents; once."""
    plan = locked(session, plan_id)
    if plan.state != PlanState.RATIFIED:
        raise NotPossible(_("Hanya rencana yang disahkan yang mempunyai PDF pengesahan."))
    if plan.document_id is not None:
        raise NotPossible(_("PDF rencana ini sudah ada di daftar dokumen."))
    if signed is None:
        raise Invalid(fields={"file": _("Unggah berkas PDF yang sudah ditandatangani.")})
    plan.document_id = registered(session, plan, _former(session, plan), actor, signed, storage)
    plan.revision += 1
    record(session, actor=actor, act="plan.signed", object_kind="action_plan", object_id=plan.id)
    session.flush()
    return plan


def _former(session: Session, plan: ActionPlan) -> ActionPlan | None:
    """The version of the same period that it superseded."""
    earlier = sa.select(ActionPlan).where(
        ActionPlan.period_from == plan.period_from,
        ActionPlan.period_to == plan.period_to,
        ActionPlan.state == PlanState.SUPERSEDED,
        ActionPlan.version < plan.version,
    )
    return session.scalar(earlier.order_by(ActionPlan.version.desc()).limit(1))
