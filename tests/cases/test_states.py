"""The table of moves: what it allows happens, what it does not is refused in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from sp4n import clock
from sp4n.cases.models import CaseRecord
from sp4n.cases.states import (
    ARCHIVE_REASONS,
    MOVES,
    NOT_COMPLETED,
    OF_REPORTER,
    OF_STAFF,
    WHILE_ON_ITS_WAY,
    WITHDRAWN,
    Act,
    State,
    move,
    owed_at,
)
from sp4n.cases.words import ACT_LABELS, ARCHIVE_REASON_LABELS, EVENT_LABELS, STATE_LABELS
from sp4n.errors import NotPossible

DAY = timedelta(days=1)


def a_case_in(state: State) -> CaseRecord:
    now = clock.now()
    return CaseRecord(
        state=state,
        verify_due_at=now + DAY,
        answer_due_at=now + 2 * DAY,
        complete_due_at=now + 3 * DAY,
        reply_due_at=now + 4 * DAY,
    )


def test_the_whole_way_of_a_case_can_be_walked() -> None:
    case = a_case_in(State.UNVERIFIED)
    walked = [State(case.state)]
    for act in (Act.VERIFY, Act.ASSIGN, Act.ANSWER, Act.CONCLUDE, Act.REPLY, Act.CONCLUDE):
        move(case, act)
        walked.append(State(case.state))
    move(case, Act.ACCEPT)
    assert walked == [
        "unverified",
        "unhandled",
        "unhandled",
        "in_progress",
        "awaiting_reply",
        "in_progress",
        "awaiting_reply",
    ]
    assert case.state == State.CLOSED


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_only_what_the_table_says_is_possible(app: Flask, act: Act, state: State) -> None:
    case = a_case_in(state)
    if state in MOVES[act]:
        assert move(case, act) == state
        assert case.state == (MOVES[act][state] or State.UNVERIFIED)
    else:
        with (
            app.test_request_context(),
            pytest.raises(NotPossible, match=str(STATE_LABELS[state])) as refusal,
        ):
            move(case, act)
        told = refusal.value.message.partition("Yang dapat dilakukan: ")[2].rstrip(".").split(", ")
        side = next((side for side in (OF_STAFF, OF_REPORTER) if act in side), ())
        assert [one for one in told if one] == [
            str(ACT_LABELS[one]) for one in side if state in MOVES[one]
        ]
        assert case.state == state


@pytest.mark.parametrize("act", [act for act in Act if act not in (Act.NOTE, Act.RETURN)])
def test_nothing_leaves_a_case_that_another_agency_has(act: Act) -> None:
    assert State.FORWARDED not in MOVES[act]


@pytest.mark.parametrize("act", Act)
def test_while_another_agency_is_asked_only_a_few_acts_are_possible(app: Flask, act: Act) -> None:
    state = next(iter(MOVES[act]))
    case = a_case_in(state)
    case.handover_id = 7
    if act in WHILE_ON_ITS_WAY:
        move(case, act)
    else:
        with app.test_request_context(), pytest.raises(NotPossible, match="sedang dikirim"):
            move(case, act)
        assert case.state == state


@pytest.mark.parametrize("state", [state for state in State if state != State.FORWARDED])
def test_every_state_has_a_way_out(state: State) -> None:
    assert any(moves.get(state, state) != state for moves in MOVES.values())


@pytest.mark.parametrize("first", [State.UNVERIFIED, State.UNHANDLED, State.IN_PROGRESS])
def test_what_was_laid_aside_goes_back_to_where_it_was(first: State) -> None:
    case = a_case_in(first)
    move(case, Act.HOLD)
    assert (case.state, case.due_at) == (State.ON_HOLD, None)
    move(case, Act.LAPSE)
    assert case.state == State.ARCHIVED
    move(case, Act.CONTEST)
    assert (case.state, case.state_before, case.due_at) == (first, None, owed_at(case))


def test_every_move_sets_the_clock_to_what_is_owed_next() -> None:
    case = a_case_in(State.UNVERIFIED)
    owed = {}
    for act in (Act.VERIFY, Act.ANSWER, Act.CONCLUDE, Act.REPLY):
        move(case, act)
        owed[act] = case.due_at
    assert owed == {
        Act.VERIFY: case.answer_due_at,
        Act.ANSWER: case.complete_due_at,
        Act.CONCLUDE: None,
        Act.REPLY: case.complete_due_at,
    }
    assert owed_at(a_case_in(State.CLOSED)) is owed_at(a_case_in(State.ARCHIVED)) is None


def test_every_state_event_and_reason_has_words() -> None:
    assert set(STATE_LABELS) == set(State)
    assert set(ARCHIVE_REASON_LABELS) == {*ARCHIVE_REASONS, NOT_COMPLETED, WITHDRAWN}
    assert set(EVENT_LABELS) >= {"filed", "verified", "assigned", "answered", "noted", "replied"}
