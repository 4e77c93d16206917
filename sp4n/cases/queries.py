"""Reads of cases. What an actor may not see is not there: each load is its own check."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, with_expression

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.cases.access import matches
from sp4n.cases.escalation import escalated
from sp4n.cases.filters import Conditions
from sp4n.cases.looking import changed_since
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase, Tracking
from sp4n.cases.references import parse_reference
from sp4n.cases.searching import Among, cases_saying, query_of
from sp4n.cases.states import ENDED, State
from sp4n.cases.vault import IdentityFacts, identity_of
from sp4n.cases.visibility import sees_confidential, visible_to
from sp4n.db import PLANNED_ANEW
from sp4n.errors import NotFound
from sp4n.figures.queries import state_counts
from sp4n.settings.intake import within
from sp4n.tenants.scope import current_agency_id
from sp4n.web.paging import Cursor, Page

__all__ = [
    "IdentityFacts",
    "case_by_reference",
    "case_counts",
    "case_events",
    "case_id_of",
    "case_list",
    "custodian",
    "identity_of",
    "is_told",
    "late_cases",
    "open_question",
    "public_case",
    "public_cases",
    "reference_of_event",
    "references_among",
    "tracked_case",
]

# Characters of a published case that a list needs to know.
LONGEST_BEGINNING = 400
# Found by words, before they are told apart by topic.
MOST_SAYING = 2_000


def case_by_reference(session: Session, *, reference: str, actor: Actor) -> CaseRecord:
    """NotFound alike for what is not there and what this actor may not see."""
    case = session.scalar(
        sa.select(CaseRecord).where(
            CaseRecord.reference == parse_reference(reference), visible_to(actor)
        )
    )
    if case is None:
        raise NotFound
    return case


def case_id_of(session: Session, *, reference: str, actor: Actor) -> int | None:
    """None alike for what is not there and what this actor may not see."""
    wanted = sa.select(CaseRecord.id).where(CaseRecord.reference == parse_reference(reference))
    return session.scalar(wanted.where(visible_to(actor)))


def references_among(ids: Collection[int], *, actor: Actor) -> sa.Select[int, str]:
    """Case id -> reference, of those that this actor may see."""
    wanted = sa.select(CaseRecord.id, CaseRecord.reference)
    return wanted.where(CaseRecord.id.in_(ids), visible_to(actor))


def case_list(
    session: Session,
    *,
    actor: Actor,
    state: str | None = None,
    unit_id: int | None = None,
    overdue: bool = False,
    topic: str = "",
    text: str = "",
    more: Conditions = (),
    before: Cursor | None = None,
    limit: int = 50,
    marked: bool = False,
) -> Page[CaseRecord]:
    """Newest first. `text`: a reference, or words of the title or description. `topic`: the token
    of one: of the newest `MOST_SAYING` cases with the words, where words are asked for, too.
    `more`: of `cases.filters`. `marked`: with what changed since this actor looked; staff only."""
    wanted = sa.select(CaseRecord).where(visible_to(actor), *more)
    if marked and actor.id is not None:
        wanted = wanted.options(with_expression(CaseRecord.changed, changed_since(actor.id)))
    if state is not None:
        wanted = wanted.where(CaseRecord.state == state)
    if unit_id is not None:
        wanted = wanted.where(CaseRecord.unit_id == unit_id)
    if overdue:
        wanted = wanted.where(CaseRecord.due_at < clock.now())
    if topic:
        wanted = wanted.where(is_about(session, CaseRecord, topic))
    if before is not None:
        wanted = wanted.where(_place(CaseRecord) < (before.at, before.id))
    if text.strip():
        among = among_visible(actor, state=state, unit_id=unit_id, overdue=overdue, before=before)
        most = MOST_SAYING if topic or more else limit
        wanted = wanted.where(_case_says(session, text, among, most))
    newest_first = wanted.order_by(CaseRecord.filed_at.desc(), CaseRecord.id.desc())
    rows = session.scalars(newest_first.limit(limit + 1).execution_options(**PLANNED_ANEW)).all()
    return _page(rows, limit)


def among_visible(
    actor: Actor,
    *,
    state: str | None,
    unit_id: int | None,
    overdue: bool,
    before: Cursor | None = None,
) -> Among:
    confidential = sees_confidential(actor)
    return Among(
        state=state,
        unit_id=unit_id,
        units=actor.unit_ids if confidential is None else None,
        open_only=confidential is False,
        due_before=clock.now() if overdue else None,
        before=before,
    )


@dataclass(frozen=True)
class CaseCounts:
    """`by_state` names every state, with 0 where there is none."""

    by_state: dict[State, int]
    overdue: int
    escalated: int = 0


def case_counts(session: Session, *, actor: Actor) -> CaseCounts:
    """Of the cases that this actor may see, in one statement.

    Who sees all units gets them from the figures; those of some units are counted in their index.
    """
    confidential = sees_confidential(actor)
    if confidential is not None:
        found = state_counts(session, current_agency_id(), confidential=confidential)
        by_state = {state: found.by_state[state] for state in State}
        return CaseCounts(by_state, found.overdue, found.escalated)
    late = sa.func.count().filter(CaseRecord.due_at < clock.now())
    climbed = sa.select(sa.func.count()).where(visible_to(actor), escalated())
    wanted = sa.select(CaseRecord.state, sa.func.count(), late, climbed.scalar_subquery())
    wanted = wanted.where(visible_to(actor)).group_by(CaseRecord.state)
    rows = session.execute(wanted.execution_options(**PLANNED_ANEW)).all()
    states = dict.fromkeys(State, 0) | {State(row[0]): row[1] for row in rows}
    return CaseCounts(states, sum(row[2] for row in rows), rows[0][3] if rows else 0)


@dataclass(frozen=True)
class OpenCases:
    open: int = 0
    overdue: int = 0


def open_cases_by_unit(session: Session, *, unit_ids: Collection[int]) -> dict[int, OpenCases]:
    """Unit id -> its own cases that still ask for something, of these units."""
    late = sa.func.count().filter(CaseRecord.due_at < clock.now())
    wanted = sa.select(CaseRecord.unit_id, sa.func.count(), late).where(
        CaseRecord.unit_id.in_(unit_ids), CaseRecord.state.not_in(ENDED)
    )
    rows = session.execute(wanted.group_by(CaseRecord.unit_id)).all()
    return {unit_id: OpenCases(number, overdue) for unit_id, number, overdue in rows if unit_id}


class LateGroup(NamedTuple):
    """Cases that are late: where they lie (None: with nobody yet), and how many."""

    unit_id: int | None
    verified: bool
    cases: int


def late_cases(session: Session, *, most: int) -> list[LateGroup]:
    """Of all that the agency has, no more than `most` of them looked at, those due first; the
    largest group first."""
    late = sa.select(CaseRecord.unit_id, (CaseRecord.state != State.UNVERIFIED).label("verified"))
    late = late.where(CaseRecord.agency_id == current_agency_id(), CaseRecord.due_at < clock.now())
    seen = late.order_by(CaseRecord.due_at).limit(most).subquery()
    groups = sa.select(seen.c.unit_id, seen.c.verified, sa.func.count().label("cases"))
    groups = groups.group_by(seen.c.unit_id, seen.c.verified).order_by(sa.desc("cases"))
    rows = session.execute(groups.execution_options(**PLANNED_ANEW))
    return [LateGroup(*row) for row in rows]


def reference_of_event(session: Session, *, event_id: int) -> str | None:
    same = sa.and_(CaseRecord.agency_id == CaseEvent.agency_id, CaseRecord.id == CaseEvent.case_id)
    wanted = sa.select(CaseRecord.reference).join(CaseEvent, same)
    return session.scalar(wanted.where(CaseEvent.id == event_id))


def case_events(session: Session, *, case: CaseRecord, public_only: bool) -> Sequence[CaseEvent]:
    """The history, oldest first. `public_only`: what the reporter is shown."""
    history = sa.select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    if public_only:
        history = history.where(CaseEvent.public)
    return session.scalars(history).all()


def tracked_case(session: Session, *, secret: str, reference: str, access_code: str) -> CaseRecord:
    """The reporter's own case, in its agency's scope. NotFound alike, and as fast, for a wrong code
    and for no case."""
    found = sa.select(CaseRecord).where(CaseRecord.reference == parse_reference(reference))
    case = session.scalar(found)
    right = matches(secret, access_code, case.access_code_hash if case else None)
    if case is None or not right:
        raise NotFound
    return case


def open_question(session: Session, case: CaseRecord) -> str:
    """What the reporter is asked and has not answered yet; "" where nothing is."""
    if case.state != State.ON_HOLD:
        return ""
    asked = sa.select(CaseEvent.body).where(CaseEvent.case_id == case.id, CaseEvent.kind == "asked")
    return session.scalar(asked.order_by(CaseEvent.id.desc()).limit(1)) or ""


def is_told(session: Session, event_id: int | None) -> bool:
    """Whether the reporter reads of this event; so do those of what came with none."""
    if event_id is None:
        return True
    return bool(session.scalar(sa.select(CaseEvent.public).where(CaseEvent.id == event_id)))


def custodian(session: Session, *, reference: str) -> int | None:
    """The agency that has the case now; asked before there is a scope."""
    return session.scalar(
        sa.select(Tracking.agency_id).where(Tracking.reference == parse_reference(reference))
    )


class PublicLine(NamedTuple):
    """A published case in a list; `body`: the beginning of its words."""

    id: int
    reference: str
    title: str
    body: str
    state: str
    category_id: int | None
    own_topic: int | None
    filed_at: datetime


def _newest_public() -> sa.Select[Any]:
    """Made once: a front page asks nothing else."""
    one = PublicCase.__table__.c
    begins = sa.func.left(one.body, LONGEST_BEGINNING)
    about = (one.category_id, one.own_topic)
    wanted = sa.select(
        one.id, one.reference, one.title, begins, one.state, *about, one.filed_at
    ).where(one.agency_id == sa.bindparam("of"))
    newest_first = wanted.order_by(one.filed_at.desc(), one.id.desc())
    return newest_first.limit(sa.bindparam("most", type_=sa.Integer))


_NEWEST_PUBLIC = _newest_public()


def public_cases(
    session: Session, *, agency_id: int, before: Cursor | None = None, limit: int = 20
) -> Page[PublicLine]:
    """What an agency has published, newest first; `cases.public_search` looks for some of it."""
    wanted = _NEWEST_PUBLIC
    if before is not None:
        wanted = wanted.where(_place(PublicCase) < (before.at, before.id))
    found = session.connection().execute(wanted, {"of": agency_id, "most": limit + 1})
    return _page([PublicLine(*row) for row in found.all()], limit)


def public_case(session: Session, *, agency_id: int, reference: str) -> PublicCase:
    found = session.scalar(
        sa.select(PublicCase).where(
            PublicCase.agency_id == agency_id, PublicCase.reference == parse_reference(reference)
        )
    )
    if found is None:
        raise NotFound
    return found


def is_about(
    session: Session, table: type[CaseRecord | PublicCase], topic: str
) -> sa.ColumnElement[bool]:
    """The topic itself, or what stands below it; one that there is not has no cases."""
    ids, own = within(session, topic)
    return table.category_id.in_(ids) if own is None else table.own_topic == own


R = TypeVar("R", CaseRecord, PublicLine)


def _place(table: type[CaseRecord | PublicCase]) -> sa.Tuple:
    return sa.tuple_(table.filed_at, table.id)


def _page(rows: Sequence[R], limit: int) -> Page[R]:
    """One row more than is shown says that there is a next page."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(shown, Cursor(shown[-1].filed_at, shown[-1].id) if more else None)


def _case_says(session: Session, text: str, among: Among, limit: int) -> sa.ColumnElement[bool]:
    reference, query = parse_reference(text), query_of(text)
    if reference is not None:
        return CaseRecord.reference == reference
    found = cases_saying(session, query, among, limit + 1) if query else []
    return CaseRecord.id.in_(found)
