"""Removing by rule, step by step, in the order in which cases ended; and looking first at what
would go. The case, its history's steps and all figures stay.

A report that was split is one file: its time runs from the last of its cases to end, and it goes
as a whole (`cases.part_queries.last_to_end`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.audit.operations import record
from sp4n.cases.handover_models import Handover, HandoverContact
from sp4n.cases.models import CaseEvent, CaseRecord, Identity, PublicCase
from sp4n.cases.ombudsman_models import OmbudsmanHandoff
from sp4n.cases.own_number import forget_numbers
from sp4n.cases.part_queries import last_to_end, with_kin
from sp4n.cases.public_models import CaseFollower, CaseSupport
from sp4n.errors import NotPossible
from sp4n.files.models import Attachment
from sp4n.jobs.models import Outbox
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.privacy.models import RetentionPlan, RetentionStep
from sp4n.privacy.periods import ACCESS, CONTACT, FILES, PERIODS, TEXT, check_years
from sp4n.seals.operations import drop_salts
from sp4n.tenants.scope import current_agency_id
from sp4n.workbench.models import BulkAct, BulkItem

GO_ON: Final = "privacy.retain_on"
AT_ONCE: Final = 200
LISTED: Final = 20
COUNTED: Final = 10_000
# In place of a title whose words are gone.
NO_TITLE: Final = "(dihapus)"
# Of an act on many cases: what was said to all of them.
WORDLESS: Final = {"words": "", "hidden": [], "link": "", "none_because": ""}


@dataclass(frozen=True)
class Due:
    """`number`: of reports whose time is over, COUNTED + 1 at most; `first`: reference and end of
    the first ones; `removed`: from how many it is gone already. A split one counts once."""

    step: str
    years: int
    number: int
    first: Sequence[tuple[str, datetime]]
    removed: int


def plan_of(session: Session) -> RetentionPlan | None:
    own = sa.select(RetentionPlan).where(RetentionPlan.agency_id == current_agency_id())
    return session.scalar(own)


def years_of(plan: RetentionPlan | None) -> dict[str, int]:
    return {step: getattr(plan, step) if plan else one.years for step, one in PERIODS.items()}


def due_now(session: Session) -> list[Due]:
    """The dry run: what each step would take, were it run now."""
    years, found = years_of(plan_of(session)), []
    steps = {one.step: one for one in session.scalars(sa.select(RetentionStep))}
    for step in PERIODS:
        cases = _over(years[step], steps.get(step))
        some = cases.with_only_columns(CaseRecord.id).limit(COUNTED + 1).subquery()
        number = session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
        first = cases.with_only_columns(CaseRecord.reference, CaseRecord.closed_at).limit(LISTED)
        listed = [(row.reference, row.closed_at) for row in session.execute(first)]
        before = steps[step].removed if step in steps else 0
        found.append(Due(step, years[step], number, listed, before))
    return found


def set_periods(session: Session, *, years: Mapping[str, int], actor: Actor) -> None:
    """Other periods are looked at before they run: until then nothing is removed."""
    check_years(years)
    plan = plan_of(session)
    if plan is None:
        plan = RetentionPlan()
        session.add(plan)
    for step in PERIODS:
        setattr(plan, step, years[step])
    plan.running, plan.changed_at = False, clock.now()
    record(session, actor=actor, act="retention.set", data=dict(years))
    session.flush()


def switch(session: Session, *, running: bool, seen: datetime | None, actor: Actor) -> None:
    """`seen`: when the periods were set whose dry run the actor has looked at."""
    plan = plan_of(session)
    if plan is None or (running and plan.changed_at != seen):
        raise NotPossible("")
    plan.running = running
    record(session, actor=actor, act=f"retention.{'started' if running else 'stopped'}")
    session.flush()


def retain(session: Session) -> int:
    """One batch of the first step that has any: how many reports. The rest waits in line."""
    plan = plan_of(session)
    if plan is None or not plan.running:
        return 0
    key = sa.func.hashtextextended(f"retention/{current_agency_id()}", 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
    for step, years in years_of(plan).items():
        if number := _take(session, step, years):
            if not _goes_on(session):
                owe(session, kind=GO_ON, object_id=None, queue=UPKEEP)
            session.flush()
            return number
    return 0


def _take(session: Session, step: str, years: int) -> int:
    own = sa.select(RetentionStep).where(
        RetentionStep.agency_id == current_agency_id(), RetentionStep.step == step
    )
    mark = session.scalar(own)
    ended = _held(session, _over(years, mark))
    if not ended:
        return 0
    if mark is None:
        mark = RetentionStep(step=step, removed=0)
        session.add(mark)
    mark.through_at, mark.through_id = ended[-1].closed_at, ended[-1].id
    mark.removed += len(ended)
    ids = with_kin(session, [one.id for one in ended])
    cases = session.execute(sa.select(CaseRecord.id, CaseRecord.state).where(_among(ids))).all()
    STEPS[step](session, ids)
    _tell(session, step, cases)
    data = {"step": step, "years": years, "cases": len(ids)}
    record(session, actor=SYSTEM, act="retention.removed", data=data)
    session.flush()
    return len(ended)


def _held(session: Session, over: sa.Select[Any]) -> Sequence[Any]:
    """The next of these, with all of their reports locked: looked at again once they are, as one
    may have been taken up again in the meantime."""
    ended = over.with_only_columns(CaseRecord.id, CaseRecord.closed_at)
    ids = [one.id for one in session.execute(ended.limit(AT_ONCE))]
    if not ids:
        return ()
    kin = sa.select(CaseRecord.id).where(_among(with_kin(session, ids))).order_by(CaseRecord.id)
    session.execute(kin.with_for_update()).all()
    return session.execute(ended.where(_among(ids))).all()


def _among(ids: Sequence[int]) -> sa.ColumnElement[bool]:
    return CaseRecord.id.in_(ids)


def _over(years: int, mark: RetentionStep | None) -> sa.Select[Any]:
    """Cases whose report ended with them so long ago, the oldest first, after those that the step
    has seen."""
    end = clock.now() - sa.func.make_interval(years)
    wanted = sa.select(CaseRecord).where(
        CaseRecord.agency_id == current_agency_id(),
        CaseRecord.closed_at.is_not(None),
        CaseRecord.closed_at < end,
        last_to_end(),
    )
    if mark is not None:
        place = sa.tuple_(CaseRecord.closed_at, CaseRecord.id)
        wanted = wanted.where(place > sa.tuple_(mark.through_at, mark.through_id))
    return wanted.order_by(CaseRecord.closed_at, CaseRecord.id)


def _tell(session: Session, step: str, cases: Sequence[Any]) -> None:
    """In the history of each: what went, and by which rule."""
    at = clock.rounded_to_hour(clock.now())
    told = {"parts": [step], "citation": PERIODS[step].citation}
    rows = [
        {
            "agency_id": current_agency_id(),
            "case_id": one.id,
            "at": at,
            "kind": "expired",
            "public": True,
            "actor_kind": SYSTEM.kind,
            "actor_name": "",
            "from_state": one.state,
            "to_state": one.state,
            "body": "",
            "data": told,
        }
        for one in cases
    ]
    session.execute(sa.insert(CaseEvent), rows)


def _contact(session: Session, ids: Sequence[int]) -> None:
    session.execute(sa.delete(Identity).where(Identity.case_id.in_(ids)))
    forget_numbers(session, list(ids))
    mine = sa.delete(HandoverContact).where(HandoverContact.agency_id == current_agency_id())
    session.execute(mine.where(HandoverContact.handover_id.in_(_sent(ids))))


def _access(session: Session, ids: Sequence[int]) -> None:
    """No code fits any more: another hash for each, of nothing."""
    for case_id in ids:
        case = sa.update(CaseRecord).where(CaseRecord.id == case_id)
        session.execute(case.values(access_code_hash=secrets.token_bytes(32), **_anew()), **_PLAIN)
    session.execute(_handovers(ids).values(access_code_hash=secrets.token_bytes(32)), **_PLAIN)


def _files(session: Session, ids: Sequence[int]) -> None:
    """The rows: what no row names is swept out of the storage."""
    session.execute(sa.select(sa.func.photos_expire(_array(ids))))
    shown = sa.update(PublicCase).where(PublicCase.agency_id == current_agency_id())
    session.execute(shown.where(PublicCase.id.in_(ids)).values(photos=[]), **_PLAIN)
    session.execute(sa.delete(Attachment).where(Attachment.case_id.in_(ids)))


def _text(session: Session, ids: Sequence[int]) -> None:
    """Of the case, its history, what was published of it and what was passed on; with the salts of
    its seals."""
    blank = {"title": NO_TITLE, "description": "", "location": "", "extra_answers": []}
    cases = sa.update(CaseRecord).where(CaseRecord.id.in_(ids))
    gone = {**blank, "occurred_on": None, "channel_link": "", "published": False, "hidden": []}
    session.execute(cases.values(**gone, **_anew()), **_PLAIN)
    session.execute(sa.select(sa.func.words_expire(_array(ids))))
    public = sa.delete(PublicCase).where(PublicCase.agency_id == current_agency_id())
    session.execute(public.where(PublicCase.id.in_(ids)), **_PLAIN)
    for table in (CaseFollower, CaseSupport):
        session.execute(sa.delete(table).where(table.case_id.in_(ids)), **_PLAIN)
    session.execute(_handovers(ids).values(payload={}, reason="", decision=""), **_PLAIN)
    handed = sa.update(OmbudsmanHandoff).where(OmbudsmanHandoff.case_id.in_(ids))
    session.execute(handed.values(result=""), **_PLAIN)
    acts = sa.select(BulkItem.bulk_id).where(BulkItem.case_id.in_(ids))
    wordless = BulkAct.asked.op("||")(sa.cast(WORDLESS, JSONB))
    session.execute(sa.update(BulkAct).where(BulkAct.id.in_(acts)).values(asked=wordless), **_PLAIN)
    events = sa.select(CaseEvent.id).where(CaseEvent.case_id.in_(ids))
    drop_salts(session, event_ids=list(session.scalars(events)))


_PLAIN: Final[dict[str, Any]] = {"execution_options": {"synchronize_session": False}}
STEPS: Final[dict[str, Callable[[Session, Sequence[int]], None]]] = {
    CONTACT: _contact,
    ACCESS: _access,
    FILES: _files,
    TEXT: _text,
}


def _array(ids: Sequence[int]) -> sa.ColumnElement[Any]:
    return sa.cast(list(ids), sa.ARRAY(sa.BigInteger))


def _anew() -> dict[str, Any]:
    return {"version": CaseRecord.version + 1}


def _sent(ids: Sequence[int]) -> sa.Select[int]:
    return sa.select(Handover.id).where(
        Handover.agency_id == current_agency_id(), Handover.case_id.in_(ids)
    )


def _handovers(ids: Sequence[int]) -> sa.Update:
    mine = sa.update(Handover).where(Handover.agency_id == current_agency_id())
    return mine.where(Handover.case_id.in_(ids))


def _goes_on(session: Session) -> bool:
    waits = sa.exists().where(
        Outbox.agency_id == current_agency_id(),
        Outbox.state.in_(("scheduled", "waiting", "leased")),
        Outbox.kind == GO_ON,
    )
    return bool(session.scalar(sa.select(waits)))
