"""Whatever people do with a case, in whatever order, at two agencies that send it to each other:
one of them has it, it has a clock or an end, and a way out; what is refused changes nothing; and
the figures are what a count finds."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
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
from sp4n.cases.handover_models import Handover
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase, Tracking
from sp4n.cases.operations import FiledCase
from sp4n.cases.operations.settling import settle
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


class Elsewhere(StrEnum):
    """What becomes of a case on its way to the other agency; each ends with what both then do by
    themselves."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATE = "late"
    GIVEN = "given"  # by a coordinator, who was asked after too many moves
    LEFT = "left"  # where it is, by one


@dataclass
class Walk:
    """One case on its way; `there` is another agency: it is theirs once they have accepted it, and
    the two change places. `told`: its history so far, at each."""

    scene: Scene
    there: Scene
    filing: FiledCase
    units: dict[int, int]
    told: dict[int, list[int]] = field(default_factory=dict)
    been_at: set[int] = field(default_factory=set)

    @property
    def unit(self) -> int:
        return self.units[self.scene.agency.id]

    def do(self, act: Act | Elsewhere) -> bool:
        """Whether it could be done."""
        try:
            if isinstance(act, Elsewhere):
                return self.answered(act)
            with self.scene.inside() as session:
                DOERS[act](self, session, self.scene.case(self.filing, session))
        except (NotPossible, Invalid):
            return False
        return True

    def answered(self, how: Elsewhere) -> bool:
        decided = how in (Elsewhere.GIVEN, Elsewhere.LEFT)
        asked = self.sent("arbitration" if decided else "offered")
        if asked is None:
            return False
        by = self.scene if decided or how == Elsewhere.LATE else self.there
        with clock.frozen(self.until(asked) if how == Elsewhere.LATE else clock.now()):
            with by.inside() as session:
                row = session.scalars(sa.select(Handover).where(Handover.id == asked)).one()
                about: dict[str, Any] = {"handover": row, "actor": by.admin}
                if how == Elsewhere.ACCEPTED:
                    operations.accept_case(session, agency=by.agency, **about)
                elif how == Elsewhere.REFUSED:
                    operations.refuse_case(session, reason=WORDS, **about)
                elif decided:
                    to = self.there.agency if how == Elsewhere.GIVEN else None
                    operations.decide_case(session, to=to, words=WORDS, **about)
            for one in (self.there, self.scene, self.there):
                with one.inside() as session:
                    settle(session)
        if how in (Elsewhere.ACCEPTED, Elsewhere.GIVEN):
            self.been_at.add(self.scene.agency.id)
            self.scene, self.there = self.there, self.scene
            with self.scene.inside() as session:
                same = CaseRecord.reference == self.filing.reference
                case_id = session.scalars(sa.select(CaseRecord.id).where(same)).one()
            self.filing = replace(self.filing, case_id=case_id)
        return True

    def sent(self, state: str) -> int | None:
        with self.scene.inside() as session:
            case = self.scene.case(self.filing, session)
            wanted = sa.select(Handover.id).where(
                Handover.id == case.handover_id, Handover.state == state
            )
            return session.scalar(wanted)

    def until(self, asked: int) -> datetime:
        with self.scene.inside() as session:
            wanted = sa.select(Handover.answer_by).where(Handover.id == asked)
            return (session.scalars(wanted).one() or clock.now()) + timedelta(minutes=1)

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
    Act.RECLASSIFY: by_staff(
        operations.reclassify_case,
        right=operations.Classes("permintaan_informasi", None, None, supervision=False),
        reason=WORDS,
    ),
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
        told = walk.told.get(case.agency_id, [])
        assert history[: len(told)] == told, "history is appended to, never rewritten"
        walk.told[case.agency_id] = history
        state = State(case.state)
        keeper = sa.select(Tracking.agency_id).where(Tracking.reference == case.reference)
        assert session.scalars(keeper).one() == case.agency_id, "who has it is known to all"
        assert state != State.FORWARDED, "who has it works on it"
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
    if state == State.DISPUTED:
        return case.due_at is None and case.reply_due_at is not None  # the coordinators'
    return case.due_at is None  # nobody owes anything


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
    scene, other = (Scene(app, make_agency(app)) for _number in range(2))
    units = {one.agency.id: one.unit() for one in (scene, other)}
    walk = Walk(scene, other, scene.filed(), units)
    case, version = look(walk)
    for _step in range(STEPS):
        open_acts = [act for act in DOERS if allows(case, act)]
        likely = st.sampled_from(open_acts) if open_acts else st.nothing()
        if case.handover_id is not None:
            likely |= st.sampled_from(Elsewhere)
        act = data.draw(likely | st.sampled_from(list(DOERS)), label=f"in {case.state}")
        allowed = isinstance(act, Elsewhere) or allows(case, act)
        happened = walk.do(act)
        assert allowed or not happened or act in AS_WELL, f"{act} in {case.state}"
        before = version
        case, version = look(walk)
        assert happened or version == before, "what is refused changes nothing"
    assert counted(walk.scene) == {case.state: 1}
    gone = walk.there.agency.id in walk.been_at
    assert counted(walk.there) == ({State.FORWARDED: 1} if gone else {})


def counted(scene: Scene) -> dict[str, int]:
    with scene.inside() as session:
        found = state_counts(session, scene.agency.id, confidential=True).by_state
        return {name: number for name, number in found.items() if number}


# Contesting is one door, and which of the two it is the case knows; a recall ends a handover.
AS_WELL = (Act.CONTEST, Act.APPEAL, Act.RETURN)


def test_every_act_of_the_table_is_walked_or_is_a_jobs() -> None:
    assert set(MOVES) - set(DOERS) == {Act.END_TRIAL}
