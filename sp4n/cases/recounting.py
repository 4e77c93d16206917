"""When the open cases of an agency are due by limits and days off that are not those that they
were counted by: what a draft would move, and what a published change has moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.models import CaseRecord
from sp4n.cases.recount_models import DueRecount
from sp4n.cases.states import State, state_owed_in
from sp4n.cases.time_limits import Clockwork, clockwork_for
from sp4n.settings.intake import lineage
from sp4n.settings.queries import Step, rule_set
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import current_agency_id

# What the agency owes something in; in AWAITING_REPLY it is the reporter's turn.
OWING: Final = (State.UNVERIFIED, State.UNHANDLED, State.IN_PROGRESS)
AT_ONCE: Final = 2_000  # rows that are in memory at a time

_case = CaseRecord.__table__.c
# What a due date is counted from, and is now.
COUNTED_FROM: Final = (
    *(_case.id, _case.state, _case.classification, _case.supervision, _case.unit_id),
    *(_case.rule_set_id, _case.filed_at, _case.verified_at, _case.verify_due_at),
    *(_case.answer_due_at, _case.complete_due_at, _case.reply_due_at, _case.due_at),
    *(_case.category_id, _case.own_topic, _case.state_before, _case.held_at),
    *(_case.limits_from, _case.paused_days, _case.extended_days, _case.received_at),
    *(_case.closed_at, _case.contest_until),
)


@dataclass(frozen=True)
class Shift:
    """Of one case: when its next due date is, and would be."""

    case_id: int
    before: datetime | None
    after: datetime | None

    @property
    def earlier(self) -> bool:
        return self.after is not None and (self.before is None or self.after < self.before)


@dataclass(frozen=True)
class Impact:
    """`overdue`: of the earlier ones, those that would be late from one moment to the next."""

    shifts: tuple[Shift, ...]
    earlier: int
    later: int
    overdue: int


@dataclass(frozen=True)
class ShiftLine:
    reference: str
    title: str
    before: datetime | None
    after: datetime | None
    earlier: bool


# Of one agency: by rule set, unit and topic.
Clockworks = dict[tuple[int, int | None, int | None, int | None], Clockwork]


def moved_dates(
    session: Session, row: Any, agency: AgencyFacts, at: datetime, made: Clockworks | None = None
) -> dict[str, datetime | None]:
    """Those dates of a case that are others by these settings of the agency, by their columns.
    `made`: clockworks of this agency that its cases share.

    Who is late stays late: a day off that is entered afterwards excuses nobody.
    """
    made = {} if made is None else made
    now, was = dates_ahead(_clockwork(session, row, agency, made), row), row.due_at
    until = now["due_at"]
    if row.state == State.ON_HOLD:  # its clock stands since then, and nothing of it is owed yet
        del now["due_at"]
        at, was = row.held_at or at, getattr(row, next(iter(now)))
    if was is not None and was < at and (until is None or until > was):
        return {}
    return {name: day for name, day in now.items() if day != getattr(row, name)}


def _clockwork(session: Session, row: Any, agency: AgencyFacts, made: Clockworks) -> Clockwork:
    at = (row.rule_set_id, row.unit_id, row.category_id, row.own_topic)
    if at not in made:
        topics = lineage(session, row.category_id, row.own_topic)
        rules = rule_set(session, row.rule_set_id)
        made[at] = clockwork_for(agency, rules, row.unit_id, topics)
    return made[at]


def dates_ahead(clockwork: Clockwork, row: Any) -> dict[str, datetime | None]:
    """The due dates that an open case has ahead of it, what is owed next first; what is behind it
    stays as promised."""
    kind, paused = row.classification, row.paused_days
    state = state_owed_in(row.state, row.state_before)
    start = row.limits_from or row.verified_at
    if state == State.UNVERIFIED:
        start = row.limits_from or row.filed_at
        verify = clockwork.due(Step.VERIFICATION, start, kind, paused=paused)
        return {"verify_due_at": verify, "due_at": verify}
    complete = clockwork.complete_due(row)
    if state == State.IN_PROGRESS:
        return {"complete_due_at": complete, "due_at": complete}
    answer = clockwork.due(Step.FIRST_ANSWER, start, kind, paused=paused)
    return {"answer_due_at": answer, "complete_due_at": complete, "due_at": answer}


def impact_of(session: Session, *, agency: AgencyFacts, at: datetime) -> Impact:
    """What would move, were these the agency's settings: what is due first, first."""
    shifts = sorted(_shifts(session, agency, at), key=lambda one: (str(one.after), one.case_id))
    earlier = [one for one in shifts if one.earlier]
    late = (one.after is not None and one.after < at for one in earlier)
    was_late = (one.before is not None and one.before < at for one in earlier)
    return Impact(
        tuple(shifts),
        earlier=len(earlier),
        later=len(shifts) - len(earlier),
        overdue=sum(now and not then for now, then in zip(late, was_late, strict=True)),
    )


def _shifts(session: Session, agency: AgencyFacts, at: datetime) -> Iterator[Shift]:
    wanted = sa.select(*COUNTED_FROM).where(
        _case.agency_id == current_agency_id(), _case.state.in_(OWING)
    )
    found = session.connection().execution_options(yield_per=AT_ONCE).execute(wanted)
    made: Clockworks = {}
    for row in found:
        moved = moved_dates(session, row, agency, at, made)
        if "due_at" in moved:
            yield Shift(row.id, row.due_at, moved["due_at"])


def shift_lines(session: Session, shifts: tuple[Shift, ...]) -> list[ShiftLine]:
    """Those of a page, with what people know a case by."""
    wanted = sa.select(CaseRecord.id, CaseRecord.reference, CaseRecord.title)
    ids = [one.case_id for one in shifts]
    named = {row.id: row for row in session.execute(wanted.where(CaseRecord.id.in_(ids)))}
    return [
        ShiftLine(
            named[one.case_id].reference,
            named[one.case_id].title,
            one.before,
            one.after,
            one.earlier,
        )
        for one in shifts
        if one.case_id in named
    ]


def last_recount(session: Session) -> DueRecount | None:
    counted = sa.select(DueRecount).where(DueRecount.total > 0)
    return session.scalars(counted.order_by(DueRecount.id.desc()).limit(1)).first()
