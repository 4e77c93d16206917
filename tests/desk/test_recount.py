"""A change of days off or limits, and the cases that are open: said before, counted anew after."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.calendars import working_days
from sp4n.cases import operations
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import RECOUNT, FiledCase, recount
from sp4n.cases.recount_models import DueRecount
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import agency_by_id
from tests.desk.conftest import MONDAY
from tests.factories import make_agency
from tests.pages import Browser
from tests.scenes import Scene

pytestmark = pytest.mark.usefixtures("that_monday")
SETTINGS = "/kelola/pengaturan/"
PUBLISH, IMPACT = f"{SETTINGS}terbitkan", f"{SETTINGS}dampak"
LIMITS, HOLIDAYS = "/kelola/batas-waktu/", "/kelola/libur/"
THURSDAY, FRIDAY, LATER = "2026-12-03", "2026-12-04", timedelta(seconds=30)
NATIONAL_DAYS_OFF = working_days.days_off


def stricter(browser: Browser, **typed: str) -> None:
    browser.send(browser.open(LIMITS).form("batas-waktu/"), **typed)


def day_off(browser: Browser, day: str) -> None:
    form = browser.open(HOLIDAYS).form("libur/")
    browser.send(form, day=day, name="Galungan", ground="SE Gubernur 17/2026")


def publish(scene: Scene, browser: Browser) -> None:
    browser.send(browser.open(PUBLISH).form("terbitkan"), reason="Janji layanan")
    with scene.inside():
        facts = agency_by_id(scene.agency.id)
    assert facts is not None
    scene.agency = facts


def work(scene: Scene, at: datetime = MONDAY + LATER, most: int = 100) -> int:
    """Does what is owed of recounts, up to so many batches; how many there were."""
    run.serve(scene.app)
    for done in range(most):
        with scene.inside() as session:
            undone = (Outbox.kind == RECOUNT, Outbox.state.in_(("scheduled", "waiting")))
            owed = session.scalar(sa.select(Outbox.id).where(*undone).order_by(Outbox.id).limit(1))
            if owed is None:
                return done
            session.execute(sa.update(Outbox).where(Outbox.id == owed).values(state="waiting"))
        with clock.frozen(at):
            run.run_outbox(scene.agency.id, owed)
    return most


def due(scene: Scene, filing: FiledCase) -> str:
    at = scene.case(filing).due_at
    return at.date().isoformat() if at else ""


def moves(scene: Scene, filing: FiledCase) -> list[CaseEvent]:
    with scene.inside() as session:
        wanted = sa.select(CaseEvent).where(
            CaseEvent.case_id == filing.case_id, CaseEvent.kind == "rescheduled"
        )
        found = list(session.scalars(wanted))
        session.expunge_all()
    return found


def test_what_a_change_touches_is_said_before_it_is_published(scene: Scene, admin: Browser) -> None:
    filings = [scene.filed() for _number in range(3)]
    late = scene.filed(at=MONDAY - timedelta(days=3))  # a Friday: due on Wednesday
    scene.archive(scene.filed())
    stricter(admin, verification="1")
    page = admin.open(PUBLISH)
    assert "4 laporan terbuka akan jatuh tempo lebih cepat" in page.words
    assert "langsung terlambat" not in page.words
    for filing in (*filings, late):
        assert filing.reference in page.words
    with clock.frozen(MONDAY + timedelta(days=1)):
        assert "Satu langsung terlambat" in scene.desk().open(PUBLISH).words


def test_the_whole_list_is_paged(scene: Scene, admin: Browser) -> None:
    filings = [scene.filed() for _number in range(51)]
    stricter(admin, verification="1")
    page = admin.follow(admin.open(PUBLISH), "Lihat semua 51 laporan")
    assert "Halaman 1 dari 2" in page.words
    seen = [one.reference for one in filings if one.reference in page.words]
    page = admin.open(f"{IMPACT}?halaman=2")
    seen += [one.reference for one in filings if one.reference in page.words]
    assert sorted(seen) == sorted(one.reference for one in filings)
    for number in ("0", "-1", "99", "x", "9" * 40):
        assert admin.open(f"{IMPACT}?halaman={number}").status == 200


def test_a_change_that_due_dates_do_not_hang_on_has_no_impact(scene: Scene, admin: Browser) -> None:
    scene.filed()
    form = admin.open(f"{SETTINGS}kontak").form("kontak")
    admin.send(form, contact_phone="(0361) 111222")
    page = admin.open(PUBLISH)
    assert "tidak tersentuh" in page.words
    assert "Dampak" not in page.words
    publish(scene, admin)
    assert work(scene) == 0
    assert admin.open(IMPACT).path == SETTINGS


def test_open_cases_go_by_the_new_limits_and_their_history_keeps_the_old_date(
    scene: Scene, admin: Browser
) -> None:
    new, verified = scene.filed(), scene.verify(scene.filed())
    working = scene.answer(scene.verify(scene.filed()))
    closed = scene.archive(scene.filed())
    promised = scene.case(working).answer_due_at
    versions = {one.case_id: scene.case(one).version for one in (new, verified, working)}
    stricter(admin, verification="1", first_answer="2", completion_pengaduan="7")
    publish(scene, admin)
    assert due(scene, new) == THURSDAY
    assert "sedang dihitung ulang" in admin.open(SETTINGS).words
    assert work(scene) == 1
    assert due(scene, new) == "2026-12-01"
    assert due(scene, verified) == "2026-12-02"
    assert due(scene, working) == "2026-12-09"
    assert scene.case(working).answer_due_at == promised
    assert moves(scene, closed) == []
    # Who is writing at the desk is not interrupted.
    assert versions == {one.case_id: scene.case(one).version for one in (new, verified, working)}
    (event,) = moves(scene, new)
    assert event.data["before"]["due_at"].startswith(THURSDAY)
    assert event.data["after"]["due_at"].startswith("2026-12-01")
    citizen = scene.browser()
    form = citizen.open("/lacak").form("lacak")
    page = citizen.send(form, reference=new.reference, access_code=new.access_code)
    desk = admin.open(f"/desk/laporan/{new.reference}")
    for words in (page.words, desk.words):
        assert "Sebelumnya 3 Desember 2026, sekarang 1 Desember 2026" in words
    assert "3 laporan berubah" in admin.open(SETTINGS).words
    assert "Menghitung ulang batas waktu laporan" in admin.open("/desk/jejak").words


def test_a_day_off_is_counted_and_taken_back_in_one_act(scene: Scene, admin: Browser) -> None:
    filing = scene.filed()
    stricter(admin, completion_pengaduan="13")
    publish(scene, admin)
    day_off(admin, "2026-12-02")
    assert "akan jatuh tempo lebih lambat" in admin.open(PUBLISH).words
    publish(scene, admin)
    work(scene)
    assert due(scene, filing) == FRIDAY
    form = admin.open(f"{SETTINGS}riwayat/1").form("riwayat/1")
    assert "lebih cepat" in admin.open(f"{SETTINGS}riwayat/1").words
    admin.send(form, reason="Bukan libur")
    work(scene)
    assert due(scene, filing) == THURSDAY
    assert len(moves(scene, filing)) == 2


def test_who_is_late_stays_late(scene: Scene, admin: Browser) -> None:
    late = scene.filed(at=MONDAY - timedelta(days=7))  # due last Thursday
    before = due(scene, late)
    day_off(admin, "2026-11-25")
    publish(scene, admin)
    work(scene)
    assert due(scene, late) == before
    assert moves(scene, late) == []


def test_a_reporter_gets_the_day_too_and_never_loses_one(scene: Scene, admin: Browser) -> None:
    filing = scene.answer(scene.verify(scene.filed()), final=True)
    before = scene.case(filing).reply_due_at
    assert before is not None
    day_off(admin, "2026-12-02")
    publish(scene, admin)
    work(scene)
    after = scene.case(filing).reply_due_at
    assert after is not None
    assert after > before
    with scene.inside() as session:
        closing = sa.select(Outbox.due_at).where(Outbox.kind == "case.close_unanswered")
        assert after in set(session.scalars(closing))
    admin.send(admin.open(HOLIDAYS).form("hapus"))
    publish(scene, admin)
    work(scene)
    assert scene.case(filing).reply_due_at == after


def test_a_recount_that_is_killed_goes_on_and_tells_nothing_twice(
    scene: Scene, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "BATCH", 2)
    filings = [scene.filed() for _number in range(5)]
    stricter(admin, verification="1")
    publish(scene, admin)
    assert work(scene, most=1) == 1
    assert "2 dari 5 laporan" in admin.open(SETTINGS).words
    finish = recount._write

    def killed(*_given: object) -> None:
        finish(*_given)  # type: ignore[arg-type]
        raise RuntimeError("killed half-way")

    monkeypatch.setattr(recount, "_write", killed)
    work(scene, most=1)
    assert [len(moves(scene, one)) for one in filings] == [1, 1, 0, 0, 0]
    monkeypatch.setattr(recount, "_write", finish)
    work(scene)
    assert [len(moves(scene, one)) for one in filings] == [1] * 5
    assert {due(scene, one) for one in filings} == {"2026-12-01"}
    with scene.inside() as session:
        (done,) = session.scalars(sa.select(DueRecount)).all()
        assert (done.seen, done.moved, done.finished_at is not None) == (5, 5, True)
        recount.recount_batch(session, recount_id=done.id)
    assert [len(moves(scene, one)) for one in filings] == [1] * 5


def test_a_later_change_takes_over_from_a_recount_under_way(scene: Scene, admin: Browser) -> None:
    filing = scene.filed()
    stricter(admin, verification="1")
    publish(scene, admin)
    stricter(admin, verification="2")
    publish(scene, admin)
    assert work(scene) == 2
    assert due(scene, filing) == "2026-12-02"
    assert len(moves(scene, filing)) == 1


def test_another_agencys_cases_are_not_touched(scene: Scene, app: Flask, admin: Browser) -> None:
    other = Scene(app, make_agency(app))
    theirs = other.filed()
    scene.filed()
    stricter(admin, verification="1")
    assert theirs.reference not in admin.open(PUBLISH).words
    publish(scene, admin)
    work(scene)
    assert due(other, theirs) == THURSDAY
    with other.inside() as session:
        assert session.scalars(sa.select(DueRecount)).all() == []
    assert other.desk().open(IMPACT).path == SETTINGS


@pytest.mark.parametrize("role", ["liaison", "head", "viewer"])
def test_only_an_admin_sees_what_it_touches(scene: Scene, admin: Browser, role: str) -> None:
    stricter(admin, verification="1")
    assert scene.desk(scene.person(role)).open(IMPACT).status == 403


def test_a_day_off_gives_who_may_contest_an_end_a_day_more(scene: Scene, admin: Browser) -> None:
    filing = scene.archive(scene.filed())
    withdrawn = scene.filed()
    with scene.inside() as session:
        operations.withdraw_case(session, case=scene.case(withdrawn, session))
    before = scene.case(filing)
    assert before.contest_until is not None
    day_off(admin, FRIDAY)
    publish(scene, admin)
    work(scene)
    after = scene.case(filing).contest_until
    assert after is not None
    assert after.date() == before.contest_until.date() + timedelta(days=1)
    (told,) = moves(scene, filing)
    assert (told.public, scene.case(withdrawn).contest_until) == (True, None)
    page = admin.open(HOLIDAYS)
    (drop,) = (one for one in page.forms() if one.values.get("day") == FRIDAY)
    admin.send(drop)
    publish(scene, admin)
    work(scene)
    assert scene.case(filing).contest_until == after  # a day less is taken from nobody


def decree(monkeypatch: pytest.MonkeyPatch, mark: str, *days: str) -> None:
    """The country has these days off, too: a new list came with a release."""
    given = frozenset(date.fromisoformat(one) for one in days)
    known = NATIONAL_DAYS_OFF
    monkeypatch.setattr(working_days, "days_off", lambda year: known(year) | given)
    monkeypatch.setattr(recount, "mark_of_days_off", lambda: mark)
    working_days._day_after.cache_clear()


def upkeep(scene: Scene) -> int:
    with scene.inside() as session:
        operations.recount_by_the_nation(session)
    return work(scene)


def test_a_list_of_days_off_that_changes_and_changes_back_is_counted_each_time(
    scene: Scene, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh, late = scene.filed(), scene.filed(at=MONDAY - timedelta(days=7))
    waits = scene.answer(scene.verify(scene.filed()), final=True)
    overdue, reply = due(scene, late), scene.case(waits).reply_due_at
    assert upkeep(scene) == 0  # as they were counted until now
    assert "dihitung ulang" not in admin.open(SETTINGS).words
    decree(monkeypatch, "one", "2026-12-02")
    assert (upkeep(scene), upkeep(scene)) == (1, 0)
    longer = scene.case(waits).reply_due_at
    assert (due(scene, fresh), due(scene, late)) == (FRIDAY, overdue)
    assert longer is not None
    assert reply is not None
    assert longer > reply
    decree(monkeypatch, "two")
    assert (upkeep(scene), upkeep(scene)) == (1, 0)
    assert (due(scene, fresh), due(scene, late)) == (THURSDAY, overdue)
    assert scene.case(waits).reply_due_at == longer  # a day less is taken from nobody
    assert [len(moves(scene, one)) for one in (fresh, late, waits)] == [2, 0, 1]
    assert "dihitung ulang" in admin.open(SETTINGS).words
    working_days._day_after.cache_clear()
