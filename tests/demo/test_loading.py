"""The demo data of today, interrupted on the way in and then put in whole."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.audit.models import NationalAuditEntry
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase
from sp4n.cases.states import State
from sp4n.db import db
from sp4n.demo.content import agency_content
from sp4n.demo.loading import load
from sp4n.demo.scenarios import today
from sp4n.demo.specials import told
from sp4n.figures.queries import figures_of
from sp4n.files.models import Attachment
from sp4n.jobs.models import NationalOutbox, Outbox
from sp4n.runtime.checks import outbox_moves
from sp4n.tenants.models import Agency
from tests.demo.conftest import Furnished, inside_agency

RICH = today().agencies
AHEAD = ("case.close_unanswered", "case.lapse", "handover.late")


def cases_of(slug: str) -> int:
    """One that was accepted is a case of both agencies."""
    taken = [one for other in RICH for one in told(other) if one.outcome == "accepted"]
    received = sum(one.to == slug for one in taken)
    return agency_content(slug).cases + len(told(slug)) + received


def test_the_register_is_that_of_today_and_all_of_it_is_demo(national_view: Session) -> None:
    rows = national_view.execute(
        sa.select(Agency.kind, sa.func.count(), sa.func.bool_and(Agency.demo))
        .where(Agency.status == "active")
        .group_by(Agency.kind)
    )
    assert {kind: (count, demo) for kind, count, demo in rows} == {
        "kementerian": (49, True),
        "lembaga": (98, True),
        "provinsi": (38, True),
        "kabupaten": (415, True),
        "kota": (93, True),
    }


def test_it_is_ready_when_all_is_in_and_not_before(furnished: Furnished) -> None:
    assert furnished.was_in == (False, False, True)


def test_an_interruption_leaves_nothing_twice_and_nothing_out(national_view: Session) -> None:
    cases = dict(
        national_view.execute(
            sa.select(Agency.slug, sa.func.count())
            .join(CaseRecord, CaseRecord.agency_id == Agency.id)
            .group_by(Agency.slug)
        ).all()
    )
    people = dict(
        national_view.execute(
            sa.select(Agency.slug, sa.func.count())
            .join(Account, Account.agency_id == Agency.id)
            .group_by(Agency.slug)
        ).all()
    )
    assert cases == {slug: cases_of(slug) for slug in RICH}
    assert people == {slug: len(agency_content(slug).people) for slug in RICH}


def test_loading_again_changes_nothing_and_takes_no_time(demo_app: Flask) -> None:
    with demo_app.app_context():
        load()
        began = time.monotonic()
        words = load()
        took = time.monotonic() - began
    assert "admin@badungkab.example" in words
    assert took < 0.5, "it is said at each start"
    with demo_app.app_context(), inside_agency(demo_app, "badungkab") as session:
        number = session.scalar(sa.select(sa.func.count()).select_from(CaseRecord))
        assert number == cases_of("badungkab")


def test_the_doctor_finds_nothing_late_in_data_that_is_new(demo_app: Flask) -> None:
    assert "nothing owed is late" in outbox_moves(demo_app.extensions["sp4n.settings"])


def test_the_marks_say_when_and_what(national_view: Session) -> None:
    marks = national_view.scalars(
        sa.select(NationalAuditEntry)
        .where(NationalAuditEntry.object_kind == "demo")
        .order_by(NationalAuditEntry.id)
    ).all()
    assert [mark.act for mark in marks] == ["demo.begun", "demo.loaded"]
    assert {mark.data["scenario"] for mark in marks} == {"hari-ini"}


@pytest.mark.parametrize("slug", RICH)
def test_cases_lie_in_every_state_in_time_and_late(demo_app: Flask, slug: str) -> None:
    with inside_agency(demo_app, slug) as session:
        cases = session.scalars(sa.select(CaseRecord)).all()
        states = {case.state for case in cases}
        late = {case.state for case in cases if case.due_at and case.due_at < clock.now()}
    assert states >= set(State) - {State.ON_HOLD, State.DISPUTED, State.FORWARDED}
    assert {State.UNVERIFIED, State.UNHANDLED, State.IN_PROGRESS} <= late
    assert 15 <= len(cases) <= 45


@pytest.mark.parametrize("slug", RICH)
def test_figures_are_what_is_counted(demo_app: Flask, slug: str) -> None:
    with inside_agency(demo_app, slug) as session:
        cases = session.scalars(sa.select(CaseRecord)).all()
        figures = figures_of(session, cases[0].agency_id)
    states = Counter(case.state for case in cases)
    assert figures.filed == len(cases)
    assert (figures.closed, figures.archived) == (states["closed"], states["archived"])
    assert figures.answered == sum(case.first_answered_at is not None for case in cases)
    late = [case for case in cases if case.due_at and case.due_at < clock.now()]
    assert figures.overdue == len(late)
    assert figures.median_answer_hours is not None
    assert 12 < figures.median_answer_hours < 24 * 10


@pytest.mark.parametrize("slug", RICH)
def test_history_goes_forward_and_ends_before_now(demo_app: Flask, slug: str) -> None:
    with inside_agency(demo_app, slug) as session:
        lived: defaultdict[int, list[CaseEvent]] = defaultdict(list)
        for event in session.scalars(sa.select(CaseEvent).order_by(CaseEvent.id)):
            lived[event.case_id].append(event)
    for events in lived.values():
        moments = [event.at for event in events]
        assert moments == sorted(moments)
        assert clock.now() - timedelta(days=76) < moments[0] <= moments[-1] < clock.now()
        assert events[0].kind == "filed"


def test_reporters_are_of_all_kinds_and_what_is_secret_is_not_public(
    demo_app: Flask, national_view: Session
) -> None:
    cases = national_view.scalars(sa.select(CaseRecord)).all()
    public = set(national_view.scalars(sa.select(PublicCase.id)))
    assert {(case.anonymous, case.confidential) for case in cases} == {
        (False, False),
        (True, False),
        (False, True),
        (True, True),
    }
    assert {case.classification for case in cases} == {
        "pengaduan",
        "aspirasi",
        "permintaan_informasi",
        "permohonan_informasi",
    }
    assert {"id", "en"} == {case.language for case in cases}
    assert not [case.id for case in cases if case.confidential and case.id in public]
    assert len(public) > len(cases) / 3
    assert any(case.supervision for case in cases)


def test_attachments_can_be_opened(demo_app: Flask, national_view: Session) -> None:
    held = national_view.execute(
        sa.select(Agency.slug, Attachment.storage_key, Attachment.size, Attachment.media_type)
        .join(Attachment, Attachment.agency_id == Agency.id)
        .where(Attachment.case_id.is_not(None))
    ).all()
    assert {row.media_type for row in held} == {"image/jpeg", "application/pdf"}
    storage = demo_app.extensions["sp4n.storage"]
    for row in held:
        with inside_agency(demo_app, row.slug), storage.open(row.storage_key) as file:
            assert len(file.read()) == row.size


def test_old_mail_is_not_owed_any_more_and_new_mail_is(national_view: Session) -> None:
    owed = national_view.execute(
        sa.select(Outbox.kind, Outbox.state, Outbox.due_at, CaseEvent.at)
        .join(
            CaseEvent,
            sa.and_(CaseEvent.agency_id == Outbox.agency_id, CaseEvent.id == Outbox.object_id),
        )
        .where(Outbox.state != "done")
    ).all()
    mail = [row for row in owed if row.kind.startswith("notice.")]
    closings = [row for row in owed if row.kind in AHEAD]
    assert len(mail) + len(closings) == len(owed)
    assert 1 <= len(mail) <= 60
    assert all(row.at > clock.now() - timedelta(days=2) for row in mail)
    assert closings
    assert all(row.state == "scheduled" and row.due_at > clock.now() for row in closings)


def test_nobody_is_invited_by_mail(national_view: Session) -> None:
    invitations = sa.select(Outbox.state).where(Outbox.kind == "account.invitation")
    assert set(national_view.scalars(invitations)) == {"done"}
    assert set(national_view.scalars(sa.select(NationalOutbox.state))) == {"done"}


def test_what_waits_for_a_reply_is_closed_when_its_time_has_come(national_view: Session) -> None:
    """Each such case has the row that closes it."""
    waiting = national_view.scalar(
        sa.select(sa.func.count()).where(CaseRecord.state == "awaiting_reply")
    )
    scheduled = sa.select(Outbox.object_id).where(
        Outbox.kind == "case.close_unanswered", Outbox.state == "scheduled"
    )
    last_answers = sa.select(CaseEvent.case_id).where(CaseEvent.id.in_(scheduled))
    with_row = sa.select(sa.func.count()).where(
        CaseRecord.state == "awaiting_reply", CaseRecord.id.in_(last_answers)
    )
    assert waiting
    assert national_view.scalar(with_row) == waiting


def test_contacts_are_seen_to_be_invented(national_view: Session) -> None:
    agencies = national_view.scalars(sa.select(Agency).where(Agency.contact_email != "")).all()
    assert {one.slug for one in agencies} == set(RICH)
    for one in agencies:
        assert one.contact_email.endswith(".example")
        assert "555-01" in one.contact_phone
        assert one.address.startswith("Jl. Contoh ")


def test_the_words_for_the_terminal_name_addresses_and_sign_ins(furnished: Furnished) -> None:
    words = furnished.words
    assert "http://localhost:8000/masuk" in words
    assert "http://badungkab.localhost:8000/masuk" in words
    assert "kereta-malam-lewat-jembatan" in words
    assert "/surat-demo" in words


def test_a_clock_of_the_past_does_not_stay(demo_app: Flask) -> None:
    with demo_app.app_context(), inside_agency(demo_app, "bpom"):
        real = db.session.scalar(sa.text("SELECT now()"))
    assert abs(clock.now() - real) < timedelta(minutes=1)
