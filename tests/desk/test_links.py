"""Cases about the same event at two agencies: linked, known to both, an answer offered and never
sent, and nothing across the wall but what everyone reads."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.cases import operations
from sp4n.cases.link_models import CaseLink
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import FiledCase
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import Between, between
from tests.pages import Browser, Page
from tests.scenes import Scene

LAMP = "Lampu penerangan padam di pasar Kuta"
ANSWER = "Gardunya kami perbaiki malam ini."


@pytest.fixture
def two(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts, other_agency: AgencyFacts
) -> Between:
    return between(app, superuser, agency, other_agency)


def public(scene: Scene, **over: Any) -> FiledCase:
    return scene.verify(scene.filed(title=LAMP), public_title=LAMP, **over)


def elsewhere(browser: Browser, filing: FiledCase) -> Page:
    return browser.open(f"/desk/laporan/{filing.reference}/instansi-serupa")


def link(two: Between, mine: FiledCase, theirs: FiledCase) -> Page:
    browser = two.here.desk()
    form = elsewhere(browser, mine).form("tautkan")
    return browser.send(form, reference=theirs.reference)


def work(two: Between) -> None:
    for one in (two.here, two.there):
        while rows := two.owed(one.agency, "link.%"):
            run_all(two, rows)


def run_all(two: Between, rows: list[Any]) -> None:
    from sp4n.jobs import run

    run.serve(two.app)
    for row in rows:
        for _time in range(2):  # as after a worker that was killed
            run.run_outbox(row.agency_id, row.id)
            again = "UPDATE outbox SET state = 'waiting' WHERE id = :id"
            two.superuser.execute(sa.text(again), {"id": row.id})
        run.run_outbox(row.agency_id, row.id)


def events(scene: Scene, filing: FiledCase, *kinds: str) -> list[CaseEvent]:
    with scene.inside() as session:
        found = sa.select(CaseEvent).where(
            CaseEvent.case_id == filing.case_id, CaseEvent.kind.in_(kinds)
        )
        rows = list(session.scalars(found.order_by(CaseEvent.id)))
        session.expunge_all()
        return rows


def owed(scene: Scene, kind: str) -> int:
    with scene.inside() as session:
        found = sa.select(sa.func.count()).select_from(Outbox)
        return session.scalar(found.where(Outbox.kind == kind)) or 0


def test_a_link_is_known_to_both_and_an_answer_is_offered(two: Between) -> None:
    mine, theirs = public(two.here), public(two.there)
    browser = two.here.desk()
    page = elsewhere(browser, mine)
    assert theirs.reference in page.text
    page = link(two, mine, theirs)
    assert "Instansi itu diberi tahu." in page.words
    work(two)
    assert owed(two.there, "notice.staff_linked") == 1
    assert [one.kind for one in events(two.there, theirs, "linked")] == ["linked"]
    desk = two.there.desk()
    assert mine.reference in elsewhere(desk, theirs).text

    two.there.answer(theirs, ANSWER)
    work(two)
    (offered,) = events(two.here, mine, "suggested")
    assert (offered.body, offered.public) == (ANSWER, False)
    assert owed(two.here, "notice.staff_suggested") == 1
    assert events(two.here, mine, "answered") == []
    page = elsewhere(browser, mine)
    page = browser.open(page.link("Pakai sebagai draf"))
    assert page.form("/jawab").values["body"].strip() == ANSWER
    assert two.here.case(mine).answer_draft is None
    assert events(two.here, mine, "answered") == []
    assert events(two.there, theirs, "suggested") == []

    two.here.answer(mine, ANSWER)  # its own answer goes the other way, once
    work(two)
    assert len(events(two.there, theirs, "suggested")) == 1
    assert len(events(two.here, mine, "suggested")) == 1


def test_what_was_answered_before_the_link_is_offered_too(two: Between) -> None:
    mine, theirs = public(two.here), public(two.there)
    two.there.answer(theirs, "Sudah lama.")
    two.there.answer(theirs, ANSWER)
    link(two, mine, theirs)
    work(two)
    assert [one.body for one in events(two.here, mine, "suggested")] == [ANSWER]


def test_either_side_takes_the_link_apart(two: Between) -> None:
    mine, theirs = public(two.here), public(two.there)
    link(two, mine, theirs)
    work(two)
    desk = two.there.desk()
    page = desk.send(elsewhere(desk, theirs).form("/lepas"))
    assert "Tautan dilepas." in page.words
    work(two)
    assert len(events(two.here, mine, "unlinked")) == 1
    two.there.answer(theirs, ANSWER)
    work(two)
    assert events(two.here, mine, "suggested") == []
    link(two, mine, theirs)  # and again
    work(two)
    assert len(events(two.there, theirs, "linked")) == 2


def test_only_what_is_public_on_both_sides_is_linked(two: Between) -> None:
    mine, hidden = public(two.here), two.there.verify(two.there.filed(title=LAMP), publish=False)
    secret = two.there.filed(title=LAMP, confidential=True)
    page = elsewhere(two.here.desk(), mine)
    assert hidden.reference not in page.text
    for other in (hidden, secret):
        page = link(two, mine, other)
        assert page.status == 422
        assert "Tidak ada laporan dengan nomor itu" in page.text
    page = link(two, mine, public(two.here))
    assert "Gabungkan saja" in page.text
    unseen = two.here.verify(two.here.filed(title=LAMP), publish=False)
    theirs = public(two.there)
    page = elsewhere(two.here.desk(), unseen)
    assert not page.has_form("tautkan")
    with two.here.inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CaseLink)) == 0
    assert theirs.reference in page.text


def test_what_is_no_longer_public_offers_nothing(two: Between) -> None:
    mine, theirs = public(two.here), public(two.there)
    link(two, mine, theirs)
    two.there.archive(theirs)
    work(two)
    assert events(two.there, theirs, "linked") == []
    page = elsewhere(two.here.desk(), mine)
    assert "Tidak diumumkan lagi" in page.words
    assert two.here.case(mine).linked


def test_a_third_agency_sees_no_link(two: Between) -> None:
    mine, theirs = public(two.here), public(two.there)
    link(two, mine, theirs)
    work(two)
    with two.another().inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CaseLink)) == 0


def test_an_offered_answer_is_opened_from_its_own_case_only(two: Between) -> None:
    mine, other, theirs = public(two.here), public(two.here), public(two.there)
    two.there.answer(theirs, ANSWER)
    link(two, mine, theirs)
    work(two)
    (offered,) = events(two.here, mine, "suggested")
    path = f"instansi-serupa/draf/{offered.id}"
    desk = two.here.desk()
    assert desk.open(f"/desk/laporan/{other.reference}/{path}").status == 404
    assert two.there.desk().open(f"/desk/laporan/{theirs.reference}/{path}").status == 404
    viewer = two.here.desk(two.here.person("viewer"))
    assert viewer.open(f"/desk/laporan/{mine.reference}/{path}").status == 403
    with two.here.inside() as session:
        note = operations.note_case(
            session, case=two.here.case(mine, session), actor=two.here.admin, body="Rahasia kami."
        ).id
    path = f"/desk/laporan/{mine.reference}/instansi-serupa/draf/{note}"
    assert desk.open(path).status == 404
