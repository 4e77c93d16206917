"""A case is a person's to see to: taken, given, listed, told by letter, and passed on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from sp4n.audit.actors import Actor
from sp4n.cases.letters import staff_recipients
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import FiledCase
from sp4n.jobs.models import Outbox
from sp4n.jobs.registry import OutboxFacts
from sp4n.tenants.resolver import AgencyFacts
from tests.desk.test_acts import case_page, kinds_of
from tests.desk.test_leaving import leave
from tests.pages import Browser, Page
from tests.scenes import Scene

PERSON = "petugas"


def give(browser: Browser, filing: FiledCase, who: Actor | None) -> Page:
    page = browser.open(f"/desk/laporan/{filing.reference}/{PERSON}")
    return browser.send(page.form(PERSON), account_id=str(who.id) if who else "")


def told(scene: Scene, filing: FiledCase) -> list[int]:
    """Who would get word of what its reporter writes."""
    with scene.inside() as session:
        wanted = sa.select(sa.func.max(CaseEvent.id)).where(CaseEvent.case_id == filing.case_id)
        event_id = session.scalar(wanted)
        job = OutboxFacts(1, scene.agency.id, "notice.staff_reply", event_id, None, 1)
        return list(staff_recipients(session, job))


def letters(scene: Scene) -> list[int | None]:
    with scene.inside() as session:
        owed = sa.select(Outbox.recipient_id).where(Outbox.kind == "notice.staff_entrusted")
        return list(session.scalars(owed))


@pytest.fixture
def unit(scene: Scene) -> int:
    return scene.unit()


@pytest.fixture
def filing(scene: Scene, unit: int) -> FiledCase:
    return scene.assign(scene.verify(scene.filed()), unit)


def test_a_liaison_takes_a_case_and_finds_it_among_their_own(
    scene: Scene, unit: int, filing: FiledCase
) -> None:
    other = scene.assign(scene.verify(scene.filed()), unit)
    me = scene.person("liaison", "Komang Tugas", units=[unit])
    page = case_page(browser := scene.desk(me), filing)
    assert "Belum ditugaskan kepada siapa pun." in page.words
    page = browser.send(page.form(PERSON))
    assert "Laporan ini tugas Anda." in page.words
    assert scene.case(filing).assignee_id == me.id
    mine = browser.open("/desk/?saya=1")
    assert filing.reference in mine.text
    assert other.reference not in mine.text
    assert filing.reference in browser.open("/desk/?saya=1&q=lampu").text
    opened = browser.open(f"/desk/laporan/{filing.reference}?saya=1")
    assert other.reference not in opened.text
    assert letters(scene) == []


def test_who_is_given_a_case_alone_hears_of_it(scene: Scene, unit: int, filing: FiledCase) -> None:
    one, two = (scene.person("liaison", units=[unit]) for _number in range(2))
    assert told(scene, filing) == [one.id, two.id]
    page = give(admin := scene.desk(), filing, two)
    assert "Petugas laporan ini sudah dicatat." in page.words
    assert f"Ditugaskan kepada {two.name}." in page.words
    assert (told(scene, filing), letters(scene)) == ([two.id], [two.id])
    assert f"kepada {two.name}" in admin.open("/desk/jejak").words
    assert two.name not in scene.browser().open(f"/laporan/{filing.reference}").text
    page = give(admin, filing, two)
    assert page.errors == ["Laporan ini sudah dipegang begitu."]
    give(admin, filing, None)
    assert scene.case(filing).assignee_id is None
    assert told(scene, filing) == [one.id, two.id]


def test_only_who_may_handle_it_can_be_chosen(
    scene: Scene, unit: int, filing: FiledCase, other_agency: AgencyFacts
) -> None:
    elsewhere = scene.person("liaison", units=[scene.unit()])
    viewer, theirs = scene.person("viewer"), Scene(scene.app, other_agency).admin
    inside = scene.person("liaison", units=[unit])
    browser = scene.desk()
    form = browser.open(f"/desk/laporan/{filing.reference}/{PERSON}").form(PERSON)
    assert set(form.choices("account_id")) == {"", str(scene.admin.id), str(inside.id)}
    for who in (elsewhere, viewer, theirs):
        page = browser.send_filled(form, {**form.values, "account_id": str(who.id)})
        assert page.status == 422
    assert scene.case(filing).assignee_id is None
    for who in (elsewhere, viewer):
        other = scene.desk(who)
        other.strict = False
        page = other.open(f"/desk/laporan/{filing.reference}/{PERSON}")
        assert page.status == (404 if who is elsewhere else 403)


def test_who_comes_second_is_told(scene: Scene, unit: int, filing: FiledCase) -> None:
    one, two = (scene.person("liaison", units=[unit]) for _number in range(2))
    page = case_page(browser := scene.desk(one), filing)
    give(scene.desk(two), filing, two)
    page = browser.send(page.form(PERSON))
    assert page.status == 409
    assert scene.case(filing).assignee_id == two.id


def test_another_unit_has_other_people(scene: Scene, unit: int, filing: FiledCase) -> None:
    me = scene.person("liaison", units=[unit])
    give(scene.desk(), filing, me)
    scene.assign(filing, scene.unit())
    assert scene.case(filing).assignee_id is None


def test_what_is_over_is_nobodys_to_see_to(scene: Scene) -> None:
    gone = scene.archive(scene.filed())
    page = give(scene.desk(), gone, scene.admin)
    assert page.status == 409
    assert "sudah berakhir" in page.errors[0]
    assert "entrusted" not in kinds_of(scene, gone)


def test_the_cases_of_who_leaves_go_to_the_successor_or_back_to_the_unit(
    scene: Scene, unit: int, filing: FiledCase
) -> None:
    heir = scene.person("liaison", "Kadek Tetap", units=[unit])
    for successor in (heir, None):
        leaving = scene.person("liaison", "Komang Pergi", units=[unit])
        give(admin := scene.desk(), filing, leaving)
        typed = {"successor_id": str(successor.id)} if successor else {}
        leave(admin, leaving, **typed)
        assert scene.case(filing).assignee_id == (successor.id if successor else None)
        words = case_page(admin, filing).words
        assert ("Kadek Tetap" if successor else "Kembali ke unit, tanpa nama petugas.") in words
