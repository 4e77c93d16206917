"""A reporter rates how a case ended: once for each end; its agency sees averages and words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.models import Rating
from sp4n.cases.operations import FiledCase, rate_case, withdraw_case
from sp4n.cases.rating_words import SHORT
from sp4n.errors import NotPossible
from sp4n.figures.operations import fold
from sp4n.figures.ratings import DIMENSIONS, ratings_of
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import MONDAY
from tests.portal.test_contest import TRACELESS, closed, closed_again, contested
from tests.portal.test_tracking import tracked
from tests.scenes import Scene

GOOD = {"access": "5", "response": "4", "transparency": "4", "result": "5"}
BAD = {**GOOD, "result": "1"}
WORDS = "Petugasnya ramah, <i>tetapi lampunya redup</i>."


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    app.extensions["sp4n.throttle"].counters.memory.reset()
    return Scene(app, agency)


def rated(scene: Scene, filing: FiledCase, result: int = 4) -> None:
    scores = {"access": 3, "response": 2, "transparency": 5, "result": result}
    with scene.inside() as session:
        rate_case(session, case=scene.case(filing, session), scores=scores)


def test_an_end_is_rated_once_and_only_staff_read_the_words(scene: Scene) -> None:
    filing, other = closed(scene), closed(scene)
    browser = scene.browser()
    form = tracked(browser, filing).form("/penilaian")
    page = browser.send(form, **GOOD, comment=WORDS)
    assert "Terima kasih, penilaian Anda tersimpan." in page.words
    assert "Dari 5: Kemudahan 5, Kecepatan 4, Kejelasan 4, Hasil 5." in page.words
    assert not page.has_form("/penilaian")
    page = browser.send(form, **BAD, comment="Saya ubah.")
    assert page.status == 409
    assert page.errors == [
        "Terima kasih, penilaian Anda sudah kami simpan. Penilaian tidak dapat diubah."
    ]
    assert "Saya ubah." in page.words
    rated(scene, other)
    desk = scene.desk()
    page = desk.follow(desk.open("/desk/"), "Penilaian")
    assert WORDS in page.words
    assert "Seberapa mudah melapor dan melacak? 4 dari 5" in page.words
    assert "Seberapa selesai masalah Anda? 4,5 dari 5" in page.words
    assert WORDS in desk.follow(page, filing.reference).words
    assert f"Menilai penanganan laporan {filing.reference}" in desk.open("/kelola/jejak/").words
    assert "lampunya redup" not in scene.browser().open(f"/laporan/{filing.reference}").text


def test_an_unhappy_result_offers_to_contest(scene: Scene) -> None:
    filing = closed(scene)
    browser = scene.browser()
    page = browser.send(tracked(browser, filing).form("/penilaian"), **BAD)
    assert "Belum selesai? Sanggah di bawah ini." in page.words
    assert page.url.endswith("#sanggah")
    assert page.has_form("/sanggahan")


@pytest.mark.parametrize("missing", DIMENSIONS)
def test_every_question_is_to_be_answered(scene: Scene, missing: str) -> None:
    browser = scene.browser()
    form = tracked(browser, closed(scene)).form("/penilaian")
    some = {key: value for key, value in GOOD.items() if key != missing}
    page = browser.send(form, **some, comment="Lambat.")
    assert (page.status, page.errors) == (422, [f"{SHORT[missing]}: pilih nilai 1 sampai 5."])
    assert page.form("/penilaian").values["comment"].strip() == "Lambat."
    for wrong in ("0", "6", "-1", "x", "5.5"):
        page = browser.send_filled(form, {**form.values, **GOOD, missing: wrong})
        assert page.status == 422


def test_each_end_has_its_own_rating_and_an_open_case_has_none(scene: Scene) -> None:
    filing = closed(scene)
    browser = scene.browser()
    form = tracked(browser, filing).form("/penilaian")
    rated(scene, filing)
    contested(scene, filing)
    page = browser.send(form, **GOOD)
    assert page.status == 409
    assert "belum berakhir" in page.errors[0]
    closed_again(scene, filing)
    rated(scene, filing, result=5)
    archived = scene.archive(scene.filed())
    rated(scene, archived, result=1)
    with scene.inside() as session:
        assert sorted(session.scalars(sa.select(Rating.result))) == [1, 4, 5]


def test_what_was_taken_back_after_a_contest_has_no_older_end_to_rate(scene: Scene) -> None:
    filing = closed(scene)
    browser = scene.browser()
    form = tracked(browser, filing).form("/penilaian")
    contested(scene, filing)
    with scene.inside() as session:
        withdraw_case(session, case=scene.case(filing, session))
    page = browser.send(form, **GOOD)
    assert page.status == 409
    assert "Anda sendiri yang menarik laporan ini" in page.errors[0]
    assert not tracked(browser, filing).has_form("/penilaian")


def test_two_at_once_are_one(scene: Scene) -> None:
    filing = closed(scene)

    def once(_number: int) -> bool:
        try:
            rated(scene, filing)
        except NotPossible:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(once, range(2))) == [False, True]


def test_the_sums_are_those_of_the_ratings_folded_or_not(scene: Scene) -> None:
    for result, secret in ((1, False), (3, True), (5, False)):
        rated(scene, closed(scene, confidential=secret), result)
    with scene.inside() as session:
        for _folded in range(2):
            found = ratings_of(session, scene.agency.id)
            assert found.number == session.scalar(sa.select(sa.func.count(Rating.case_id))) == 3
            for one in DIMENSIONS:
                counted = session.scalar(sa.select(sa.func.sum(getattr(Rating, one))))
                assert found.sums[one] == counted
            fold(session)


def test_nobody_rates_without_the_code(scene: Scene, other_agency: AgencyFacts) -> None:
    filing, own = closed(scene), closed(scene)
    browser = scene.browser()
    form = tracked(browser, own).form("/penilaian")
    values = {**form.values, **GOOD}
    there = form.action.replace(own.reference, filing.reference)
    assert browser.client.post(there, data=values).status_code == 404
    rated(scene, filing)
    elsewhere = Scene(scene.app, other_agency)
    assert " dari 5" not in elsewhere.desk().open("/desk/penilaian").words
    with elsewhere.inside() as session:
        assert ratings_of(session, scene.agency.id).number == 0


def test_a_viewer_of_no_confidential_case_reads_no_words_of_one(scene: Scene) -> None:
    filing = closed(scene, confidential=True)
    browser = scene.browser()
    browser.send(tracked(browser, filing).form("/penilaian"), **GOOD, comment=WORDS)
    assert WORDS in scene.desk().open("/desk/penilaian").words
    for role in ("viewer", "head", "liaison"):
        page = scene.desk(scene.person(role)).open("/desk/penilaian")
        assert (page.status, "lampunya redup" in page.text) == (200, False)


def test_a_rating_without_identity_tells_no_finer_time_than_the_hour(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        filing = closed(scene, **TRACELESS)
    at = datetime(2026, 11, 3, 6, 52, tzinfo=UTC)
    with clock.frozen(at):
        rated(scene, filing)
    with scene.inside() as session:
        assert session.scalar(sa.select(Rating.at)) == at.replace(minute=0)
