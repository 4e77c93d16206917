"""Acts on many cases: asked for, done batch by batch, stopped before they begin, taken back.

Each batch is a transaction with the marks of what it did: a worker that is killed leaves whole
batches behind it, and the next one goes on from there. Each case has its event, its audit row and
its letters, as if it had been acted on by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.accounts.permissions import may
from sp4n.accounts.queries import actor_of
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.cases.in_hand import InHand, cases_in_hand
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import return_case
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.tenants.resolver import AgencyFacts
from sp4n.workbench.bulk import (
    MOST_CASES,
    PERMISSIONS,
    Order,
    Workplace,
    carry_out,
    refused,
)
from sp4n.workbench.enclosed import drop_files, hold_files, waiting_files
from sp4n.workbench.models import BulkAct, BulkItem

GO_ON: Final = "bulk.go_on"
AT_ONCE: Final = 50  # cases that a request acts on itself
BATCH: Final = 125
# An answer cannot be unsaid: until then it can be stopped.
GRACE: Final = timedelta(minutes=2)
RETURNABLE: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Done:
    """Of one case: `why` not, or its version afterwards and the unit that it came from."""

    why: str
    version: int = 0
    former_unit_id: int | None = None


def ask_for_bulk(
    session: Session,
    *,
    order: Order,
    cases: Sequence[tuple[int, int]],
    actor: Actor,
    agency: AgencyFacts,
) -> BulkAct:
    """`cases`: id and version of each, as they were looked at."""
    if not cases or len(cases) > MOST_CASES:
        raise Invalid(_("Pilih paling banyak %(n)s laporan.", n=MOST_CASES))
    hold_files(session, order.files)
    now = clock.now()
    bulk = BulkAct(
        act=order.act,
        state="waiting",
        asked=order.written(),
        account_id=actor.id or 0,
        account_name=actor.name,
        total=len(cases),
        made_at=now,
        starts_at=now if order.act == "assign" else now + GRACE,
    )
    session.add(bulk)
    session.flush()
    session.add_all(
        BulkItem(bulk_id=bulk.id, case_id=case_id, version=version) for case_id, version in cases
    )
    record(
        session,
        actor=actor,
        act="bulk.asked",
        object_kind="bulk",
        object_id=bulk.id,
        data={"act": order.act, "cases": len(cases)},
    )
    session.flush()
    if order.act == "assign" and len(cases) <= AT_ONCE:
        go_on(session, bulk_id=bulk.id, agency=agency)
    else:
        owe(session, kind=GO_ON, object_id=bulk.id, queue=UPKEEP, due_at=bulk.starts_at)
    return bulk


def go_on(session: Session, *, bulk_id: int, agency: AgencyFacts) -> bool:
    """The next cases of it; whether there may be more."""
    bulk = _locked(session, bulk_id)
    if bulk.state not in ("waiting", "running", "undoing"):
        return False
    back = bulk.state == "undoing"
    items = _next_items(session, bulk, "acted" if back else "waiting")
    actor = _actor(session, bulk)
    do = _return_all if back else _act_on_all
    with cases_in_hand(session, [i.case_id for i in items], actor=actor, agency=agency) as hand:
        done = do(session, bulk, items, hand, actor)
    # All at once: a row that changes while cases are acted on is sent with each of them.
    for item in items:
        _set_down(bulk, item, done.get(item.case_id) or Done(_not_any_more()))
    more = len(items) == BATCH
    if more:
        bulk.state = bulk.state if back else "running"
        owe(session, kind=GO_ON, object_id=bulk.id, queue=UPKEEP)
    else:
        _end(session, bulk, "undone" if back else "done")
    session.flush()
    return more


def stop_bulk(session: Session, *, bulk_id: int, actor: Actor) -> None:
    """Before it has begun; of one that is under way the cases that are still to come are left."""
    bulk = _locked(session, bulk_id)
    if bulk.state not in ("waiting", "running"):
        raise NotPossible(_("Tindakan ini sudah selesai, jadi tidak dapat dihentikan."))
    _end(session, bulk, "stopped")
    record(session, actor=actor, act="bulk.stopped", object_kind="bulk", object_id=bulk.id)
    session.flush()


def return_bulk(session: Session, *, bulk_id: int, actor: Actor, agency: AgencyFacts) -> BulkAct:
    """Each case to the unit that it came from, unless something has happened to it since."""
    bulk = _locked(session, bulk_id)
    if not returnable(bulk):
        words = _("Hanya penerusan yang selesai kurang dari 10 menit lalu yang dapat dibatalkan.")
        raise NotPossible(words)
    bulk.state = "undoing"
    record(session, actor=actor, act="bulk.undone", object_kind="bulk", object_id=bulk.id)
    session.flush()
    if bulk.acted <= AT_ONCE:
        go_on(session, bulk_id=bulk.id, agency=agency)
    else:
        owe(session, kind=GO_ON, object_id=bulk.id, queue=UPKEEP)
    return bulk


def _end(session: Session, bulk: BulkAct, state: str) -> None:
    """What was to be hidden, a reporter's name, say, stands with the cases now, and so do files."""
    bulk.state, bulk.finished_at = state, bulk.finished_at or clock.now()
    if bulk.asked.get("hidden"):
        bulk.asked = {**bulk.asked, "hidden": []}
    session.flush()
    drop_files(session, bulk.asked.get("files", ""))


def returnable(bulk: BulkAct) -> bool:
    ended = bulk.finished_at
    fresh = ended is not None and clock.now() < ended + RETURNABLE
    return fresh and bulk.act == "assign" and bulk.state == "done" and bulk.acted > 0


def _act_on_all(
    session: Session, bulk: BulkAct, items: Sequence[BulkItem], hand: InHand, actor: Actor
) -> dict[int, Done]:
    order, done = Order.read(bulk.asked), {}
    if not may(actor.role, PERMISSIONS[order.act]):
        return {}
    place = replace(Workplace.of(hand), files=waiting_files(session, order.files))
    for item in items:
        if case := hand.cases.get(item.case_id):
            former, version = case.unit_id, item.version
            why = carry_out(session, order, case, actor=actor, version=version, place=place)
            done[case.id] = Done(why, case.version, former)
    return done


def _return_all(
    session: Session, _bulk: BulkAct, items: Sequence[BulkItem], hand: InHand, actor: Actor
) -> dict[int, Done]:
    done = {}
    for item in items:
        if case := hand.cases.get(item.case_id):
            done[case.id] = Done(_returned(session, item, case, actor))
    return done


def _set_down(bulk: BulkAct, item: BulkItem, done: Done) -> None:
    item.why = done.why
    if bulk.state == "undoing":
        item.state = "left" if done.why else "undone"
        bulk.undone += not done.why
    elif done.why:
        item.state = "refused"
        bulk.refused += 1
    else:
        item.state, item.version, item.former_unit_id = "acted", done.version, done.former_unit_id
        bulk.acted += 1


def _not_any_more() -> str:
    return _("Anda tidak dapat lagi melakukan ini pada laporan ini.")


def _returned(session: Session, item: BulkItem, case: CaseRecord, actor: Actor) -> str:
    unit_id = item.former_unit_id
    try:
        with session.begin_nested():
            return_case(session, case=case, actor=actor, unit_id=unit_id, version=item.version)
    except (Invalid, NotPossible) as refusal:
        return refused(refusal)
    return ""


def _locked(session: Session, bulk_id: int) -> BulkAct:
    """As it is now, whatever was read of it before."""
    wanted = sa.select(BulkAct).where(BulkAct.id == bulk_id).with_for_update()
    bulk = session.scalar(wanted.execution_options(populate_existing=True))
    if bulk is None:
        raise NotFound
    return bulk


def _next_items(session: Session, bulk: BulkAct, state: str) -> Sequence[BulkItem]:
    """In the order of the cases: two at once wait for each other, and never in a circle."""
    wanted = sa.select(BulkItem).where(BulkItem.bulk_id == bulk.id, BulkItem.state == state)
    return session.scalars(wanted.order_by(BulkItem.case_id).limit(BATCH)).all()


def _actor(session: Session, bulk: BulkAct) -> Actor:
    """As they are today; one who sees nothing once their account is closed."""
    account = session.scalar(
        sa.select(Account).where(Account.id == bulk.account_id, Account.active)
    )
    return actor_of(session, account) if account else Actor("staff")
