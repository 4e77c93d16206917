"""A case waits for its reporter: its clock stands still, and nobody wins or loses a day."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.jobs import lapse_when_unanswered
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase
from sp4n.cases.operations import (
    answer_case,
    archive_case,
    assign_case,
    hold_case,
    lapse_case,
    reopen_case,
    reply_to_case,
    resume_case,
)
from sp4n.cases.states import MOVES, Act, State
from sp4n.cases.time_limits import clockwork_of
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.figures.queries import figures_of
from sp4n.jobs.models import Outbox
from sp4n.jobs.registry import OutboxFacts
from sp4n.settings.queries import Step
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import (
    ADMIN,
    MONDAY,
    a_case,
    a_unit,
    case_of,
    filed,
    traceless,
    verified,
)
from tests.factories import Inside

DAY = timedelta(days=1)
OWED = ("verify_due_at", "answer_due_at", "complete_due_at")


def asked(session: Session, case: CaseRecord, body: str = "Di jalan apa?") -> CaseEvent:
    return hold_case(session, case=case, actor=ADMIN, body=body)


def told(session: Session, case: CaseRecord) -> list[CaseEvent]:
    history = sa.select(CaseEvent).where(CaseEvent.case_id == case.id)
    return list(session.scalars(history.order_by(CaseEvent.id)))


def dues(case: CaseRecord) -> dict[str, object]:
    return {name: getattr(case, name) for name in OWED}


def test_asking_stops_the_clock_and_gives_the_reporter_ten_working_days(
    agency: AgencyFacts, inside: Inside
) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = verified(session, a_case(session, agency))
        event = asked(session, case)
        assert (case.state, case.state_before, case.due_at) == ("on_hold", "unhandled", None)
        clockwork = clockwork_of(session, case)
        assert case.reply_due_at == clockwork.due(Step.REPLY, MONDAY, case.classification)
        assert clockwork.calendar.between(MONDAY, case.reply_due_at) == 10
        assert (event.public, event.body) == (True, "Di jalan apa?")
        owed = {one.kind: one.due_at for one in session.scalars(sa.select(Outbox))}
        assert owed["case.lapse"] == case.reply_due_at
        assert "notice.case_asked" in owed
        assert figures_of(session, agency.id).overdue == 0


def test_a_reply_gives_back_the_days_and_the_old_dates_stay_in_the_history(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        with clock.frozen(MONDAY):
            case = verified(session, a_case(session, agency))
            before = dues(case)
            asked(session, case)
        with clock.frozen(MONDAY + 3 * DAY):
            reply_to_case(session, case=case, body="Jalan Raya Kuta.")
        calendar = clockwork_of(session, case).calendar
        assert (case.state, case.paused_days, case.held_at) == ("unhandled", 3, None)
        for name in ("answer_due_at", "complete_due_at"):
            assert getattr(case, name) == calendar.end_of(before[name], 3)  # type: ignore[arg-type]
        assert case.verify_due_at == before["verify_due_at"]
        assert (case.due_at, case.reply_due_at) == (case.answer_due_at, None)
        *_earlier, replied, moved = told(session, case)
        assert (replied.kind, moved.kind, moved.public) == ("replied", "rescheduled", True)
        assert moved.data["before"]["answer_due_at"] == before["answer_due_at"].isoformat()  # type: ignore[attr-defined]
        assert moved.data["after"]["due_at"] == case.answer_due_at.isoformat()  # type: ignore[union-attr]


def test_an_assignment_after_a_pause_keeps_it(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        with clock.frozen(MONDAY):
            case = verified(session, a_case(session, agency))
            asked(session, case)
        with clock.frozen(MONDAY + 4 * DAY):
            resume_case(session, case=case, actor=ADMIN)
            due = dues(case)
            assign_case(session, case=case, actor=ADMIN, unit_id=a_unit(session).id)
        assert dues(case) == due


def test_a_pause_before_verification_is_no_part_of_what_comes_after(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        with clock.frozen(MONDAY):
            case = a_case(session, agency)
            asked(session, case)
        with clock.frozen(MONDAY + 2 * DAY):
            resume_case(session, case=case, actor=ADMIN, body="Sudah kami temukan.")
            assert case.paused_days == 2
            verified(session, case)
            due = clockwork_of(session, case).due(Step.FIRST_ANSWER, clock.now(), "pengaduan")
        assert (case.paused_days, case.answer_due_at) == (0, due)


def test_silence_lays_it_aside_once_and_says_why(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        with clock.frozen(MONDAY):
            case = verified(session, a_case(session, agency))
            question = asked(session, case)
        assert case.reply_due_at is not None
        with clock.frozen(case.reply_due_at - DAY):
            assert not lapse_case(session, event_id=question.id)
        with clock.frozen(case.reply_due_at + DAY):
            job = OutboxFacts(1, agency.id, "case.lapse", question.id, None, 1)
            lapse_when_unanswered(session, job)
            assert (case.state, case.archive_reason) == ("archived", "not_completed")
            assert not lapse_case(session, event_id=question.id)
            last = told(session, case)[-1]
            assert (last.kind, last.public, last.actor_kind) == ("archived", True, "system")
            assert session.scalar(sa.select(PublicCase.id).where(PublicCase.id == case.id)) is None
            kinds = list(session.scalars(sa.select(Outbox.kind)))
            assert kinds.count("notice.case_lapsed") == 1
            with pytest.raises(NotPossible, match="Diarsipkan"):
                reply_to_case(session, case=case, body="Maaf, baru sempat.")


def test_a_reply_in_the_last_moment_wins(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        question = asked(session, case)
        assert case.reply_due_at is not None
        with clock.frozen(case.reply_due_at + DAY):
            reply_to_case(session, case=case, body="Jalan Raya Kuta.")
            again = asked(session, case, "Nomor berapa?")
            assert not lapse_case(session, event_id=question.id)
            assert not lapse_case(session, event_id=again.id)
        with pytest.raises(NotFound):
            lapse_case(session, event_id=again.id + 1_000)


def test_what_is_asked_is_never_public(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = verified(session, a_case(session, agency))
        asked(session, case, "Siapa nama petugas itu?")
        public = session.get_one(PublicCase, (agency.id, case.id))
        assert public.state == "on_hold"
        assert "Siapa nama" not in str(public.timeline)


@pytest.mark.parametrize("body", ["", "  ", "x" * 10_001])
def test_nothing_is_asked_with_no_words(agency: AgencyFacts, inside: Inside, body: str) -> None:
    with inside(agency) as session, pytest.raises(Invalid):
        asked(session, a_case(session, agency), body)


def test_while_it_waits_it_is_said_what_can_be_done(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        asked(session, case)
        with pytest.raises(NotPossible, match="Lanjutkan laporannya dahulu"):
            verified(session, case)
        with pytest.raises(NotPossible, match="satu permintaan"):
            asked(session, case)
        archive_case(session, case=case, actor=ADMIN, reason="spam", message="Iklan.")
        assert (case.held_at, case.reply_due_at) == (None, None)
        with pytest.raises(NotPossible, match="tidak menunggu"):
            resume_case(session, case=case, actor=ADMIN)


def test_the_minute_of_a_traceless_reporter_is_not_told(
    agency: AgencyFacts, inside: Inside
) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = case_of(session, filed(session, agency, traceless()))
        asked(session, case)
        assert case.held_at == clock.rounded_to_hour(MONDAY)
        reply_to_case(session, case=case, body="Jalan Raya Kuta.")
        assert {one.at.minute for one in told(session, case)} == {0}


def test_what_is_reopened_has_its_limits_anew(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        with clock.frozen(MONDAY):
            case = verified(session, a_case(session, agency))
            answer_case(session, case=case, actor=ADMIN, body="Kami kerjakan.", final=False)
            archive_case(session, case=case, actor=ADMIN, reason="duplicate", message="Sama.")
        with clock.frozen(MONDAY + 30 * DAY):
            event = reopen_case(session, case=case, actor=ADMIN, reason="Ternyata lain.")
            due = clockwork_of(session, case).due(Step.COMPLETION, clock.now(), "pengaduan")
            assert (case.state, case.due_at, case.closed_at) == ("in_progress", due, None)
            assert (case.archive_reason, event.public, event.data["by"]) == ("", True, "reopen")
            assign_case(session, case=case, actor=ADMIN, unit_id=a_unit(session).id)
            assert case.due_at == due
            figures = figures_of(session, agency.id)
            assert (figures.archived, figures.open) == (0, 1)
        with pytest.raises(NotPossible, match="sudah selesai atau diarsipkan"):
            reopen_case(session, case=case, actor=ADMIN, reason="Lagi.")


ACTS = ("hold", "resume", "reply", "lapse", "reopen", "archive")


def test_however_it_is_walked_the_agency_has_as_many_days_left_as_when_it_asked(
    agency: AgencyFacts, inside: Inside
) -> None:
    chance, compared = random.Random(20261128), 0
    for _number in range(25):
        steps = [(chance.choice(ACTS), chance.randint(0, 5)) for _step in range(8)]
        compared += walk(agency, inside, steps)
    assert compared > 10


def walk(agency: AgencyFacts, inside: Inside, steps: list[tuple[str, int]]) -> int:
    """How often the days left were compared."""
    at, compared = MONDAY, 0
    with inside(agency) as session:
        with clock.frozen(at):
            case = verified(session, a_case(session, agency))
        calendar = clockwork_of(session, case).calendar
        left = 0
        for act, days in steps:
            at += days * DAY
            was = State(case.state)
            with clock.frozen(at):
                allowed = was in MOVES[Act(act)]
                try:
                    _take(session, case, act)
                except NotPossible:
                    assert not allowed, (act, was)
                else:
                    assert allowed or act == "lapse", (act, was)
            if case.state == State.ON_HOLD:
                assert case.due_at is None
                assert case.held_at is not None
                if act == "hold" and was != State.ON_HOLD:
                    assert case.answer_due_at is not None
                    left = calendar.between(at, case.answer_due_at)
            elif was == State.ON_HOLD and case.state == State.UNHANDLED:
                assert case.due_at is not None
                assert calendar.between(at, case.due_at) == left
                compared += 1
            elif case.state == State.UNHANDLED:
                assert case.due_at == case.answer_due_at
            assert (case.held_at is None) == (case.state != State.ON_HOLD)
        session.rollback()
    return compared


def _take(session: Session, case: CaseRecord, act: str) -> None:
    if act == "hold":
        asked(session, case)
    elif act == "resume":
        resume_case(session, case=case, actor=ADMIN)
    elif act == "reply":
        reply_to_case(session, case=case, body="Ini.")
    elif act == "reopen":
        reopen_case(session, case=case, actor=ADMIN, reason="Keliru.")
    elif act == "archive":
        archive_case(session, case=case, actor=ADMIN, reason="spam", message="Iklan.")
    else:
        events = [one for one in told(session, case) if one.kind == "asked"]
        if events:
            lapse_case(session, event_id=events[-1].id)
