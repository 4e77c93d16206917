"""Whatever people do with a case, in whatever order: it has somebody who has it, a clock or an end,
and a way out; what is refused changes nothing; and the figures are what a count finds."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.cases import operations
from sp4n.cases.contesting import contest_open
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase
from sp4n.cases.operations import FiledCase
from sp4n.cases.states import ENDED, MOVES, WITHDRAWN, Act, State, allows
from sp4n.errors import Invalid, NotPossible
from sp4n.figures.queries import state_counts
from sp4n.jobs.models import Outbox
from tests.factories import make_agency
from tests.scenes import Scene

PATHS = 200 if os.environ.get("SCALE") == "full" else 8
STEPS = 14
COORDINATOR: Final = Actor("coordinator", 9, "Sri Koordinator", "coordinator")
OWED = (State.UNVERIFIED, State.UNHANDLED, State.IN_PROGRESS)
WORDS = "Petugas kami datang besok pagi."


@dataclass
class Walk:
    """One case on its way; `there` is another agency. `told`: its history so far."""

    scene: Scene
    unit: int
    there: Scene
    filing: FiledCase
    told: list[int] = field(default_factory=list)

    def do(self, act: Act) -> bool:
        """Whether it could be done."""
        try:
            with self.scene.inside() as session:
                DOERS[act](self, session, self.scene.case(self.filing, session))
        except (NotPossible, Invalid):
            return False
        return True

    def verify(self, session: Session, case: CaseRecord) -> None:
        values: dict[str, Any] = {"supervision": False, "category_id": None, "publish": True}
        operations.verify_case(
            session,
            case=case,
            actor=self.scene.admin,
            public_title="Lampu padam",
            public_body=WORDS,
            **values,
        )

    def forward(self, session: Session, case: CaseRecord) -> None:
        sent = operations.send_case(
            session, case=case, actor=self.scene.admin, to=self.there.agency, reason=WORDS
        )
        session.flush()
        assert sent.state in ("offered", "arbitration")

    def expire(self, session: Session, case: CaseRecord) -> None:
        self._late(session, case, "answered", operations.close_unanswered)

    def lapse(self, session: Session, case: CaseRecord) -> None:
        self._late(session, case, "asked", operations.lapse_case)

    def climb(self, session: Session, case: CaseRecord) -> None:
        """Half a year from now, nobody having done anything."""
        level = case.escalation_level
        with clock.frozen(clock.now() + timedelta(days=180)):
            operations.escalate_batch(session)
        session.refresh(case)
        if case.escalation_level == level:
            raise NotPossible

    def _late(
        self, session: Session, case: CaseRecord, kind: str, done: Callable[..., bool]
    ) -> None:
        """As the worker does when the time is up."""
        last = sa.select(sa.func.max(CaseEvent.id)).where(
            CaseEvent.case_id == case.id, CaseEvent.kind == kind
        )
        event_id = session.scalar(last)
        if event_id is None:
            raise NotPossible
        with clock.frozen((case.reply_due_at or clock.now()) + timedelta(minutes=1)):
            if not done(session, event_id=event_id):
                raise NotPossible


def by_staff(operation: Callable[..., Any], **values: Any) -> Callable[..., None]:
    return lambda walk, session, case: operation(
        session, case=case, actor=walk.scene.admin, **values
    )


def by_reporter(operation: Callable[..., Any], **values: Any) -> Callable[..., None]:
    return lambda _walk, session, case: operation(session, case=case, **values)


def decided(*, uphold: bool) -> Callable[..., None]:
    return lambda _walk, session, case: operations.decide_dispute(
        session, case=case, actor=COORDINATOR, uphold=uphold, reasons=WORDS
    )


DOERS: Final[dict[Act, Callable[[Walk, Session, CaseRecord], None]]] = {
    Act.VERIFY: Walk.verify,
    Act.HOLD: by_staff(operations.hold_case, body=WORDS),
    Act.RESUME: by_staff(operations.resume_case),
    Act.ASSIGN: lambda walk, session, case: by_staff(operations.assign_case, unit_id=walk.unit)(
        walk, session, case
    ),
    Act.ENTRUST: lambda walk, session, case: by_staff(
        operations.entrust_case, account_id=walk.scene.admin.id
    )(walk, session, case),
    Act.ANSWER: by_staff(operations.answer_case, body=WORDS, final=False),
    Act.CONCLUDE: by_staff(operations.answer_case, body=WORDS, final=True),
    Act.NOTE: by_staff(operations.note_case, body=WORDS),
    Act.REPLY: by_reporter(operations.reply_to_case, body=WORDS),
    Act.ACCEPT: by_reporter(operations.accept_answer),
    Act.EXPIRE: Walk.expire,
    Act.LAPSE: Walk.lapse,
    Act.WITHDRAW: by_reporter(operations.withdraw_case),
    Act.ARCHIVE: by_staff(operations.archive_case, reason="unclear", message=WORDS),
    Act.REOPEN: by_staff(operations.reopen_case, reason=WORDS),
    Act.CONTEST: by_reporter(operations.contest_case, body=WORDS),
    Act.APPEAL: by_reporter(operations.contest_case, body=WORDS),
    Act.UPHOLD: decided(uphold=True),
    Act.OVERTURN: decided(uphold=False),
    Act.FORWARD: Walk.forward,
    Act.RETURN: by_staff(operations.recall_case),
    Act.EXTEND: by_staff(operations.extend_case, reason=WORDS),
    Act.HAND_TO_OMBUDSMAN: by_reporter(operations.ask_ombudsman, consent=True),
    Act.ESCALATE: Walk.climb,
}


@contextmanager
def seen(walk: Walk) -> Any:
    with walk.scene.inside() as session:
        case = walk.scene.case(walk.filing, session)
        session.refresh(case)
        yield session, case


def look(walk: Walk) -> tuple[CaseRecord, int]:
    """Every rule that holds of a case at every moment."""
    with seen(walk) as (session, case):
        history = list(
            session.scalars(
                sa.select(CaseEvent.id).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
            )
        )
        assert history[: len(walk.told)] == walk.told, "history is appended to, never rewritten"
        walk.told = history
        state = State(case.state)
        assert case.agency_id == walk.scene.agency.id
        assert has_clock(session, case, state), f"no clock in {state}"
        assert has_way_out(case, state), f"no way out of {state}"
        public = session.get(PublicCase, (case.agency_id, case.id))
        assert (public is not None) == case.published
        assert public is None or public.state == case.state
        session.expunge(case)
        return case, case.version


def has_clock(session: Session, case: CaseRecord, state: State) -> bool:
    if state in OWED:
        return case.due_at is not None
    if state in (State.ON_HOLD, State.AWAITING_REPLY):
        waiting = sa.select(Outbox.id).where(
            Outbox.kind == ("case.lapse" if state == State.ON_HOLD else "case.close_unanswered"),
            Outbox.due_at == case.reply_due_at,
            Outbox.state.in_(("waiting", "scheduled")),
        )
        return case.reply_due_at is not None and session.scalar(waiting.limit(1)) is not None
    return case.due_at is None  # a coordinator's, or nobody owes anything


def has_way_out(case: CaseRecord, state: State) -> bool:
    if state == State.DISPUTED:
        return allows(case, Act.UPHOLD) and allows(case, Act.OVERTURN)
    if state in ENDED:
        over = case.archive_reason == WITHDRAWN or case.contest_until is None
        return over or contest_open(case, clock.now())
    return allows(case, Act.WITHDRAW) or allows(case, Act.REPLY)


@settings(
    max_examples=PATHS,
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    derandomize=PATHS < 100,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_no_path_leaves_a_case_without_keeper_clock_or_way_out(app: Flask, data: Any) -> None:
    scene = Scene(app, make_agency(app))
    walk = Walk(scene, scene.unit(), Scene(app, make_agency(app)), scene.filed())
    case, version = look(walk)
    for _step in range(STEPS):
        open_acts = [act for act in DOERS if allows(case, act)]
        likely = st.sampled_from(open_acts) if open_acts else st.nothing()
        act = data.draw(likely | st.sampled_from(list(DOERS)), label=f"in {case.state}")
        allowed = allows(case, act)
        happened = walk.do(act)
        assert allowed or not happened or act in AS_WELL, f"{act} in {case.state}"
        before = version
        case, version = look(walk)
        assert happened or version == before, "what is refused changes nothing"
    with scene.inside() as session:
        counted = state_counts(session, scene.agency.id, confidential=True).by_state
        assert {name: number for name, number in counted.items() if number} == {case.state: 1}


# Contesting is one door, and which of the two it is the case knows; a recall ends a handover.
AS_WELL = (Act.CONTEST, Act.APPEAL, Act.RETURN)


def test_every_act_of_the_table_is_walked_or_is_a_jobs() -> None:
    assert set(MOVES) - set(DOERS) == {Act.END_TRIAL}
