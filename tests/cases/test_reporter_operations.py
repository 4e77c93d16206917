"""What the reporter does, and what time does when they do not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.models import AuditEntry
from sp4n.cases.jobs import close_when_unanswered
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations import (
    accept_answer,
    answer_case,
    archive_case,
    close_unanswered,
    reply_to_case,
)
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.figures.queries import figures_of
from sp4n.jobs.models import Outbox
from sp4n.jobs.registry import OutboxFacts
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import ADMIN, MONDAY, a_case, verified
from tests.factories import Inside


def concluded(session: Session, agency: AgencyFacts) -> CaseRecord:
    case = verified(session, a_case(session, agency))
    answer_case(session, case=case, actor=ADMIN, body="Lampu sudah menyala.", final=True)
    return case


def final_answer(session: Session) -> int:
    event_id = session.scalar(
        sa.select(sa.func.max(CaseEvent.id)).where(CaseEvent.kind == "answered")
    )
    assert event_id is not None
    return event_id


def window_of(case: CaseRecord) -> datetime:
    assert case.reply_due_at is not None
    return case.reply_due_at


def test_a_reply_to_the_final_answer_gives_the_agency_the_word_again(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        case = concluded(session, agency)
        event = reply_to_case(session, case=case, body="Masih padam.")
        assert (case.state, case.due_at) == ("in_progress", case.complete_due_at)
        assert case.reply_due_at is None
        assert (event.kind, event.public, event.actor_kind, event.actor_name) == (
            "replied",
            True,
            "reporter",
            "",
        )
        told = session.scalar(
            sa.select(Outbox.object_id).where(Outbox.kind == "notice.staff_reply")
        )
        assert told == event.id


def test_a_reporter_may_add_to_a_case_at_any_time_before_its_end(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        due_at = case.due_at
        reply_to_case(session, case=case, body="Ini foto tambahannya.")
        assert (case.state, case.due_at) == ("unverified", due_at)


def test_a_closed_or_archived_case_takes_no_reply(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        closed = concluded(session, agency)
        accept_answer(session, case=closed)
        archived = a_case(session, agency)
        archive_case(session, case=archived, actor=ADMIN, reason="spam", message="Iklan.")
        for case in (closed, archived):
            with pytest.raises(NotPossible, match="buat laporan baru"):
                reply_to_case(session, case=case, body="Halo?")


def test_an_empty_reply_is_refused(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = concluded(session, agency)
        with pytest.raises(Invalid):
            reply_to_case(session, case=case, body=" ")


def test_the_reporter_closes_the_case_by_accepting(agency: AgencyFacts, inside: Inside) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = concluded(session, agency)
        event = accept_answer(session, case=case)
        assert (case.state, case.closed_at, case.due_at) == ("closed", MONDAY, None)
        assert (event.kind, event.actor_kind, event.data) == (
            "closed",
            "reporter",
            {"by": "accept"},
        )
        figures = figures_of(session, agency.id)
        assert (figures.closed, figures.open) == (1, 0)
        with pytest.raises(NotPossible):
            accept_answer(session, case=case)


def test_only_an_answer_can_be_accepted(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = verified(session, a_case(session, agency))
        with pytest.raises(NotPossible, match="tidak menunggu"):
            accept_answer(session, case=case)


def test_silence_closes_the_case_when_the_time_to_reply_has_passed(
    agency: AgencyFacts, inside: Inside
) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = concluded(session, agency)
        window = window_of(case)
        assert not close_unanswered(session, event_id=final_answer(session))
        assert case.state == "awaiting_reply"
        with clock.frozen(window):
            assert close_unanswered(session, event_id=final_answer(session))
        assert (case.state, case.closed_at) == ("closed", window)
        closed = session.scalars(sa.select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
        assert (closed.kind, closed.actor_kind, closed.data) == (
            "closed",
            "system",
            {"by": "expire"},
        )
        assert "notice.case_closed" in session.scalars(sa.select(Outbox.kind)).all()


def test_closing_twice_is_closing_once(agency: AgencyFacts, inside: Inside) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = concluded(session, agency)
        owed = OutboxFacts(1, agency.id, "case.close_unanswered", final_answer(session), None, 1)
        with clock.frozen(window_of(case)):
            close_when_unanswered(session, owed)
            close_when_unanswered(session, owed)
        assert figures_of(session, agency.id).closed == 1
        acts = session.scalars(sa.select(AuditEntry.act)).all()
        assert acts.count("case.closed") == 1


def test_who_has_replied_is_not_closed(agency: AgencyFacts, inside: Inside) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = concluded(session, agency)
        window = window_of(case)
        reply_to_case(session, case=case, body="Belum.")
        with clock.frozen(window):
            assert not close_unanswered(session, event_id=final_answer(session))
        assert case.state == "in_progress"


def test_a_later_final_answer_gives_a_new_time_to_reply(
    agency: AgencyFacts, inside: Inside
) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = concluded(session, agency)
        first_answer, first_window = final_answer(session), window_of(case)
        reply_to_case(session, case=case, body="Belum.")
        with clock.frozen(MONDAY + timedelta(days=3)):
            answer_case(session, case=case, actor=ADMIN, body="Sekarang?", final=True)
        with clock.frozen(first_window):
            assert not close_unanswered(session, event_id=first_answer)
        with clock.frozen(window_of(case)):
            assert close_unanswered(session, event_id=final_answer(session))


def test_another_agencys_answer_is_not_found(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        concluded(session, agency)
        event_id = final_answer(session)
    with inside(other_agency) as session, pytest.raises(NotFound):
        close_unanswered(session, event_id=event_id)
