"""A liaison is away, and a colleague stands in: for those days, and no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.cases.letters import staff_recipients
from sp4n.cases.operations import FiledCase
from sp4n.jobs.models import Outbox
from sp4n.jobs.registry import OutboxFacts
from tests.factories import make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene

OWN = "/desk/tidak-bertugas"


@pytest.fixture
def unit(scene: Scene) -> int:
    return scene.unit()


@pytest.fixture
def away(scene: Scene, unit: int) -> Actor:
    return scene.person("liaison", "Komang Cuti", units=[unit])


@pytest.fixture
def deputy(scene: Scene) -> Actor:
    return scene.person("liaison", "Kadek Pengganti", units=[scene.unit("Dinas Sosial")])


@pytest.fixture
def filing(scene: Scene, unit: int) -> FiledCase:
    return scene.verify(scene.filed(), unit_id=unit)


def day(scene: Scene, distance: int) -> str:
    return (clock.today(scene.agency.zone) + timedelta(days=distance)).isoformat()


def note(browser: Browser, scene: Scene, deputy: Actor, first: int = 0, last: int = 3) -> Page:
    form = browser.open(OWN).form("tidak-bertugas")
    days = {"starts_on": day(scene, first), "ends_on": day(scene, last)}
    return browser.send(form, deputy_id=str(deputy.id), **days)


def answers(browser: Browser, filing: FiledCase) -> Page:
    form = browser.open(f"/desk/laporan/{filing.reference}").form("jawab")
    return browser.send(form, body="Petugas datang besok pagi.", final="no")


def test_the_deputy_sees_and_answers_what_the_absent_one_may(
    scene: Scene, away: Actor, deputy: Actor, filing: FiledCase
) -> None:
    theirs = scene.desk(deputy)
    theirs.strict = False
    assert theirs.open(f"/desk/laporan/{filing.reference}").status == 404
    page = note(scene.desk(away), scene, deputy)
    assert "Masa tidak bertugas tercatat." in page.words
    assert "digantikan Kadek Pengganti" in page.words
    listed = theirs.open("/desk/")
    assert filing.reference in listed.text
    assert "Anda menggantikan Komang Cuti sampai" in listed.words
    assert "Tanggapan sudah dikirim" in answers(theirs, filing).words
    assert "Kadek Pengganti menggantikan Anda" in scene.desk(away).open("/desk/").words
    people = scene.desk().open("/kelola/orang/?search=komang")
    assert "tidak bertugas sampai" in people.words


@pytest.mark.parametrize(("distance", "seen"), [(0, 404), (1, 200), (2, 200), (3, 404)])
def test_it_begins_and_ends_by_itself(
    scene: Scene, away: Actor, deputy: Actor, filing: FiledCase, distance: int, seen: int
) -> None:
    scene.away(away, deputy, 1, 2)
    later = clock.now() + timedelta(days=distance)
    with clock.frozen(later):
        browser = scene.desk(deputy)
        browser.strict = False
        assert browser.open(f"/desk/laporan/{filing.reference}").status == seen
        assert ("menggantikan" in browser.open("/desk/").words) == (seen == 200)


def test_it_ends_at_once_when_it_is_called_off(
    scene: Scene, away: Actor, deputy: Actor, filing: FiledCase
) -> None:
    own = scene.desk(away)
    page = note(own, scene, deputy)
    late = page.form("akhiri")
    assert "Masa tidak bertugas diakhiri." in own.send(late).words
    assert "Masa ini sudah berakhir." in own.send(late).words
    browser = scene.desk(deputy)
    browser.strict = False
    assert browser.open(f"/desk/laporan/{filing.reference}").status == 404


def recipients(scene: Scene, filing: FiledCase) -> set[int]:
    with scene.inside() as session:
        wanted = session.query(Outbox).filter_by(kind="notice.staff_assigned")
        row = wanted.order_by(Outbox.id.desc()).first()
        assert row is not None
        job = OutboxFacts(row.id, scene.agency.id, row.kind, row.object_id, None, 1)
        return set(staff_recipients(session, job))


def test_mail_goes_to_the_deputy_as_well(
    scene: Scene, away: Actor, deputy: Actor, filing: FiledCase
) -> None:
    assert recipients(scene, filing) == {away.id}
    scene.away(away, deputy)
    assert recipients(scene, filing) == {away.id, deputy.id}


def test_an_admin_can_stand_in_and_gets_the_mail(
    scene: Scene, away: Actor, filing: FiledCase
) -> None:
    scene.away(away, scene.admin)
    assert recipients(scene, filing) == {away.id, scene.admin.id}


def test_nobody_is_away_twice_and_no_deputy_is_away(
    scene: Scene, away: Actor, deputy: Actor
) -> None:
    third = scene.person("liaison", "Ketut Ketiga")
    scene.away(away, deputy)
    own = scene.desk(away)
    for who, browser, words in (
        (third, own, "sudah ada penggantinya"),
        (third, scene.desk(deputy), "menggantikan rekan lain"),
        (away, scene.desk(third), "sendiri tidak bertugas"),
    ):
        refused = note(browser, scene, who, 2, 5)
        assert (refused.status, words in refused.words) == (422, True), words
    assert note(own, scene, third, 4, 5).status == 200


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (2, 1, "sebelum hari pertama"),
        (-5, -1, "sudah lewat"),
        (0, 400, "Paling lama satu tahun"),
        (400, 401, "Paling jauh satu tahun"),
    ],
)
def test_days_that_cannot_be_are_refused_and_kept(
    scene: Scene, away: Actor, deputy: Actor, first: int, last: int, words: str
) -> None:
    page = note(scene.desk(away), scene, deputy, first, last)
    assert (page.status, words in page.words) == (422, True)
    assert f'value="{day(scene, first)}"' in page.text


def test_who_cannot_answer_stands_in_for_nobody_nor_does_another_agency(
    app: Flask, scene: Scene, away: Actor
) -> None:
    viewer = scene.person("viewer")
    theirs = Scene(app, make_agency(app)).person("liaison")
    own = scene.desk(away)
    form = own.open(OWN).form("tidak-bertugas")
    days = {"starts_on": day(scene, 0), "ends_on": day(scene, 1)}
    for wrong in (viewer.id, theirs.id, away.id, 0, "", "x", "9" * 30, "0001-01-01"):
        filled = form.filled(days) | {"deputy_id": str(wrong)}
        assert own.send_filled(form, filled).status == 422, wrong
    for odd in ("0001-01-01", "9999-12-31", "2026-02-30", ""):
        filled = form.filled(days) | {"starts_on": odd, "ends_on": odd}
        assert own.send_filled(form, filled).status == 422, odd


def test_only_liaisons_are_away_and_only_their_own_absence_is_ended(
    scene: Scene, away: Actor, deputy: Actor
) -> None:
    absence = scene.away(away, deputy)
    for role in ("viewer", "head"):
        browser = scene.desk(scene.person(role))
        browser.strict = False
        assert browser.open(OWN).status == 403
    form = note(scene.desk(scene.person("liaison")), scene, scene.admin).form("akhiri")
    stranger = scene.desk(scene.person("liaison"))
    stranger.strict = False
    stranger.open(OWN)
    token = stranger.open(OWN).form("tidak-bertugas").filled({})["csrf_token"]
    answer = stranger.client.post(f"{OWN}/{absence}/akhiri", data={"csrf_token": token})
    assert answer.status_code == 404
    assert form.action.endswith("/akhiri")


def test_a_deputy_who_leaves_passes_it_on(scene: Scene, away: Actor, deputy: Actor) -> None:
    scene.away(away, deputy)
    third = scene.person("liaison", "Ketut Ketiga")
    admin = scene.desk()
    page = admin.open(f"/kelola/orang/{deputy.id}/tutup")
    assert "Menggantikan Komang Cuti" in page.words
    admin.send(page.form("tutup"), successor_id=str(third.id))
    assert "Anda menggantikan Komang Cuti" in scene.desk(third).open("/desk/").words
    page = admin.open(f"/kelola/orang/{away.id}")
    assert "digantikan Ketut Ketiga" in page.words
    admin.send(page.form("akhiri"))
    assert "menggantikan" not in scene.desk(third).open("/desk/").words
