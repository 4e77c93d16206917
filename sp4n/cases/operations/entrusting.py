"""A person, by name, is to see to a case; and what becomes of that when they leave."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.accounts.queries import actor_of
from sp4n.audit.actors import Actor
from sp4n.cases.entrusted import people_for
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.cases.states import ENDED, Act
from sp4n.errors import Invalid
from sp4n.jobs.outbox import owe


def entrust_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    account_id: int | None,
    version: int | None = None,
) -> CaseEvent:
    """`account_id` None: to nobody by name, so that its unit sees to it."""
    deed = begin(session, case=case, actor=actor, version=version)
    deed.move(Act.ENTRUST)
    if case.assignee_id == account_id:
        raise Invalid(fields={"account_id": _("Laporan ini sudah dipegang begitu.")})
    event = entrust(deed, _one_who_may(deed, account_id))
    deed.record("case.entrusted", {"account_id": account_id})
    return event


def entrust(deed: Deed, person: Account | None) -> CaseEvent:
    """A part of an act that has been begun; the audit row is the act's own."""
    deed.case.assignee_id = person.id if person else None
    event = deed.tell("entrusted", public=False, unit_id=deed.case.unit_id, data=_named(person))
    if person is not None and person.id != deed.actor.id:
        owe(
            deed.session,
            kind="notice.staff_entrusted",
            object_id=event.id,
            recipient_id=person.id,
        )
    return event


def pass_on_cases(
    session: Session, *, account_id: int, successor_id: int | None, actor: Actor
) -> int:
    """The open cases of who leaves go to the successor where they may have them, else back to the
    unit. A part of closing the account, which is in the trail; gives how many they were."""
    held = sa.select(CaseRecord).where(
        CaseRecord.assignee_id == account_id, CaseRecord.state.not_in(ENDED)
    )
    cases = session.scalars(held.order_by(CaseRecord.id).with_for_update()).all()
    heir = sa.select(Account).where(Account.id == successor_id, Account.active)
    successor = session.scalar(heir) if successor_id is not None else None
    reach = actor_of(session, successor).unit_ids if successor else frozenset()
    for case in cases:
        may = successor is not None and (successor.role == "admin" or case.unit_id in reach)
        case.assignee_id = successor.id if successor and may else None
        session.add(_passed_on(case, successor if may else None, actor))
    session.flush()
    return len(cases)


def _one_who_may(deed: Deed, account_id: int | None) -> Account | None:
    """Who acts may take it in any case: a deputy sees what is not of a unit of their own."""
    if account_id is None:
        return None
    if (deed.actor.kind, deed.actor.id) == ("staff", account_id):
        return deed.session.get(Account, (deed.case.agency_id, account_id))
    people = {one.id: one for one in people_for(deed.session, unit_id=deed.case.unit_id)}
    if account_id not in people:
        message = _("Pilih admin, atau pejabat penghubung unit yang memegang laporan ini.")
        raise Invalid(fields={"account_id": message})
    return people[account_id]


def _passed_on(case: CaseRecord, person: Account | None, actor: Actor) -> CaseEvent:
    now = clock.now()
    return CaseEvent(
        case_id=case.id,
        at=clock.rounded_to_hour(now) if case.anonymous else now,
        kind="entrusted",
        public=False,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        from_state=case.state,
        to_state=case.state,
        unit_id=case.unit_id,
        data={**_named(person), "left": True},
    )


def _named(person: Account | None) -> dict[str, Any]:
    """As they were called then; a name that changes later leaves the history as it was."""
    return {"account_id": person.id, "name": person.name} if person else {"account_id": None}
