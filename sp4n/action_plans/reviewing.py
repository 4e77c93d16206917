"""What others say to a plan: the coordinator in charge, who remarks and decides; then the head of
the agency, whose decree ratifies it."""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.action_plans.models import ActionPlan, PlanItem, PlanRemark
from sp4n.action_plans.operations import locked, moving
from sp4n.action_plans.states import PlanState
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.documents.kinds import ACTION_PLAN
from sp4n.documents.operations import DocumentAnswers, SignedFile, add_document, issue_document
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.files.storage import Storage
from sp4n.jobs.outbox import owe
from sp4n.tenants.models import AgencyKind

DECIDED: Final = "notice.plan_decided"
LONGEST_WORDS: Final = 5000
# Who reviews whose plans (PANRB, 5 November 2021: "pendampingan oleh kementerian koordinator").
PANRB: Final = "panrb"
KEMENDAGRI: Final = "kemendagri"
OFFICE_LABELS: Final[dict[str, LazyString]] = {
    PANRB: _l("Kementerian PANRB"),
    KEMENDAGRI: _l("Kementerian Dalam Negeri"),
}


def office_of(kind: str) -> str:
    """In charge of an agency of this kind."""
    central = kind in (AgencyKind.KEMENTERIAN, AgencyKind.LEMBAGA)
    return PANRB if central else KEMENDAGRI


def remark(session: Session, *, plan_id: int, code: str, words: str, actor: Actor) -> PlanRemark:
    """About the plan, or about the line that has this code. Of one that was sent."""
    plan = locked(session, plan_id)
    if plan.state not in (PlanState.SUBMITTED, PlanState.ACCEPTED):
        raise NotPossible(_("Rencana ini tidak sedang diperiksa."))
    there = sa.select(PlanItem.id).where(PlanItem.plan_id == plan_id, PlanItem.code == code)
    if code and session.scalar(there) is None:
        raise NotFound
    row = PlanRemark(
        plan_id=plan.id,
        code=code,
        words=_said(words),
        author_kind=actor.kind,
        author_name=actor.name,
        at=clock.now(),
    )
    session.add(row)
    _note(session, plan, "plan.remarked", actor)
    session.flush()
    return row


def decide_plan(
    session: Session,
    *,
    plan_id: int,
    accepted: bool,
    words: str,
    revision: int | None,
    actor: Actor,
) -> None:
    """Accepted; or given back, with what is to be revised."""
    to = PlanState.ACCEPTED if accepted else PlanState.NEEDS_REVISION
    plan = moving(session, plan_id, to, revision)
    if not accepted:
        words = _said(words)
    plan.state = to
    plan.decision = words.strip()[:LONGEST_WORDS]
    plan.decided_at, plan.decided_by = clock.now(), actor.name
    plan.revision += 1
    _note(session, plan, f"plan.{to}", actor)
    owe(session, kind=DECIDED, object_id=plan.id)
    session.flush()


def ratify_plan(
    session: Session,
    *,
    plan_id: int,
    number: str,
    on: date,
    by: str,
    actor: Actor,
    signed: SignedFile | None = None,
    storage: Storage | None = None,
) -> ActionPlan:
    """By the head's decree; the version before it is superseded, and stays. `signed`: the decree,
    which goes into the register of documents."""
    wrong = {}
    if not number.strip():
        wrong["number"] = _("Tulis nomor pengesahannya.")
    if not by.strip():
        wrong["by"] = _("Tulis siapa yang mengesahkan.")
    if on > clock.today(clock.CAPITAL):
        wrong["on"] = _("Tanggal pengesahan tidak boleh di kemudian hari.")
    if wrong:
        raise Invalid(fields=wrong)
    plan = moving(session, plan_id, PlanState.RATIFIED, None)
    former = session.scalar(
        sa.select(ActionPlan).where(
            ActionPlan.period_from == plan.period_from,
            ActionPlan.period_to == plan.period_to,
            ActionPlan.state == PlanState.RATIFIED,
        )
    )
    if former is not None:
        former.state = PlanState.SUPERSEDED
        session.flush()
    plan.state = PlanState.RATIFIED
    plan.number, plan.ratified_on = number.strip()[:200], on
    plan.ratified_by = by.strip()[:200]
    if signed is not None:
        plan.document_id = registered(session, plan, former, actor, signed, storage)
    plan.revision += 1
    _note(session, plan, "plan.ratified", actor)
    session.flush()
    return plan


def registered(
    session: Session,
    plan: ActionPlan,
    former: ActionPlan | None,
    actor: Actor,
    signed: SignedFile,
    storage: Storage | None,
) -> int:
    """Announced without its file, until somebody says otherwise in the register."""
    on = plan.ratified_on
    assert on is not None
    earlier = former is not None and former.ratified_on is not None and former.ratified_on < on
    answers = DocumentAnswers(
        kind=ACTION_PLAN,
        title=_("Rencana aksi %(from)s–%(to)s", **{"from": plan.period_from, "to": plan.period_to}),
        number=plan.number,
        dated=on,
        signatory=plan.ratified_by,
        valid_from=on,
        valid_to=max(on, date(plan.period_to, 12, 31)),
        replaces_id=former.document_id if former is not None and earlier else None,
        publicity="entry",
    )
    document = add_document(session, answers=answers, actor=actor, signed=signed, storage=storage)
    return issue_document(session, document=document, actor=actor).id


def _said(words: str) -> str:
    text = words.strip()
    if not text:
        raise Invalid(fields={"words": _("Tulis catatan Anda.")})
    if len(text) > LONGEST_WORDS:
        raise Invalid(fields={"words": _("Terlalu panjang; paling banyak 5.000 huruf.")})
    return text


def _note(session: Session, plan: ActionPlan, act: str, actor: Actor) -> None:
    record(session, actor=actor, act=act, object_kind="action_plan", object_id=plan.id)
