"""Counting the due dates of open cases anew, after limits or days off, the agency's or the
country's, have changed.

Batch by batch, each with its history in a transaction of its own together with how far it came: a
worker that is killed leaves whole batches behind it, and the next one goes on from there.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, distinct_on
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from sp4n import clock
from sp4n.audit.actors import SYSTEM
from sp4n.audit.operations import record
from sp4n.calendars.working_days import mark_of_days_off
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.recount_models import DueRecount
from sp4n.cases.recounting import COUNTED_FROM, OWING, Clockworks, moved_dates
from sp4n.cases.states import State
from sp4n.cases.time_limits import clockwork_for
from sp4n.db import insert_for_each
from sp4n.errors import NotFound
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.settings.queries import Step, mark_of_limits, rule_set
from sp4n.tenants.resolver import LIFETIME, AgencyFacts, agency_by_id
from sp4n.tenants.scope import current_agency_id

RECOUNT: Final = "case.recount_due"
BATCH: Final = 500
# Until no process knows the agency as it was before, and what it filed by that is committed.
SETTLED: Final = timedelta(seconds=LIFETIME + 3)
# The reporter's turn, and by which event it became theirs.
THEIR_TURN: Final = {State.AWAITING_REPLY: "answered", State.ON_HOLD: "asked"}
RECOUNTED: Final = (*OWING, *THEIR_TURN)

_case = cast(sa.Table, CaseRecord.__table__)
DATES: Final = (
    *("verify_due_at", "answer_due_at", "complete_due_at", "reply_due_at", "due_at"),
    "contest_until",
)

Dates = dict[str, datetime | None]


class Turn(NamedTuple):
    """The reporter's: the event by which it became theirs."""

    event_id: int
    began_at: datetime


class Moved(NamedTuple):
    """A case, and those of its dates that are others now, by their columns."""

    row: Any
    dates: Dates

    @property
    def is_told(self) -> bool:
        """To the reporter: where it is the date that they wait for."""
        return not self.dates.keys().isdisjoint(("due_at", "reply_due_at", "contest_until"))

    def new(self, name: str) -> datetime | None:
        date: datetime | None = self.dates.get(name, getattr(self.row, name))
        return date

    def told(self, run: DueRecount) -> dict[str, Any]:
        was = {name: getattr(self.row, name) for name in self.dates}
        return {
            "version": run.version_number,
            "before": {name: at.isoformat() if at else None for name, at in was.items()},
            "after": {name: at.isoformat() if at else None for name, at in self.dates.items()},
        }


def start_recount(session: Session, *, version_number: int) -> DueRecount:
    """Owed to the workers, in the transaction that changes the settings."""
    counted = sa.select(sa.func.count()).select_from(_case).where(*_counted())
    run = DueRecount(
        version_number=version_number,
        total=session.scalar(counted) or 0,
        started_at=clock.now(),
        counted_by=national_mark(session),
    )
    session.add(run)
    session.flush()
    due_at = clock.now() + SETTLED
    owe(session, kind=RECOUNT, object_id=run.id, queue=UPKEEP, due_at=due_at)
    return run


def recount_by_the_nation(session: Session) -> None:
    """Where the country's days off or limits are not those that open cases were counted by."""
    runs = sa.select(DueRecount).order_by(DueRecount.id.desc())
    newest = session.scalar(runs.limit(1))
    if newest is not None and newest.finished_at is None:
        return  # under way; looked at again
    last = session.scalar(runs.where(DueRecount.counted_by != "").limit(1))
    mark = national_mark(session)
    if last is None:
        now = clock.now()
        told = {"total": 0, "started_at": now, "finished_at": now, "counted_by": mark}
        session.add(DueRecount(version_number=0, **told))
        session.flush()
    elif last.counted_by != mark:
        start_recount(session, version_number=0)


def national_mark(session: Session) -> str:
    return f"{mark_of_days_off()}-{mark_of_limits(session)}"


def recount_batch(session: Session, *, recount_id: int) -> bool:
    """The next cases of this recount; whether there may be more. Nothing is left to do where a
    later one has begun: it comes past the same cases."""
    wanted = sa.select(DueRecount).where(DueRecount.id == recount_id).with_for_update()
    run = session.scalar(wanted)
    agency = agency_by_id(current_agency_id())
    if run is None or agency is None:
        raise NotFound
    if run.finished_at is not None:
        return False
    later = session.scalar(sa.select(sa.func.max(DueRecount.id))) != run.id
    rows = [] if later else _next_cases(session, run.last_case_id)
    made, turns = Clockworks(), _turns(session, rows)
    found = ((row, _moved(session, row, agency, made, turns.get(row.id))) for row in rows)
    moved = [Moved(row, dates) for row, dates in found if dates]
    if moved:
        _write(session, run, moved)
        _end_later(session, moved, turns)
    _look_anew(session, rows)
    run.seen, run.moved = run.seen + len(rows), run.moved + len(moved)
    if rows:
        run.last_case_id = rows[-1].id
    if len(rows) == BATCH:
        owe(session, kind=RECOUNT, object_id=run.id, queue=UPKEEP)
    else:
        _finish(session, run)
    session.flush()
    return len(rows) == BATCH


def _counted() -> tuple[sa.ColumnElement[bool], ...]:
    """The open ones, and those whose end can still be contested."""
    contestable = _case.c.contest_until > clock.now()
    return (
        _case.c.agency_id == current_agency_id(),
        sa.or_(_case.c.state.in_(RECOUNTED), contestable),
    )


def _next_cases(session: Session, after_id: int) -> list[Any]:
    """Locked, so that nobody acts on one by its old dates; each for as long as a batch takes."""
    wanted = (
        sa.select(*COUNTED_FROM)
        .where(*_counted(), _case.c.id > after_id)
        .order_by(_case.c.id)
        .limit(BATCH)
        .with_for_update()
    )
    return list(session.connection().execute(wanted))


def _turns(session: Session, rows: list[Any]) -> dict[int, Turn]:
    """Of those cases in which it is the reporter's turn: the final answer, or the question."""
    theirs = [row.id for row in rows if row.state in THEIR_TURN]
    if not theirs:
        return {}
    began = (
        sa.select(CaseEvent.case_id, CaseEvent.id, CaseEvent.at)
        .join(CaseRecord, CaseRecord.id == CaseEvent.case_id)
        .where(
            CaseEvent.case_id.in_(theirs),
            CaseEvent.to_state == CaseRecord.state,
            sa.tuple_(CaseRecord.state, CaseEvent.kind).in_(THEIR_TURN.items()),
        )
        .ext(distinct_on(CaseEvent.case_id))
        .order_by(CaseEvent.case_id, CaseEvent.id.desc())
    )
    return {row.case_id: Turn(row.id, row.at) for row in session.execute(began)}


def _moved(
    session: Session, row: Any, agency: AgencyFacts, made: Clockworks, turn: Turn | None
) -> Dates:
    """The dates that are others now, by their columns."""
    if row.state not in RECOUNTED:
        return _longer_to_contest(session, row, agency)
    longer = _longer_for_the_reporter(session, row, agency, turn) if turn else {}
    if row.state == State.AWAITING_REPLY:
        return longer
    return longer | moved_dates(session, row, agency, clock.now(), made)


def _longer_for_the_reporter(session: Session, row: Any, agency: AgencyFacts, turn: Turn) -> Dates:
    """A day off gives the reporter a day more; a day less is never taken from them."""
    if row.reply_due_at is None:
        return {}
    clockwork = clockwork_for(agency, rule_set(session, row.rule_set_id))
    until = clockwork.due(Step.REPLY, turn.began_at, row.classification)
    return {"reply_due_at": until} if until and until > row.reply_due_at else {}


def _longer_to_contest(session: Session, row: Any, agency: AgencyFacts) -> Dates:
    """Of what has ended, likewise."""
    if row.contest_until is None or row.closed_at is None:
        return {}
    clockwork = clockwork_for(agency, rule_set(session, row.rule_set_id))
    until = clockwork.due(Step.CONTEST, row.closed_at, row.classification)
    return {"contest_until": until} if until and until > row.contest_until else {}


def _write(session: Session, run: DueRecount, moved: list[Moved]) -> None:
    """The dates, and the old ones into the history, in two statements however many there are. The
    case's version stays: what somebody is writing at the desk is not about its dates, and must not
    be refused for them."""
    lists: dict[str, tuple[list[Any], TypeEngine[Any]]] = {
        "case_id": ([one.row.id for one in moved], sa.BigInteger()),
        "state": ([one.row.state for one in moved], sa.Text()),
        "public": ([one.is_told for one in moved], sa.Boolean()),
        "data": ([json.dumps(one.told(run)) for one in moved], sa.Text()),
        **{name: ([one.new(name) for one in moved], _case.c[name].type) for name in DATES},
    }
    arrays = (sa.cast(values, ARRAY(kind)) for values, kind in lists.values())
    source = sa.func.unnest(*arrays).table_valued(*lists, name="moved").render_derived()
    mine = (_case.c.agency_id == current_agency_id(), _case.c.id == source.c.case_id)
    change = sa.update(_case).where(*mine).values({name: source.c[name] for name in DATES})
    history = {
        "agency_id": current_agency_id(),
        "case_id": source.c.case_id,
        "at": sa.literal(clock.now()),
        "kind": "rescheduled",
        "public": source.c.public,
        "actor_kind": SYSTEM.kind,
        "from_state": source.c.state,
        "to_state": source.c.state,
        "data": sa.cast(source.c.data, JSONB),
    }
    session.connection().execute(change)
    session.connection().execute(insert_for_each(source, CaseEvent.__table__, history))


def _look_anew(session: Session, rows: list[Any]) -> None:
    """At those that climb, or were to: by the limits and days off of now."""
    if not rows:
        return
    climbing = sa.update(_case).where(
        _case.c.agency_id == current_agency_id(),
        _case.c.id.between(rows[0].id, rows[-1].id),
        _case.c.escalates_at.is_not(None),
    )
    session.connection().execute(climbing.values(escalates_at=clock.now()))


def _end_later(session: Session, moved: list[Moved], turns: dict[int, Turn]) -> None:
    """What was owed for the old day comes, finds that it is not over, and does nothing."""
    for one in moved:
        until, turn = one.dates.get("reply_due_at"), turns.get(one.row.id)
        if until is None or turn is None:
            continue
        about = turn.event_id
        if one.row.state == State.ON_HOLD:
            owe(session, kind="case.lapse", object_id=about, queue=UPKEEP, due_at=until)
        else:
            owe(session, kind="case.close_unanswered", object_id=about, queue=UPKEEP, due_at=until)


def _finish(session: Session, run: DueRecount) -> None:
    run.finished_at = clock.now()
    record(
        session,
        actor=SYSTEM,
        act="case.recounted",
        object_kind="configuration",
        object_id=run.id,
        data={"number": run.version_number, "seen": run.seen, "moved": run.moved},
    )
