"""A report comes in: once, whole, and without a trace of who did not want to leave one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.audit.models import AuditEntry
from sp4n.cases.access import hash_access_code
from sp4n.cases.drafts import form_key_hash, load_draft, new_form_key, save_draft
from sp4n.cases.models import CaseEvent, CaseRecord, FilingKey, Identity, Tracking
from sp4n.cases.operations import FiledCase, filing
from sp4n.cases.references import make_reference, parse_reference
from sp4n.errors import Invalid, NotPossible
from sp4n.figures.models import FigureDelta
from sp4n.files.models import Attachment
from sp4n.jobs.models import Outbox
from sp4n.settings.queries import category_by_key
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import (
    MONDAY,
    SEALER,
    SECRET,
    answers,
    case_of,
    filed,
    traceless,
)
from tests.factories import Inside, make_agency


@pytest.fixture
def frozen() -> Iterator[datetime]:
    with clock.frozen(MONDAY) as at:
        yield at


def an_attachment(form_key: str) -> Attachment:
    return Attachment(
        draft_key=form_key_hash(form_key),
        storage_key="ab/cd",
        file_name="foto.jpg",
        media_type="image/jpeg",
        size=3,
        sha256=b"x" * 32,
        created_at=clock.rounded_to_hour(clock.now()),
    )


def test_a_filing_is_kept_whole(agency: AgencyFacts, inside: Inside, frozen: datetime) -> None:
    with inside(agency) as session:
        chosen = category_by_key(session, "penerangan-jalan")
        assert chosen is not None
        given = answers(category_id=chosen.id, occurred_on=date(2026, 11, 1), confidential=True)
        made = filed(session, agency, given, language="en")
    with inside(agency) as session:
        case = case_of(session, made)
        assert (case.state, case.version, case.language) == ("unverified", 1, "en")
        assert (case.title, case.location) == (given.title, given.location)
        assert (case.category_id, case.occurred_on) == (chosen.id, date(2026, 11, 1))
        assert (case.anonymous, case.confidential, case.published) == (False, True, False)
        assert case.filed_at == case.updated_at == frozen == made.filed_at
        assert case.access_code_hash == hash_access_code(SECRET, made.access_code)
        tracking = session.scalars(
            sa.select(Tracking).where(Tracking.reference == made.reference)
        ).one()
        assert (tracking.agency_id, tracking.case_id) == (agency.id, case.id)
        event = session.scalars(sa.select(CaseEvent).where(CaseEvent.case_id == case.id)).one()
        assert (event.kind, event.public, event.to_state) == ("filed", True, "unverified")
        assert (event.actor_kind, event.actor_name, event.at) == ("reporter", "", frozen)
        audit = session.scalars(sa.select(AuditEntry)).one()
        assert (audit.act, audit.object_id, audit.actor_kind) == ("case.filed", case.id, "reporter")
        owed = session.execute(sa.select(Outbox.kind, Outbox.object_id, Outbox.state)).all()
        assert sorted(owed) == [
            ("notice.case_filed", event.id, "waiting"),
            ("notice.staff_new_case", event.id, "waiting"),
        ]
        delta = session.scalars(sa.select(FigureDelta)).one()
        assert (delta.measure, delta.amount) == ("filed", 1)


def test_the_agency_has_three_working_days_of_its_own_zone_to_verify(
    agency: AgencyFacts, inside: Inside
) -> None:
    # Monday 23.30 in Bali, still Monday 22.30 in Jakarta.
    with clock.frozen(datetime(2026, 11, 2, 15, 30, tzinfo=UTC)), inside(agency) as session:
        made = filed(session, agency)
        case = case_of(session, made)
        assert case.verify_due_at == case.due_at == made.verify_due_at
    local = made.verify_due_at.astimezone(agency.zone)
    assert (local.date(), local.hour, local.minute) == (date(2026, 11, 5), 23, 59)
    assert made.answer_due_hint is not None
    assert made.answer_due_hint.astimezone(agency.zone).date() == date(2026, 11, 12)


def test_the_draft_is_gone_and_its_attachments_are_those_of_the_first_event(
    agency: AgencyFacts, inside: Inside
) -> None:
    form_key, other_key = new_form_key(), new_form_key()
    with inside(agency) as session:
        save_draft(session, sealer=SEALER, form_key=form_key, answers={"title": "x"})
        save_draft(session, sealer=SEALER, form_key=other_key, answers={"title": "y"})
        session.add_all([an_attachment(form_key), an_attachment(other_key)])
    with inside(agency) as session:
        made = filed(session, agency, form_key=form_key)
    with inside(agency) as session:
        assert load_draft(session, sealer=SEALER, form_key=form_key) == {}
        assert load_draft(session, sealer=SEALER, form_key=other_key) == {"title": "y"}
        mine = session.scalars(sa.select(Attachment).where(Attachment.case_id == made.case_id))
        event_id = session.scalar(sa.select(CaseEvent.id).where(CaseEvent.case_id == made.case_id))
        assert [(one.event_id, one.draft_key) for one in mine] == [(event_id, None)]


def test_the_same_form_sent_twice_shows_the_same_confirmation(
    agency: AgencyFacts, inside: Inside
) -> None:
    form_key = new_form_key()
    with inside(agency) as session:
        first = filed(session, agency, form_key=form_key)
    with inside(agency) as session:
        second = filed(session, agency, form_key=form_key)
        assert session.scalar(sa.select(sa.func.count(CaseRecord.id))) == 1
        assert session.scalar(sa.select(sa.func.count(Outbox.id))) == 2
    assert second.repeated
    assert not first.repeated
    assert {**vars(second), "repeated": False} == vars(first)


def test_the_same_form_with_another_body_is_refused(agency: AgencyFacts, inside: Inside) -> None:
    form_key = new_form_key()
    with inside(agency) as session:
        filed(session, agency, form_key=form_key)
    with inside(agency) as session:
        with pytest.raises(Invalid, match="sudah pernah dikirim"):
            filed(session, agency, answers(title="Lain"), form_key=form_key)
        assert session.scalar(sa.select(sa.func.count(CaseRecord.id))) == 1


def test_a_form_key_is_one_agencys(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    form_key = new_form_key()
    with inside(agency) as session:
        here = filed(session, agency, form_key=form_key)
    with inside(other_agency) as session:
        there = filed(session, other_agency, form_key=form_key)
    assert not there.repeated
    assert here.reference != there.reference
    assert here.access_code != there.access_code


def test_the_same_form_sent_twice_at_the_same_moment_makes_one_case(
    app: Flask, agency: AgencyFacts, inside: Inside
) -> None:
    form_key, inserted, go_on = new_form_key(), Event(), Event()

    def first() -> FiledCase:
        with inside(agency) as session:
            made = filed(session, agency, form_key=form_key)
            inserted.set()
            assert go_on.wait(10)
            return made

    def second() -> FiledCase:
        assert inserted.wait(10)
        with inside(agency) as session:
            session.execute(sa.text("SELECT 1"))
            go_on.set()
            return filed(session, agency, form_key=form_key)

    with ThreadPoolExecutor(2) as threads:
        made, again = [job.result(30) for job in (threads.submit(first), threads.submit(second))]
    assert (made.repeated, again.repeated) == (False, True)
    assert made.reference == again.reference
    assert made.access_code == again.access_code


def test_a_form_that_hangs_elsewhere_is_waited_for_only_so_long(
    agency: AgencyFacts, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    form_key = new_form_key()
    monkeypatch.setattr(filing, "PATIENCE", "200ms")

    def send_again() -> None:
        with pytest.raises(NotPossible, match="jendela lain"), inside(agency) as session:
            filed(session, agency, form_key=form_key)

    with inside(agency) as session, ThreadPoolExecutor(1) as threads:
        filed(session, agency, form_key=form_key)
        threads.submit(send_again).result(30)


def test_fifty_people_filing_at_once_get_fifty_references(
    agency: AgencyFacts, inside: Inside
) -> None:
    def one(number: int) -> FiledCase:
        with inside(agency) as session:
            return filed(session, agency, answers(title=f"Laporan {number}"))

    with ThreadPoolExecutor(50) as threads:
        made = list(threads.map(one, range(50)))
    assert len({one.reference for one in made}) == 50
    with inside(agency) as session:
        assert session.scalar(sa.select(sa.func.count(CaseRecord.id))) == 50
        assert session.scalar(sa.select(sa.func.sum(FigureDelta.amount))) == 50


def test_a_reference_that_is_taken_anywhere_is_drawn_again(
    agency: AgencyFacts,
    other_agency: AgencyFacts,
    inside: Inside,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with inside(other_agency) as session:
        theirs = filed(session, other_agency).reference
    with inside(agency) as session:
        ours = filed(session, agency).reference
    fresh = make_reference()
    drawn = iter([theirs, ours, fresh])
    monkeypatch.setattr(filing, "make_reference", lambda: next(drawn))
    with inside(agency) as session:
        made = filed(session, agency)
    assert made.reference == fresh
    with inside(agency) as session:
        assert case_of(session, made).reference == fresh


def test_a_reference_can_be_read_back_over_the_telephone(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        made = filed(session, agency)
    assert parse_reference(made.reference.lower().replace("-", " ")) == made.reference


def test_the_identity_is_in_the_vault_and_nowhere_in_clear(
    agency: AgencyFacts, inside: Inside, superuser: sa.Connection
) -> None:
    given = answers(reporter_name="Kenari Emas", reporter_email="kenari.emas@contoh.id")
    with inside(agency) as session:
        made = filed(session, agency, given)
        sealed = session.scalars(sa.select(Identity)).one()
        assert sealed.reachable
        assert SEALER.open(sealed.sealed)["name"] == "Kenari Emas"
    assert made.access_code not in everything(superuser, agency)
    assert "enari" not in everything(superuser, agency)


def test_an_anonymous_reporter_may_leave_an_address(agency: AgencyFacts, inside: Inside) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        made = filed(session, agency, answers(anonymous=True, reporter_name="", reporter_phone=""))
        assert made.filed_at == MONDAY
        assert SEALER.open(session.scalars(sa.select(Identity.sealed)).one()) == {
            "email": "made@contoh.id"
        }
        assert "notice.case_filed" in session.scalars(sa.select(Outbox.kind)).all()


def test_anonymous_without_identity_leaves_no_time_but_the_hour(
    agency: AgencyFacts, inside: Inside, superuser: sa.Connection
) -> None:
    form_key = new_form_key()
    with clock.frozen(MONDAY):
        with inside(agency) as session:
            save_draft(session, sealer=SEALER, form_key=form_key, answers={"title": "x"})
            session.add(an_attachment(form_key))
        assert_all_times_are_coarse(superuser, agency)
        with inside(agency) as session:
            made = filed(session, agency, traceless(), form_key=form_key)
            assert session.scalar(sa.select(sa.func.count()).select_from(Identity)) == 0
            assert session.scalars(sa.select(Outbox.kind)).all() == ["notice.staff_new_case"]
        assert made.filed_at == MONDAY.replace(minute=0, second=0, microsecond=0)
    assert_all_times_are_coarse(superuser, agency)


def assert_all_times_are_coarse(superuser: sa.Connection, agency: AgencyFacts) -> None:
    """On the hour, or at the end of a day; looked for in every table that has an agency's rows."""
    columns = superuser.execute(
        sa.text(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c "
            "JOIN information_schema.columns o USING (table_schema, table_name) "
            "WHERE table_schema = 'public' AND o.column_name = 'agency_id' "
            "AND c.data_type = 'timestamp with time zone'"
        )
    ).all()
    assert len(columns) > 20
    for table, column in columns:
        values = superuser.scalars(
            sa.text(f"SELECT {column} FROM {table} WHERE agency_id = :a"), {"a": agency.id}
        )
        for at in filter(None, values):
            later = at + timedelta(microseconds=1)
            assert not (at.minute or at.second) or not (later.minute or later.second), (
                table,
                column,
                at,
            )


def everything(superuser: sa.Connection, agency: AgencyFacts) -> str:
    tables = superuser.scalars(
        sa.text(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'agency_id'"
        )
    ).all()
    rows = [
        row
        for table in tables
        for row in superuser.scalars(
            sa.text(f"SELECT t::text FROM {table} t WHERE agency_id = :a"), {"a": agency.id}
        )
    ]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"classification": "lainnya"}, "classification"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"description": ""}, "description"),
        ({"description": "\ud83d"}, "description"),
        ({"occurred_on": date(2026, 11, 3)}, "occurred_on"),
        ({"category_id": 987654}, "category"),
        ({"reporter_email": "x" * 255}, "reporter_email"),
    ],
)
def test_what_is_not_true_is_refused_at_its_field(
    agency: AgencyFacts, inside: Inside, frozen: datetime, over: dict[str, object], field: str
) -> None:
    form_key = new_form_key()
    with pytest.raises(Invalid) as refusal, inside(agency) as session:
        filed(session, agency, answers(**over), form_key=form_key)
    assert list(refusal.value.fields) == [field]
    assert refusal.value.fields[field]
    with inside(agency) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FilingKey)) == 0


def test_today_where_the_agency_is_may_be_the_day_of_the_event(
    agency: AgencyFacts, inside: Inside
) -> None:
    with clock.frozen(datetime(2026, 11, 2, 17, 0, tzinfo=UTC)), inside(agency) as session:
        made = filed(session, agency, answers(occurred_on=date(2026, 11, 3)))
        assert case_of(session, made).occurred_on == date(2026, 11, 3)


def test_emoji_and_right_to_left_are_kept_as_they_were_typed(
    agency: AgencyFacts, inside: Inside
) -> None:
    text = "Lampu 💡 padam \u202eتجربة\u202c di sini"
    with inside(agency) as session:
        made = filed(session, agency, answers(description=text))
    with inside(agency) as session:
        assert case_of(session, made).description == text


def test_a_key_that_no_form_of_ours_has_is_refused(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session, pytest.raises(Invalid, match="tidak dikenal"):
        filed(session, agency, form_key="1")


def test_a_suspended_agency_takes_no_reports(app: Flask, inside: Inside) -> None:
    suspended = make_agency(app, status="suspended", status_reason="pindah sistem")
    with inside(suspended) as session, pytest.raises(NotPossible, match="tidak menerima"):
        filed(session, suspended)
