"""A closure is contested: reopened the first time, decided by a coordinator the second."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations import FiledCase, accept_answer, contest_case
from sp4n.errors import NotPossible
from sp4n.figures.queries import figures_of
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import MONDAY
from tests.portal.test_tracking import tracked
from tests.scenes import Scene

WHY = "Lampunya padam lagi <b>malam itu juga</b>."
TRACELESS = {"reporter_name": "", "reporter_email": "", "reporter_phone": "", "anonymous": True}


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    app.extensions["sp4n.throttle"].counters.memory.reset()
    return Scene(app, agency)


def closed(scene: Scene, **over: object) -> FiledCase:
    filing = scene.answer(scene.verify(scene.filed(**over)), "Sudah menyala.", final=True)  # type: ignore[arg-type]
    with scene.inside() as session:
        accept_answer(session, case=scene.case(filing, session))
    return filing


def contested(scene: Scene, filing: FiledCase) -> None:
    with scene.inside() as session:
        contest_case(session, case=scene.case(filing, session), body=WHY)


def closed_again(scene: Scene, filing: FiledCase) -> None:
    scene.answer(filing, "Sekarang sungguh menyala.", final=True)
    with scene.inside() as session:
        accept_answer(session, case=scene.case(filing, session))


def kinds_owed(scene: Scene) -> set[str]:
    with scene.inside() as session:
        return set(session.scalars(sa.select(Outbox.kind)))


def test_a_closure_is_contested_with_a_reason_and_the_agency_has_it_again(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        filing = closed(scene)
        browser = scene.browser()
        page = tracked(browser, filing)
        # Ten working days from the day after, in the agency's own calendar.
        assert "Dapat disanggah sampai 16 November 2026 (sisa 10 hari kerja)." in page.words
        assert "laporan baru" not in page.words
    with clock.frozen(MONDAY + timedelta(days=3)):
        page = browser.send(page.form("/sanggahan"), objection=WHY)
        assert page.status == 200
        assert "Sanggahan Anda sudah kami terima." in page.words
        assert WHY in page.words
        assert not page.has_form("/sanggahan")
    case = scene.case(filing)
    assert (case.state, case.contests, case.contest_until, case.closed_at) == (
        "in_progress",
        1,
        None,
        None,
    )
    assert case.complete_due_at is not None
    assert case.due_at == case.complete_due_at
    assert case.complete_due_at.astimezone(scene.agency.zone).date().isoformat() == "2026-11-25"
    assert {"notice.case_contested", "notice.staff_contested"} <= kinds_owed(scene)
    desk = scene.desk().open(f"/desk/laporan/{filing.reference}")
    assert WHY in desk.words
    assert "Disanggah" in desk.words
    trail = scene.desk().open("/kelola/jejak/")
    assert f"Menyanggah akhir laporan {filing.reference}; laporan diproses lagi" in trail.words
    public = scene.browser().open(f"/laporan/{filing.reference}")
    assert "Pelapor menyanggah" in public.words
    assert "malam itu juga" not in public.text


def test_the_limits_of_a_contested_case_stay_new_when_it_goes_to_another_unit(
    scene: Scene,
) -> None:
    with clock.frozen(MONDAY):
        filing = closed(scene)
    with clock.frozen(MONDAY + timedelta(days=7)):
        contested(scene, filing)
        due = scene.case(filing).due_at
        scene.assign(filing, scene.unit())
    assert scene.case(filing).due_at == due


@pytest.mark.parametrize(
    ("verified", "state", "owed"), [(False, "unverified", 3), (True, "unhandled", 5)]
)
def test_an_archived_case_goes_back_to_where_it_was(
    scene: Scene, verified: bool, state: str, owed: int
) -> None:
    with clock.frozen(MONDAY):
        filing = scene.verify(scene.filed()) if verified else scene.filed()
        scene.archive(filing)
    with clock.frozen(MONDAY + timedelta(days=7)):
        browser = scene.browser()
        page = tracked(browser, filing)
        assert "Tidak setuju? Sanggah" in page.words
        browser.send(page.form("/sanggahan"), objection=WHY)
    case = scene.case(filing)
    due = (MONDAY + timedelta(days=7 + owed if owed < 5 else 14)).date()
    assert (case.state, case.archive_reason, case.closed_at) == (state, "", None)
    assert case.due_at is not None
    assert case.due_at.astimezone(scene.agency.zone).date() == due


def test_the_second_time_a_coordinator_decides(scene: Scene) -> None:
    filing = closed(scene)
    contested(scene, filing)
    closed_again(scene, filing)
    browser = scene.browser()
    page = tracked(browser, filing)
    assert "Kali ini koordinator nasional membaca laporan ini dan memutuskannya" in page.words
    page = browser.send(page.form("/sanggahan"), objection=WHY)
    assert "Koordinator nasional memutuskan apakah laporan ini selesai." in page.words
    assert not page.has_form("/sanggahan")
    assert not page.has_form("/tanggapan")
    case = scene.case(filing)
    assert (case.state, case.contests, case.due_at) == ("disputed", 2, None)
    until = case.reply_due_at
    assert until is not None
    assert until > clock.now() + timedelta(days=11)  # ten working days are two weeks, or more
    assert "Paling lambat" in page.words
    assert "Giliran koordinator" in scene.desk().open(f"/desk/?q={filing.reference}").words
    with clock.frozen(until + timedelta(days=2)):
        assert "Seharusnya paling lambat" in tracked(scene.browser(), filing).words
    assert {"notice.case_appealed", "notice.staff_appealed"} <= kinds_owed(scene)
    assert "Menunggu putusan koordinator" in (
        scene.desk().open(f"/desk/laporan/{filing.reference}").words
    )


@pytest.mark.parametrize("late", [timedelta(), timedelta(days=60)])
def test_after_its_time_a_closure_is_for_good(scene: Scene, late: timedelta) -> None:
    filing = closed(scene)
    browser = scene.browser()
    form = tracked(browser, filing).form("/sanggahan")
    until = scene.case(filing).contest_until
    assert until is not None
    with clock.frozen(until - timedelta(seconds=1)):
        assert browser.open(f"/lacak/{filing.reference}").has_form("/sanggahan")
    with clock.frozen(until + late):
        page = browser.send(form, objection=WHY)
        assert page.status == 409
        assert page.errors == [
            "Waktu untuk menyanggah sudah lewat. Bila masalahnya masih ada, buat laporan baru dan "
            "sebutkan nomor laporan ini."
        ]
        assert WHY in page.words
        assert not page.has_form("/sanggahan")
        assert "Anda dapat membuat laporan baru." in page.words
    assert scene.case(filing).state == "closed"


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "x" * 5001])
def test_without_a_reason_nothing_is_contested(scene: Scene, typed: str) -> None:
    filing = closed(scene)
    browser = scene.browser()
    page = browser.send(tracked(browser, filing).form("/sanggahan"), objection=typed)
    assert (page.status, len(page.errors)) == (422, 1)
    assert page.form("/sanggahan").values["objection"].strip() == typed.strip(" \x00")
    assert scene.case(filing).contests == 0


def test_nobody_contests_without_the_code(scene: Scene, other_agency: AgencyFacts) -> None:
    filing, own = closed(scene), closed(scene)
    browser = scene.browser()
    form = tracked(browser, own).form("/sanggahan")
    there = form.action.replace(own.reference, filing.reference)
    token = {"csrf_token": form.values["csrf_token"], "objection": WHY}
    assert browser.client.post(there, data=token).status_code == 404
    elsewhere = Scene(scene.app, other_agency)
    foreign = elsewhere.browser()
    form = tracked(foreign, closed(elsewhere)).form("/sanggahan")
    there = f"/lacak/{filing.reference}/sanggahan"
    token = {"csrf_token": form.values["csrf_token"], "objection": WHY}
    assert foreign.client.post(there, data=token).status_code == 404
    assert scene.case(filing).state == "closed"


def test_a_second_tab_and_two_at_once_contest_once(scene: Scene) -> None:
    filing = closed(scene)
    browser = scene.browser()
    form = tracked(browser, filing).form("/sanggahan")
    assert browser.send(form, objection=WHY).status == 200
    page = browser.send(form, objection=WHY)
    assert page.status == 409
    assert "belum berakhir" in page.errors[0]
    other = closed(scene)

    def once(_number: int) -> bool:
        try:
            contested(scene, other)
        except NotPossible:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(once, range(2))) == [False, True]
    assert scene.case(other).contests == 1


def test_contested_closures_are_counted_as_they_are(scene: Scene) -> None:
    first, second = closed(scene), closed(scene, confidential=True)
    closed(scene)
    for filing in (first, second):
        contested(scene, filing)
    closed_again(scene, first)
    contested(scene, first)
    with scene.inside() as session:
        counted = session.scalar(sa.select(sa.func.sum(CaseRecord.contests)))
        assert figures_of(session, scene.agency.id).contested == counted == 3


def test_a_reporter_without_identity_contests_by_the_hour(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        filing = closed(scene, **TRACELESS)
    at = datetime(2026, 11, 3, 6, 52, tzinfo=UTC)
    with clock.frozen(at):
        browser = scene.browser()
        page = tracked(browser, filing)
        page = browser.send(page.form("/sanggahan"), objection=WHY)
    assert "14.52" not in page.text
    with scene.inside() as session:
        (event,) = session.scalars(sa.select(CaseEvent).where(CaseEvent.kind == "contested"))
        case = scene.case(filing, session)
        assert event.at == case.limits_from == at.replace(minute=0)
        told = sa.select(Outbox.due_at).where(Outbox.kind == "notice.staff_contested")
        assert session.scalar(told) == at.replace(hour=7, minute=0)
