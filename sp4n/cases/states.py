"""What can be done with a case in which state, and where that leaves it: one table."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sp4n.cases.models import CaseRecord
from sp4n.cases.words import not_possible, on_its_way
from sp4n.errors import NotPossible


class State(StrEnum):
    UNVERIFIED = "unverified"
    ON_HOLD = "on_hold"  # the reporter was asked for something; the agency's clock stands still
    UNHANDLED = "unhandled"
    IN_PROGRESS = "in_progress"
    AWAITING_REPLY = "awaiting_reply"  # a final answer was given
    DISPUTED = "disputed"  # its end was contested twice: a coordinator decides
    CLOSED = "closed"
    ARCHIVED = "archived"
    FORWARDED = "forwarded"  # another agency has it now


class Act(StrEnum):
    VERIFY = "verify"
    HOLD = "hold"  # the reporter is asked for what is missing
    RESUME = "resume"  # the agency goes on without it
    ASSIGN = "assign"
    ENTRUST = "entrust"  # a person, by name, is to see to it
    ANSWER = "answer"  # a follow-up, more to come
    CONCLUDE = "conclude"  # the final answer: the reporter has the word
    NOTE = "note"
    REPLY = "reply"  # the reporter writes back
    ACCEPT = "accept"  # the reporter says: solved
    EXPIRE = "expire"  # the reporter let the time for a reply pass
    LAPSE = "lapse"  # the reporter did not give what was missing
    WITHDRAW = "withdraw"  # the reporter takes it back
    ARCHIVE = "archive"
    REOPEN = "reopen"  # the agency takes it up again
    CONTEST = "contest"  # the reporter says: not solved, or wrongly laid aside
    APPEAL = "appeal"  # the same, for the second time
    UPHOLD = "uphold"  # a coordinator decides: it is over
    OVERTURN = "overturn"  # a coordinator decides: it is not
    FORWARD = "forward"  # another agency has accepted it
    RETURN = "return"  # it came back from another agency
    END_TRIAL = "end_trial"  # the agency goes live
    RECLASSIFY = "reclassify"  # its kind, topic or weight is put right
    EXTEND = "extend"  # a request for public information gets its second limit
    HAND_TO_OMBUDSMAN = "hand_to_ombudsman"  # its reporter asks them to take it over
    ESCALATE = "escalate"  # it is late: who stands above is told


_S = State
# In the table: back to the state that the case was in when it came to this one.
BACK: Final = None

MOVES: Final[dict[Act, dict[State, State | None]]] = {
    Act.VERIFY: {_S.UNVERIFIED: _S.UNHANDLED},
    Act.HOLD: dict.fromkeys((_S.UNVERIFIED, _S.UNHANDLED, _S.IN_PROGRESS), _S.ON_HOLD),
    Act.RESUME: {_S.ON_HOLD: BACK},
    Act.ASSIGN: {_S.UNHANDLED: _S.UNHANDLED, _S.IN_PROGRESS: _S.IN_PROGRESS},
    Act.ENTRUST: {
        state: state for state in State if state not in (_S.CLOSED, _S.ARCHIVED, _S.FORWARDED)
    },
    Act.ANSWER: {_S.UNHANDLED: _S.IN_PROGRESS, _S.IN_PROGRESS: _S.IN_PROGRESS},
    Act.CONCLUDE: {_S.UNHANDLED: _S.AWAITING_REPLY, _S.IN_PROGRESS: _S.AWAITING_REPLY},
    Act.NOTE: {state: state for state in State},
    Act.REPLY: {
        _S.UNVERIFIED: _S.UNVERIFIED,
        _S.ON_HOLD: BACK,
        _S.UNHANDLED: _S.UNHANDLED,
        _S.IN_PROGRESS: _S.IN_PROGRESS,
        _S.AWAITING_REPLY: _S.IN_PROGRESS,
    },
    Act.ACCEPT: {_S.AWAITING_REPLY: _S.CLOSED},
    Act.EXPIRE: {_S.AWAITING_REPLY: _S.CLOSED},
    Act.LAPSE: {_S.ON_HOLD: _S.ARCHIVED},
    Act.WITHDRAW: dict.fromkeys(
        (_S.UNVERIFIED, _S.ON_HOLD, _S.UNHANDLED, _S.IN_PROGRESS, _S.AWAITING_REPLY), _S.ARCHIVED
    ),
    Act.ARCHIVE: dict.fromkeys(
        (_S.UNVERIFIED, _S.ON_HOLD, _S.UNHANDLED, _S.IN_PROGRESS), _S.ARCHIVED
    ),
    Act.REOPEN: {_S.CLOSED: _S.IN_PROGRESS, _S.ARCHIVED: BACK},
    Act.CONTEST: {_S.CLOSED: _S.IN_PROGRESS, _S.ARCHIVED: BACK},
    Act.APPEAL: dict.fromkeys((_S.CLOSED, _S.ARCHIVED), _S.DISPUTED),
    Act.UPHOLD: {_S.DISPUTED: _S.CLOSED},
    Act.OVERTURN: {_S.DISPUTED: _S.IN_PROGRESS},
    Act.FORWARD: dict.fromkeys(
        (_S.UNVERIFIED, _S.ON_HOLD, _S.UNHANDLED, _S.IN_PROGRESS), _S.FORWARDED
    ),
    Act.RETURN: {_S.FORWARDED: _S.UNVERIFIED},
    Act.END_TRIAL: {
        state: _S.CLOSED for state in State if state not in (_S.CLOSED, _S.ARCHIVED, _S.FORWARDED)
    },
    Act.RECLASSIFY: {
        state: state
        for state in (_S.UNVERIFIED, _S.ON_HOLD, _S.UNHANDLED, _S.IN_PROGRESS, _S.AWAITING_REPLY)
    },
    Act.EXTEND: {_S.UNHANDLED: _S.UNHANDLED, _S.IN_PROGRESS: _S.IN_PROGRESS},
    Act.HAND_TO_OMBUDSMAN: {
        state: state
        for state in (_S.UNVERIFIED, _S.ON_HOLD, _S.UNHANDLED, _S.IN_PROGRESS, _S.DISPUTED)
    },
    Act.ESCALATE: {state: state for state in (_S.UNVERIFIED, _S.UNHANDLED, _S.IN_PROGRESS)},
}

# The agency owes nothing there any more.
ENDED: Final = (State.CLOSED, State.ARCHIVED, State.FORWARDED)
# What is possible while another agency is asked to take the case; where it is not is `MOVES`' word.
WHILE_ON_ITS_WAY: Final = (Act.NOTE, Act.REPLY, Act.WITHDRAW, Act.FORWARD)
# Who tries one of these is told which others of the same kind are possible.
OF_STAFF: Final = (
    *(Act.VERIFY, Act.HOLD, Act.RESUME, Act.ASSIGN, Act.ANSWER, Act.CONCLUDE),
    *(Act.FORWARD, Act.RECLASSIFY, Act.ARCHIVE, Act.REOPEN, Act.NOTE),
)
OF_REPORTER: Final = (Act.REPLY, Act.ACCEPT, Act.CONTEST, Act.WITHDRAW)
# Where a case that leaves one of these goes BACK to is noted when it comes to it.
_REMEMBERED: Final = (State.ON_HOLD, State.ARCHIVED)

# What a reporter is told when a case is laid aside; `words.ARCHIVE_REASON_LABELS` says each. These
# the agency's staff choose from.
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
# Why time laid it aside, or its reporter.
NOT_COMPLETED: Final = "not_completed"
WITHDRAWN: Final = "withdrawn"


def can(state: str, act: Act) -> bool:
    return state in MOVES[act]


def allows(case: CaseRecord, act: Act) -> bool:
    return can(case.state, act) and (case.handover_id is None or act in WHILE_ON_ITS_WAY)


def why_not(act: Act, state: str) -> str:
    """In words, with what can be done instead by who tried this."""
    sides = (side for side in (OF_STAFF, OF_REPORTER) if act in side)
    return not_possible(act, state, [one for side in sides for one in side if can(state, one)])


def move(case: CaseRecord, act: Act) -> State:
    """Put the case where this act leaves it, and its clock right; returns the state it was in."""
    before = State(case.state)
    if not can(before, act):
        raise NotPossible(why_not(act, before))
    if not allows(case, act):
        raise NotPossible(on_its_way())
    after = MOVES[act][before]
    if after is BACK:
        after = State(case.state_before or (_S.UNHANDLED if case.verified_at else _S.UNVERIFIED))
    case.state_before = _remembered(case, before) if after in _REMEMBERED else None
    case.state = after
    case.due_at = owed_at(case)
    return before


def _remembered(case: CaseRecord, before: State) -> str | None:
    """What is laid aside while it waits for the reporter goes back to what it was before that, and
    what was answered for good to the work on it: nobody waits for a reply any more."""
    if before in _REMEMBERED:
        return case.state_before
    return _S.IN_PROGRESS if before == _S.AWAITING_REPLY else before


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


def state_owed_in(state: str, state_before: str | None) -> str:
    """What waits for its reporter is owed what it was owed when they were asked."""
    return str(state_before if state == State.ON_HOLD else state)
