"""Cases between agencies: what moves, what stays, and what a crash between two steps leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases import operations
from sp4n.cases.handover_models import Custody
from sp4n.cases.handover_queries import offer, offers
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase
from sp4n.cases.operations.settling import settle
from sp4n.cases.queries import custodian, tracked_case
from sp4n.cases.recounting import moved_dates
from sp4n.db import db
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.figures.queries import figures_of
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency, AgencySuccession
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from tests.cases.between import REASON, Between, between, kinds
from tests.factories import make_agency
from tests.files.making import picture, upload
from tests.scenes import Scene

CANARY = "burungkenari"


@pytest.fixture
def two(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts, other_agency: AgencyFacts
) -> Between:
    with app.test_request_context():
        return between(app, superuser, agency, other_agency)


def test_a_case_goes_to_who_accepts_it_with_its_number_code_history_and_clock(two: Between) -> None:
    filing = two.here.verify(two.here.filed())
    two.here.answer(filing, "Kami periksa dulu.")
    sent = two.send(filing)
    assert two.state(two.here, filing) == "in_progress"
    assert two.tracked(filing) == (two.here.agency.id, two.there.agency.id)
    two.work()
    two.accept(sent)
    two.work()
    assert two.state(two.here, filing) == "forwarded"
    assert two.tracked(filing) == (two.there.agency.id, None)
    with two.here.inside() as session:
        ours = two.case(session, filing.reference)
        assert ours is not None
        assert (ours.due_at, ours.handover_id, ours.published) == (None, None, False)
        was_verified = ours.verified_at
    with two.there.inside() as session:
        secret = two.app.config["SECRET_KEY"]
        code = {"reference": filing.reference, "access_code": filing.access_code}
        theirs = tracked_case(session, secret=secret, **code)
        assert (theirs.state, theirs.filed_at) == ("unverified", filing.filed_at)
        assert theirs.verified_at == was_verified
        assert theirs.verify_due_at > clock.now()
        assert theirs.received_at is not None
        assert custodian(session, reference=filing.reference) == two.there.agency.id
        told = kinds(two.there, filing)
    assert told == ["filed", "verified", "answered", "offered", "received"]
    with two.there.inside() as session:
        chain = sa.select(Custody.agency_id, Custody.hop, Custody.until.is_(None))
        rows = session.execute(
            chain.where(Custody.reference == filing.reference).order_by(Custody.hop)
        ).all()
    assert [tuple(row) for row in rows] == [
        (two.here.agency.id, 0, False),
        (two.there.agency.id, 1, True),
    ]


def test_it_is_counted_where_it_belongs(two: Between) -> None:
    filing = two.here.filed()
    two.hand_over(filing)
    counted = {}
    for scene in (two.here, two.there):
        with scene.inside() as session:
            found = figures_of(session, scene.agency.id)
            counted[scene.agency.id] = (found.filed, found.open, found.forwarded)
    assert counted == {two.here.agency.id: (1, 0, 1), two.there.agency.id: (1, 1, 0)}


def test_the_reporters_limits_run_on_when_it_is_verified_again(two: Between) -> None:
    earlier = clock.now() - timedelta(days=4)
    filing = two.here.filed(at=earlier)
    with clock.frozen(earlier):
        two.here.verify(filing)
    with two.here.inside() as session:
        case = two.case(session, filing.reference)
        assert case is not None
        promised = (case.answer_due_at, case.complete_due_at)
    two.hand_over(filing)
    with two.there.inside() as session:
        case = two.case(session, filing.reference)
        assert case is not None
        row = session.execute(sa.select(CaseRecord.__table__)).one()
        agency = agency_by_id(two.there.agency.id)
        assert agency is not None
        assert moved_dates(session, row, agency, clock.now()) == {}
        operations.verify_case(
            session,
            case=case,
            actor=two.there.admin,
            supervision=False,
            category_id=None,
            public_title="Judul",
            public_body="Isi",
            publish=True,
        )
        assert (case.answer_due_at, case.complete_due_at) == promised


def test_what_is_public_moves_and_keeps_what_was_redacted(two: Between) -> None:
    filing = two.here.verify(two.here.filed())
    two.hand_over(filing)
    with two.there.inside() as session:
        shown = session.scalars(
            sa.select(PublicCase).where(PublicCase.reference == filing.reference)
        ).all()
        (public,) = shown
        assert public.agency_id == two.there.agency.id
        assert public.title == "Lampu jalan padam di depan pasar"
        assert public.timeline[0]["by"] == two.here.agency.short_name
        assert [one["kind"] for one in public.timeline] == ["verified", "received"]


def test_neither_agency_sees_the_others_notes_nor_who_worked_on_it(
    two: Between, superuser: sa.Connection
) -> None:
    filing = two.here.verify(two.here.filed())
    two.here.note(filing, f"{CANARY} dari sini")
    two.hand_over(filing)
    two.there.note(two_case(two.there, filing), f"{CANARY} dari sana")
    for scene, other in ((two.here, "sana"), (two.there, "sini")):
        sql = "SELECT body, actor_name FROM case_event WHERE agency_id = :a"
        rows = superuser.execute(sa.text(sql), {"a": scene.agency.id}).all()
        assert not [row for row in rows if f"{CANARY} dari {other}" in row.body]
    with two.there.inside() as session:
        passed = session.scalars(
            sa.select(CaseEvent).where(CaseEvent.data["of"].as_integer() == two.here.agency.id)
        ).all()
        assert passed
        assert {(one.actor_name, one.actor_id, one.unit_id) for one in passed} == {("", None, None)}
    payload = superuser.scalar(sa.text("SELECT string_agg(payload::text, '') FROM handover"))
    assert CANARY not in payload


def two_case(scene: Scene, filing: operations.FiledCase) -> operations.FiledCase:
    """The same case, as this agency knows it."""
    with scene.inside() as session:
        wanted = sa.select(CaseRecord.id).where(CaseRecord.reference == filing.reference)
        case_id = session.scalars(wanted).one()
    return type(filing)(**{**vars(filing), "case_id": case_id})


def test_a_refusal_leaves_it_where_it_is_with_the_reason(two: Between) -> None:
    filing = two.here.filed()
    two.refuse(two.send(filing))
    two.work()
    assert two.state(two.here, filing) == "unverified"
    assert two.state(two.there, filing) == ""
    assert two.tracked(filing) == (two.here.agency.id, None)
    assert kinds(two.here, filing)[-2:] == ["offered", "kept"]
    two.hand_over(filing)
    assert two.state(two.there, filing) == "unverified"


def test_silence_is_a_refusal(two: Between) -> None:
    filing = two.here.filed()
    sent = two.send(filing)
    with clock.frozen(clock.now() + timedelta(days=20)):
        with (
            two.app.test_request_context(),
            pytest.raises(NotPossible, match="lewat batas waktunya"),
        ):
            two.accept(sent)
        with two.here.inside() as session:
            settle(session)
        with two.here.inside() as session:
            settle(session)
    assert kinds(two.here, filing)[-2:] == ["offered", "kept"]
    assert two.tracked(filing) == (two.here.agency.id, None)


def test_it_can_be_taken_back_until_it_is_accepted(two: Between) -> None:
    filing = two.here.filed()
    sent = two.send(filing)
    with two.here.inside() as session:
        operations.recall_case(session, case=two.here.case(filing, session), actor=two.here.admin)
    with two.there.inside() as session:
        assert offers(session) == []
        with pytest.raises(NotFound):
            offer(session, sent)
    with two.app.test_request_context(), pytest.raises(NotPossible, match="ditarik kembali"):
        two.accept(sent)
    two.work()
    assert two.tracked(filing) == (two.here.agency.id, None)
    assert two.state(two.there, filing) == ""


def test_what_was_accepted_is_not_taken_back_nor_added_to_at_the_old_place(two: Between) -> None:
    """Between the acceptance and the job that tells the sender."""
    filing = two.here.filed()
    two.accept(two.send(filing))
    with two.app.test_request_context():
        for act in (
            lambda session, case: operations.recall_case(session, case=case, actor=two.here.admin),
            lambda session, case: operations.reply_to_case(session, case=case, body="Halo?"),
        ):
            with (
                pytest.raises(NotPossible, match="baru saja menerima"),
                two.here.inside() as session,
            ):
                act(session, two.here.case(filing, session))
    two.work()
    assert two.state(two.here, filing) == "forwarded"


def test_what_the_reporter_adds_on_the_way_goes_along(two: Between) -> None:
    filing = two.here.filed()
    sent = two.send(filing)
    with two.here.inside() as session:
        operations.reply_to_case(session, case=two.here.case(filing, session), body="Masih padam.")
    two.accept(sent)
    two.work()
    assert kinds(two.there, filing) == ["filed", "offered", "replied", "received"]


def test_who_is_asked_must_be_able_to_answer(two: Between, app: Flask) -> None:
    filing = two.here.filed()
    heir = make_agency(app)
    with app.test_request_context():
        with pytest.raises(Invalid, match="sudah ada di instansi itu"):
            two.send(filing, to=two.here)
        for status, words in (
            ("suspended", "tidak menerima"),
            ("preparing", "tidak menerima"),
            ("archived", heir.short_name),
        ):
            other = Scene(app, make_agency(app, status=status))
            with app.app_context(), edge(NATIONAL):
                if status == "archived":
                    ids = {"predecessor_id": other.agency.id, "successor_id": heir.id}
                    db.session.add(AgencySuccession(**ids))
            with pytest.raises(Invalid, match=words):
                two.send(filing, to=other)
        sent = two.send(filing)
        with pytest.raises(NotPossible, match="sedang dikirim"):
            two.send(filing)
        with app.app_context(), edge(NATIONAL):
            row = db.session.get_one(Agency, two.there.agency.id)
            row.status = "suspended"
        two.there.agency = suspended(two.there.agency)
        with pytest.raises(NotPossible, match="tidak menerima laporan baru"):
            two.accept(sent)


def suspended(agency: AgencyFacts) -> AgencyFacts:
    return type(agency)(**{**vars(agency), "status": "suspended"})


@pytest.mark.parametrize("how", ["archive", "answer"])
def test_what_has_ended_is_not_sent(two: Between, how: str) -> None:
    filing = two.here.verify(two.here.filed())
    if how == "archive":
        two.here.archive(filing)
    else:
        two.here.answer(filing, final=True)
    with two.app.test_request_context(), pytest.raises(NotPossible, match="tidak dapat dikirim"):
        two.send(filing)


def test_every_step_may_be_done_twice_late_or_never_and_nothing_is_done_twice(
    two: Between, superuser: sa.Connection
) -> None:
    """Killed between any two: what one agency has committed the other finds by itself."""
    filing = two.here.verify(two.here.filed())
    sent = two.send(filing)
    two.work(again=True)
    with two.there.inside() as session:
        letters = (
            "SELECT count(*) FROM outbox WHERE kind = 'notice.staff_offered' AND agency_id = :a"
        )
        assert session.scalar(sa.text(letters), {"a": two.there.agency.id}) == 1
    two.accept(sent)
    with two.app.test_request_context(), pytest.raises(NotPossible, match="sudah dijawab"):
        two.accept(sent)
    superuser.execute(sa.text("UPDATE outbox SET state = 'dead' WHERE kind = 'handover.knock'"))
    for _time in range(2):  # the half-hourly upkeep, instead of the lost knock
        for scene in (two.there, two.here):
            with scene.inside() as session:
                settle(session)
    two.work(again=True)
    assert kinds(two.here, filing) == ["filed", "verified", "offered", "forwarded"]
    assert kinds(two.there, filing) == ["filed", "verified", "offered", "received"]
    for scene in (two.here, two.there):
        with scene.inside() as session:
            assert figures_of(session, scene.agency.id).filed == 1


def test_its_files_follow_into_the_other_agencys_store(two: Between) -> None:
    filing = two.here.filed()
    storage = two.app.extensions["sp4n.storage"]
    attach(two.here, filing)
    two.accept(two.send(filing))
    two.work(again=True)
    with two.there.inside() as session:
        row = session.execute(sa.text("SELECT * FROM attachment")).one()
        assert row.storage_key.startswith(f"{two.there.agency.id}/")
        assert row.file_name == "lampu.png"
        assert storage.open(row.storage_key).read(4) == b"\x89PNG"
        event = session.scalars(sa.select(CaseEvent).where(CaseEvent.id == row.event_id)).one()
        assert (event.kind, event.data["place"]) == ("filed", 0)


def attach(scene: Scene, filing: operations.FiledCase) -> None:
    from sp4n.files.cleaning import clean_upload
    from sp4n.files.operations import store_upload

    with scene.inside() as session:
        first = sa.select(sa.func.min(CaseEvent.id)).where(CaseEvent.case_id == filing.case_id)
        store_upload(
            session,
            storage=scene.app.extensions["sp4n.storage"],
            file=clean_upload(upload(picture("PNG"), "lampu.png", "image/png")),
            case_id=filing.case_id,
            event_id=session.scalar(first),
        )


def test_words_say_who_and_why(two: Between) -> None:
    filing = two.here.filed()
    two.hand_over(filing)
    browser = two.there.browser()
    code = {"reference": filing.reference, "access_code": filing.access_code}
    page = browser.send(browser.open("/lacak").form("lacak"), **code)
    for words in (REASON, two.here.agency.short_name, two.here.agency.name):
        assert words in page.words
