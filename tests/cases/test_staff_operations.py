"""What staff do with a case, and everything that follows from it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.models import AuditEntry
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations import (
    answer_case,
    archive_case,
    assign_case,
    note_case,
    reply_to_case,
)
from sp4n.cases.states import ARCHIVE_REASONS
from sp4n.errors import Invalid, NotPossible
from sp4n.figures.queries import figures_of
from sp4n.jobs.models import Outbox
from sp4n.settings.queries import category_by_key
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import (
    ADMIN,
    MONDAY,
    a_case,
    a_unit,
    case_of,
    filed,
    liaison,
    traceless,
    verified,
)
from tests.factories import Inside


def local_day(at: datetime | None, agency: AgencyFacts) -> date | None:
    return at.astimezone(ZoneInfo(agency.time_zone)).date() if at else None


def last_event(session: Session, case: CaseRecord) -> CaseEvent:
    history = sa.select(CaseEvent).where(CaseEvent.case_id == case.id)
    return session.scalars(history.order_by(CaseEvent.id.desc()).limit(1)).one()


def owed(session: Session) -> Counter[str]:
    return Counter(session.scalars(sa.select(Outbox.kind)))


def last_audit(session: Session) -> AuditEntry:
    return session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_a_verified_case_has_five_days_to_be_answered_and_fourteen_to_be_completed(
    agency: AgencyFacts, inside: Inside
) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = a_case(session, agency)
        chosen = category_by_key(session, "jalan-rusak")
        assert chosen is not None
        verified(session, case, category_id=chosen.id)
        assert (case.state, case.category_id, case.verified_at) == (
            "unhandled",
            chosen.id,
            MONDAY,
        )
        assert local_day(case.answer_due_at, agency) == date(2026, 11, 9)
        assert local_day(case.complete_due_at, agency) == date(2026, 11, 20)
        assert case.due_at == case.answer_due_at
        event = last_event(session, case)
        assert (event.kind, event.public, event.actor_name) == ("verified", True, ADMIN.name)
        assert (event.from_state, event.to_state) == ("unverified", "unhandled")
        assert owed(session)["notice.case_verified"] == 1
        audit = last_audit(session)
        assert (audit.act, audit.actor_id, audit.data["to"]) == (
            "case.verified",
            ADMIN.id,
            "unhandled",
        )


@pytest.mark.parametrize(
    ("classification", "supervision", "due"),
    [
        ("permintaan_informasi", False, date(2026, 11, 9)),
        ("pengaduan", False, date(2026, 11, 20)),
        ("pengaduan", True, date(2027, 1, 29)),
        ("aspirasi", False, None),
    ],
)
def test_the_class_decides_when_a_case_must_be_complete(
    agency: AgencyFacts,
    inside: Inside,
    classification: str,
    supervision: bool,
    due: date | None,
) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = a_case(session, agency, classification=classification)
        verified(session, case, supervision=supervision)
        answer_case(session, case=case, actor=ADMIN, body="Kami periksa.", final=False)
        complete = local_day(case.complete_due_at, agency)
        assert case.due_at == case.complete_due_at
    if supervision:
        # The cuti bersama of the turn of the year are in the decree's hands: sixty days at least.
        assert complete is not None
        assert date(2027, 1, 25) <= complete <= date(2027, 2, 5)
    else:
        assert complete == due


def test_only_a_complaint_can_carry_supervision_weight(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = a_case(session, agency, classification="aspirasi")
        with pytest.raises(Invalid) as refusal:
            verified(session, case, supervision=True)
    assert list(refusal.value.fields) == ["supervision"]


def test_a_case_can_be_verified_and_assigned_in_one_act(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        unit = a_unit(session)
        case = verified(session, a_case(session, agency), unit_id=unit.id)
        assert (case.state, case.unit_id) == ("unhandled", unit.id)
        assert last_event(session, case).kind == "assigned"
        assert owed(session)["notice.staff_assigned"] == 1
        audits = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)).all()
        assert audits == ["case.filed", "case.verified"]


def test_the_note_of_an_assignment_is_for_the_unit_only(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        unit = a_unit(session)
        case = verified(session, a_case(session, agency))
        event = assign_case(session, case=case, actor=ADMIN, unit_id=unit.id, note="Tolong cepat.")
        assert (event.kind, event.public, event.body, event.unit_id) == (
            "assigned",
            True,
            "",
            unit.id,
        )
        note = last_event(session, case)
        assert (note.kind, note.public, note.body) == ("noted", False, "Tolong cepat.")


def test_a_case_goes_only_to_an_active_unit_of_its_own_agency(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(other_agency) as session:
        foreign = a_unit(session).id
    with inside(agency) as session:
        closed = a_unit(session, active=False).id
        here = a_unit(session).id
        case = verified(session, a_case(session, agency), unit_id=here)
        for unit_id in (foreign, closed, here):
            with pytest.raises(Invalid) as refusal:
                assign_case(session, case=case, actor=ADMIN, unit_id=unit_id)
            assert list(refusal.value.fields) == ["unit_id"]


def test_a_follow_up_puts_the_case_in_progress(agency: AgencyFacts, inside: Inside) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = a_case(session, agency)
        unit = a_unit(session)
        verified(session, case, unit_id=unit.id)
        with clock.frozen(MONDAY + timedelta(hours=30)):
            event = answer_case(
                session, case=case, actor=liaison(unit.id), body=" Dicek. ", final=False
            )
        assert (event.body, event.unit_id, event.public) == ("Dicek.", unit.id, True)
        assert (case.state, case.due_at) == ("in_progress", case.complete_due_at)
        assert case.first_answered_at == MONDAY + timedelta(hours=30)
        assert owed(session)["notice.case_answered"] == 1
        figures = figures_of(session, agency.id)
        assert figures.answered == 1
        assert figures.median_answer_hours == pytest.approx(30, rel=0.1)


def test_only_the_first_answer_counts_as_the_first(agency: AgencyFacts, inside: Inside) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = verified(session, a_case(session, agency))
        answer_case(session, case=case, actor=ADMIN, body="Satu.", final=False)
        with clock.frozen(MONDAY + timedelta(days=3)):
            answer_case(session, case=case, actor=ADMIN, body="Dua.", final=True)
        assert case.first_answered_at == MONDAY
        assert figures_of(session, agency.id).answered == 1


def test_a_final_answer_gives_the_reporter_ten_working_days(
    agency: AgencyFacts, inside: Inside
) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = verified(session, a_case(session, agency))
        event = answer_case(session, case=case, actor=ADMIN, body="Sudah nyala.", final=True)
        assert (case.state, case.due_at) == ("awaiting_reply", None)
        assert local_day(case.reply_due_at, agency) == date(2026, 11, 16)
        waiting = session.scalars(
            sa.select(Outbox).where(Outbox.kind == "case.close_unanswered")
        ).one()
        assert (waiting.queue, waiting.object_id, waiting.due_at, waiting.state) == (
            "upkeep",
            event.id,
            case.reply_due_at,
            "scheduled",
        )


def test_a_note_tells_nobody_and_changes_nothing(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = verified(session, a_case(session, agency))
        version, mails = case.version, owed(session)
        note = note_case(session, case=case, actor=ADMIN, body="Hubungi PLN.", version=version)
        assert (note.public, note.kind) == (False, "noted")
        assert (case.version, owed(session)) == (version, mails)
        assert "Hubungi" not in str(last_audit(session).data)


@pytest.mark.parametrize("reason", ARCHIVE_REASONS)
def test_a_case_is_archived_with_a_reason_and_words(
    agency: AgencyFacts, inside: Inside, reason: str
) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        event = archive_case(
            session, case=case, actor=ADMIN, reason=reason, message="Mohon lengkapi."
        )
        assert (case.state, case.archive_reason, case.due_at) == ("archived", reason, None)
        assert (event.body, event.data) == ("Mohon lengkapi.", {"reason": reason})
        assert owed(session)["notice.case_archived"] == 1
        figures = figures_of(session, agency.id)
        assert (figures.open, figures.archived) == (0, 1)


@pytest.mark.parametrize(("reason", "message"), [("", "x"), ("bosan", "x"), ("spam", "  ")])
def test_nothing_is_archived_without_a_reason(
    agency: AgencyFacts, inside: Inside, reason: str, message: str
) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        with pytest.raises(Invalid):
            archive_case(session, case=case, actor=ADMIN, reason=reason, message=message)
        assert case.state == "unverified"


@pytest.mark.parametrize("body", ["", "  \n", "x" * 10_001, "a\0b"])
def test_an_answer_says_something_that_can_be_kept(
    agency: AgencyFacts, inside: Inside, body: str
) -> None:
    with inside(agency) as session:
        case = verified(session, a_case(session, agency))
        with pytest.raises(Invalid) as refusal:
            answer_case(session, case=case, actor=ADMIN, body=body, final=False)
    assert list(refusal.value.fields) == ["body"]


def test_who_is_slower_is_told_who_was_faster(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        filing = filed(session, agency)
        seen = case_of(session, filing).version
    with inside(agency) as session:
        verified(session, case_of(session, filing), version=seen)
    with inside(agency) as session:
        case = case_of(session, filing)
        with pytest.raises(NotPossible, match=f"diubah oleh {ADMIN.name}"):
            answer_case(session, case=case, actor=liaison(), body="Halo", final=False, version=seen)
        answer_case(session, case=case, actor=ADMIN, body="Halo", final=False, version=case.version)


def test_two_people_acting_at_once_do_not_overwrite_each_other(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        filing = filed(session, agency)
        verified(session, case_of(session, filing))

    def conclude(number: int) -> str:
        try:
            with inside(agency) as session:
                case = case_of(session, filing)
                answer_case(session, case=case, actor=ADMIN, body=f"{number}", final=True)
        except NotPossible as refusal:
            return refusal.message
        return "done"

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(conclude, range(8)))
    assert results.count("done") == 1
    assert all("Menunggu tanggapan" in told for told in results if told != "done")
    with inside(agency) as session:
        answered = sa.select(sa.func.count()).where(CaseEvent.kind == "answered")
        assert session.scalar(answered) == 1


def test_a_reporter_without_an_address_is_written_to_by_nobody(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        case = verified(session, a_case(session, agency, reporter_email=""))
        answer_case(session, case=case, actor=ADMIN, body="Sudah.", final=True)
        assert set(owed(session)) == {"notice.staff_new_case", "case.close_unanswered"}


def test_the_whole_history_of_a_traceless_case_is_told_in_hours(
    agency: AgencyFacts, inside: Inside
) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        case = case_of(session, filed(session, agency, traceless()))
        verified(session, case)
        answer_case(session, case=case, actor=ADMIN, body="Sudah.", final=True)
        reply_to_case(session, case=case, body="Belum.")
        times = [
            *session.scalars(sa.select(CaseEvent.at)),
            *session.scalars(sa.select(AuditEntry.at)),
            case.updated_at,
        ]
    assert len(times) == 9
    assert {(at.minute, at.second, at.microsecond) for at in times} == {(0, 0, 0)}


def test_an_act_that_is_refused_leaves_nothing(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        filing = filed(session, agency)
    with pytest.raises(NotPossible, match="setelah diverifikasi"), inside(agency) as session:
        answer_case(session, case=case_of(session, filing), actor=ADMIN, body="x", final=True)
    with inside(agency) as session:
        case = case_of(session, filing)
        assert (case.state, case.version, case.first_answered_at) == ("unverified", 1, None)
        assert figures_of(session, agency.id).answered == 0
        assert owed(session)["notice.case_answered"] == 0
