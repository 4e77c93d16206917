"""What was contested twice is decided by a coordinator, inside its agency, in the open."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import FiledCase, contest_case
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import AgencyFacts
from tests.pages import Browser, Page
from tests.portal.test_contest import TRACELESS, WHY, closed, closed_again, contested
from tests.portal.test_tracking import tracked
from tests.scenes import Scene, coordinator_browser

REASON = "Menelaah sanggahan kedua pelapor."
VERDICT = "Foto pelapor menunjukkan lampunya belum menyala."


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    app.extensions["sp4n.throttle"].counters.memory.reset()
    return Scene(app, agency)


def disputed(scene: Scene, **over: object) -> FiledCase:
    filing = closed(scene, **over)
    contested(scene, filing)
    closed_again(scene, filing)
    contested(scene, filing)
    return filing


def opened(browser: Browser, filing: FiledCase) -> Page:
    """By way of the console's list, with the reason that is asked for."""
    page = browser.follow(browser.open("/nasional/eskalasi"), "Sanggahan")
    page = browser.follow(page, filing.reference)
    return browser.send(page.form("/buka"), reason=REASON) if page.has_form("/buka") else page


def test_a_decision_that_it_is_not_done_gives_it_back_and_everyone_reads_why(
    app: Flask, scene: Scene
) -> None:
    filing = disputed(scene)
    browser = coordinator_browser(app)
    page = browser.open("/nasional/sanggahan")
    assert "Lampu jalan padam" not in page.words
    assert "Terlambat" not in page.words
    until = scene.case(filing).reply_due_at
    assert until is not None
    with clock.frozen(until + timedelta(minutes=1)):
        late = coordinator_browser(app).open("/nasional/sanggahan")
        assert "Terlambat" in late.words
    page = opened(browser, filing)
    assert page.path.endswith(f"/laporan/{filing.reference}")
    assert WHY in page.words
    page = browser.send(page.form("/putusan"), verdict="overturn", reasons=VERDICT)
    assert "Putusan Anda sudah dikirim ke pelapor dan instansi." in page.text
    assert not page.has_form("/putusan")
    case = scene.case(filing)
    assert (case.state, case.closed_at, case.contest_until) == ("in_progress", None, None)
    assert case.reply_due_at is None
    assert case.due_at is not None
    assert case.due_at > clock.now()
    said = "Putusan koordinator: laporan ini harus diproses lagi"
    mine = tracked(scene.browser(), filing)
    for page in (mine, scene.browser().open(f"/laporan/{filing.reference}")):
        assert said in page.words
        assert VERDICT in page.words
        assert "Ayu Nasional" not in page.text
    assert "Koordinator nasional" in mine.words
    assert VERDICT in scene.desk().open(f"/desk/laporan/{filing.reference}").words
    trail = scene.desk().open("/kelola/jejak/").words
    assert f"Memutuskan bahwa laporan {filing.reference} harus diproses lagi" in trail
    assert "Ayu Nasional" in trail
    with scene.inside() as session:
        owed = set(session.scalars(sa.select(Outbox.kind)))
    assert {"notice.case_overturned", "notice.staff_overturned"} <= owed
    assert filing.reference not in browser.open("/nasional/sanggahan").words


def test_a_decision_that_it_is_done_is_final(app: Flask, scene: Scene) -> None:
    filing = disputed(scene)
    browser, citizen = coordinator_browser(app), scene.browser()
    page = opened(browser, filing)
    form = page.form("/putusan")
    browser.send(form, verdict="uphold", reasons=VERDICT)
    case = scene.case(filing)
    assert (case.state, case.contest_until, case.due_at) == ("closed", None, None)
    assert case.closed_at is not None
    page = tracked(citizen, filing)
    assert "Putusan koordinator: laporan ini selesai" in page.words
    assert "Dapat disanggah" not in page.words
    assert not page.has_form("/sanggahan")
    with scene.inside() as session, pytest.raises(Exception, match="tidak dapat disanggah"):
        contest_case(session, case=scene.case(filing, session), body=WHY)
    page = browser.send(form, verdict="overturn", reasons="Berubah pikiran.")
    assert page.status == 409
    assert "Berubah pikiran." in page.words
    assert scene.case(filing).state == "closed"


@pytest.mark.parametrize("typed", [{}, {"verdict": "uphold"}, {"reasons": VERDICT}])
def test_a_decision_names_what_and_why(app: Flask, scene: Scene, typed: dict[str, str]) -> None:
    filing = disputed(scene)
    browser = coordinator_browser(app)
    page = browser.send(opened(browser, filing).form("/putusan"), **typed)
    assert page.status == 422
    assert len(page.errors) == 2 - len(typed)
    assert page.form("/putusan").values.get("reasons", "").strip() == typed.get("reasons", "")
    assert scene.case(filing).state == "disputed"


def test_what_was_archived_unverified_is_the_agencys_business_when_it_is_decided_so(
    app: Flask, scene: Scene
) -> None:
    filing = scene.archive(scene.filed())
    contested(scene, filing)
    scene.archive(filing)
    contested(scene, filing)
    browser = coordinator_browser(app)
    browser.send(opened(browser, filing).form("/putusan"), verdict="overturn", reasons=VERDICT)
    case = scene.case(filing)
    assert (case.state, case.archive_reason) == ("in_progress", "")
    assert case.verified_at is not None
    assert case.due_at == case.complete_due_at is not None


def test_a_confidential_dispute_is_open_for_its_decision_only(app: Flask, scene: Scene) -> None:
    filing = disputed(scene, confidential=True, title="Yang dirahasiakan")
    browser = coordinator_browser(app)
    page = opened(browser, filing)
    assert page.heading == "Yang dirahasiakan"
    page = browser.send(page.form("/putusan"), verdict="uphold", reasons=VERDICT)
    assert page.path.endswith("/laporan")
    there = f"/nasional/instansi/{scene.agency.slug}/laporan/{filing.reference}"
    assert browser.open(there).status == 404


def test_only_a_coordinator_who_came_in_decides(
    app: Flask, scene: Scene, other_agency: AgencyFacts
) -> None:
    filing = disputed(scene)
    browser = coordinator_browser(app)
    form = opened(browser, filing).form("/putusan")
    values = {**form.values, "verdict": "uphold", "reasons": VERDICT}
    elsewhere = form.action.replace(f"/{scene.agency.slug}/", f"/{other_agency.slug}/")
    assert browser.client.post(elsewhere, data=values).status_code == 302  # a reason first
    browser.client.post(
        form.action.replace(f"laporan/{filing.reference}/putusan", "tutup"), data=values
    )
    assert browser.client.post(form.action, data=values).status_code == 302
    desk = scene.desk()
    token = desk.open(f"/desk/laporan/{filing.reference}").form("/catatan").values
    values["csrf_token"] = token["csrf_token"]
    assert desk.client.post(form.action, data=values).status_code in (302, 400, 401, 403)
    assert scene.case(filing).state == "disputed"


def test_the_files_of_a_dispute_are_open_while_it_lasts(app: Flask, scene: Scene) -> None:
    filing = scene.filed()
    there = f"/nasional/instansi/{scene.agency.slug}/laporan/{filing.reference}/berkas/1"
    browser = coordinator_browser(app)
    other = disputed(scene)
    opened(browser, other)
    assert browser.client.get(there).status_code == 404


def test_a_decision_about_a_traceless_report_tells_the_hour(app: Flask, scene: Scene) -> None:
    filing = disputed(scene, **TRACELESS)
    browser = coordinator_browser(app)
    browser.send(opened(browser, filing).form("/putusan"), verdict="uphold", reasons=VERDICT)
    with scene.inside() as session:
        times = session.scalars(sa.select(CaseEvent.at)).all()
        assert {(at.minute, at.second, at.microsecond) for at in times} == {(0, 0, 0)}
