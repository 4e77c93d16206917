"""What becomes of one case, up to now: acts in the order that the table of states allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from sp4n import clock
from sp4n.cases.states import MOVES, Act, State

# How the lives of cases go, and how often out of a hundred. A plan that stops in the middle is a
# case that its agency forgot: those are the late ones.
PLANS: tuple[tuple[int, tuple[Act, ...]], ...] = (
    (2, ()),
    (10, (Act.ARCHIVE,)),
    (1, (Act.VERIFY,)),
    (1, (Act.VERIFY, Act.ANSWER)),
    (48, (Act.VERIFY, Act.ANSWER, Act.CONCLUDE, Act.EXPIRE)),
    (20, (Act.VERIFY, Act.CONCLUDE, Act.EXPIRE)),
    (13, (Act.VERIFY, Act.CONCLUDE, Act.ACCEPT)),
    (5, (Act.VERIFY, Act.CONCLUDE, Act.REPLY, Act.ANSWER, Act.CONCLUDE, Act.EXPIRE)),
)
WEIGHTS, WAYS = zip(*PLANS, strict=True)
# The days until each act, on average; a case expires when its time for a reply is over.
PACE = {
    Act.VERIFY: 1.0,
    Act.ARCHIVE: 1.5,
    Act.ANSWER: 2.5,
    Act.CONCLUDE: 3.0,
    Act.REPLY: 2.0,
    Act.ACCEPT: 1.5,
}


class Step(NamedTuple):
    act: Act
    at: datetime
    before: State
    after: State


def course(
    filed_at: datetime,
    *,
    until: datetime,
    reply_due: Callable[[datetime], datetime | None],
    traceless: bool,
    rng: Random,
) -> Iterator[Step]:
    """`traceless`: times are kept to the hour, as the operations do."""
    state, at = State.UNVERIFIED, filed_at
    for act in rng.choices(WAYS, WEIGHTS)[0]:
        if act is Act.EXPIRE:
            due = reply_due(at)
            if due is None:
                return
            at = due + timedelta(seconds=rng.random() * 30)
        else:
            at += timedelta(days=min(rng.expovariate(1 / PACE[act]), 4 * PACE[act]))
        kept = clock.rounded_to_hour(at) if traceless else at
        if at > until:
            return
        before, state = state, MOVES[act][state] or State.UNVERIFIED
        yield Step(act, kept, before, state)
