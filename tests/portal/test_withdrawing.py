"""A reporter takes their report back: asked first, for good, and nothing of it stays public."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import withdraw_case
from sp4n.errors import NotPossible
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import AgencyFacts
from tests.portal.test_contest import TRACELESS, closed
from tests.portal.test_tracking import tracked
from tests.scenes import Scene


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    app.extensions["sp4n.throttle"].counters.memory.reset()
    return Scene(app, agency)


def test_taken_back_it_is_over_public_no_more_and_staff_are_told(scene: Scene) -> None:
    filing = scene.answer(scene.verify(scene.filed()), "Besok kami periksa.")
    browser = scene.browser()
    page = browser.follow(tracked(browser, filing), "Tarik laporan ini")
    assert page.heading == "Tarik laporan ini?"
    assert scene.case(filing).state == "in_progress"
    form = page.form("/tarik")
    page = browser.send(form)
    assert "Laporan Anda sudah ditarik." in page.words
    assert "Laporan ini ditarik oleh pelapor." in page.words
    assert not any(page.has_form(one) for one in ("/tanggapan", "/sanggahan", "/penilaian"))
    case = scene.case(filing)
    assert (case.state, case.archive_reason, case.published, case.due_at) == (
        "archived",
        "withdrawn",
        False,
        None,
    )
    assert scene.browser().open(f"/laporan/{filing.reference}").status == 404
    with scene.inside() as session:
        owed = set(session.scalars(sa.select(Outbox.kind)))
    assert {"notice.case_withdrawn", "notice.staff_withdrawn"} <= owed
    desk = scene.desk()
    assert "Laporan ditarik oleh pelapor" in desk.open(f"/desk/laporan/{filing.reference}").words
    assert f"Menarik laporan {filing.reference}" in desk.open("/kelola/jejak/").words
    page = browser.send(form)
    assert page.status == 409
    assert "tidak dapat ditarik" in page.errors[0]


def test_what_has_ended_is_not_taken_back(scene: Scene) -> None:
    filing = closed(scene)
    browser = scene.browser()
    page = tracked(browser, filing)
    assert "Tarik laporan ini" not in page.words
    assert browser.open(f"/lacak/{filing.reference}/tarik").path == page.path


def test_nobody_takes_another_ones_report_back(scene: Scene, other_agency: AgencyFacts) -> None:
    filing, own = scene.filed(), scene.filed()
    browser = scene.browser()
    tracked(browser, own)
    token = browser.open(f"/lacak/{own.reference}/tarik").form("/tarik").values
    there = f"/lacak/{filing.reference}/tarik"
    assert browser.client.get(there).status_code == 404
    assert browser.client.post(there, data=token).status_code == 404
    elsewhere = Scene(scene.app, other_agency)
    assert elsewhere.browser().open(there).status == 404
    assert scene.case(filing).state == "unverified"


def test_two_at_once_are_one(scene: Scene) -> None:
    filing = scene.filed()

    def once(_number: int) -> bool:
        try:
            with scene.inside() as session:
                withdraw_case(session, case=scene.case(filing, session))
        except NotPossible:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(once, range(2))) == [False, True]


def test_a_reporter_without_identity_takes_it_back_by_the_hour(scene: Scene) -> None:
    at = datetime(2026, 11, 3, 6, 52, tzinfo=UTC)
    with clock.frozen(at):
        filing = scene.filed(**TRACELESS)
        with scene.inside() as session:
            withdraw_case(session, case=scene.case(filing, session))
    with scene.inside() as session:
        assert set(session.scalars(sa.select(CaseEvent.at))) == {at.replace(minute=0)}
        told = sa.select(Outbox.due_at).where(Outbox.kind == "notice.staff_withdrawn")
        assert session.scalar(told) == at.replace(hour=7, minute=0)
