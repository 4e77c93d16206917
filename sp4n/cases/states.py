"""What can be done with a case in which state, and where that leaves it: one table."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sp4n.cases.models import CaseRecord
from sp4n.cases.words import not_possible
from sp4n.errors import NotPossible


class State(StrEnum):
    UNVERIFIED = "unverified"
    UNHANDLED = "unhandled"
    IN_PROGRESS = "in_progress"
    AWAITING_REPLY = "awaiting_reply"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Act(StrEnum):
    VERIFY = "verify"
    ASSIGN = "assign"
    ANSWER = "answer"  # a follow-up, more to come
    CONCLUDE = "conclude"  # the final answer: the reporter has the word
    NOTE = "note"
    REPLY = "reply"  # the reporter writes back
    ACCEPT = "accept"  # the reporter says: solved
    EXPIRE = "expire"  # the reporter let the time for a reply pass
    ARCHIVE = "archive"
    END_TRIAL = "end_trial"  # the agency goes live


_S = State

MOVES: Final[dict[Act, dict[State, State]]] = {
    Act.VERIFY: {_S.UNVERIFIED: _S.UNHANDLED},
    Act.ASSIGN: {_S.UNHANDLED: _S.UNHANDLED, _S.IN_PROGRESS: _S.IN_PROGRESS},
    Act.ANSWER: {_S.UNHANDLED: _S.IN_PROGRESS, _S.IN_PROGRESS: _S.IN_PROGRESS},
    Act.CONCLUDE: {_S.UNHANDLED: _S.AWAITING_REPLY, _S.IN_PROGRESS: _S.AWAITING_REPLY},
    Act.NOTE: {state: state for state in State},
    Act.REPLY: {
        _S.UNVERIFIED: _S.UNVERIFIED,
        _S.UNHANDLED: _S.UNHANDLED,
        _S.IN_PROGRESS: _S.IN_PROGRESS,
        _S.AWAITING_REPLY: _S.IN_PROGRESS,
    },
    Act.ACCEPT: {_S.AWAITING_REPLY: _S.CLOSED},
    Act.EXPIRE: {_S.AWAITING_REPLY: _S.CLOSED},
    Act.ARCHIVE: {
        _S.UNVERIFIED: _S.ARCHIVED,
        _S.UNHANDLED: _S.ARCHIVED,
        _S.IN_PROGRESS: _S.ARCHIVED,
    },
    Act.END_TRIAL: {
        _S.UNVERIFIED: _S.CLOSED,
        _S.UNHANDLED: _S.CLOSED,
        _S.IN_PROGRESS: _S.CLOSED,
        _S.AWAITING_REPLY: _S.CLOSED,
    },
}

# Nobody owes anything there any more.
ENDED: Final = (State.CLOSED, State.ARCHIVED)

# What a reporter is told when a case is laid aside; `words.ARCHIVE_REASON_LABELS` says each.
ARCHIVE_REASONS: Final = (
    "unclear",
    "too_general",
    "not_public_service",
    "not_our_authority",
    "duplicate",
    "in_court",
    "offensive",
    "spam",
)


def can(state: str, act: Act) -> bool:
    return state in MOVES[act]


def move(case: CaseRecord, act: Act) -> State:
    """Put the case where this act leaves it, and its clock right; returns the state it was in."""
    before = State(case.state)
    if not can(before, act):
        raise NotPossible(not_possible(act, before))
    case.state = MOVES[act][before]
    case.due_at = owed_at(case)
    return before


def owed_at(case: CaseRecord) -> datetime | None:
    """When the agency owes the next thing; None when it owes nothing, or no rule says when."""
    match case.state:
        case State.UNVERIFIED:
            return case.verify_due_at
        case State.UNHANDLED:
            return case.answer_due_at
        case State.IN_PROGRESS:
            return case.complete_due_at
        case _:
            return None
