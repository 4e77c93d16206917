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
from sp4n.cases.operations.linking import _changed, links_of, settle_links
from sp4n.cases.operations.publicity import set_publicity
from sp4n.cases.publicity_queries import Face
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


def work(two: Between, *more: Scene) -> None:
    for one in (two.here, two.there, *more, two.here, two.there):
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
    assert (offered.body, offered.public) == ("", False)
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
    assert len(events(two.here, mine, "suggested")) == 1
    words = elsewhere(two.here.desk(), mine).words
    assert ANSWER in words
    assert "Sudah lama." not in words


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


def test_what_is_hidden_where_it_was_answered_is_hidden_where_it_was_offered(two: Between) -> None:
    mine, theirs = public(two.here), public(two.there)
    two.there.answer(theirs, "Pak Wayan Sudiarta memperbaiki gardunya.")
    link(two, mine, theirs)
    work(two)
    desk = two.here.desk()
    assert "Wayan Sudiarta" in elsewhere(desk, mine).words
    with two.there.inside() as session:
        face = Face(LAMP, "Lampu padam.", "", ("Wayan Sudiarta",), "personal_data")
        case = two.there.case(theirs, session)
        set_publicity(session, case=case, actor=two.there.admin, published=True, face=face)
    page = elsewhere(desk, mine)
    draft = desk.open(page.link("Pakai sebagai draf"))
    for one in (page, draft, desk.open(f"/desk/laporan/{mine.reference}")):
        assert "Wayan" not in one.text
    assert "memperbaiki gardunya" in draft.form("/jawab").values["body"]
    two.there.archive(theirs)
    page = elsewhere(desk, mine)
    assert "Tanggapan itu tidak diumumkan lagi." in page.words
    (offered,) = events(two.here, mine, "suggested")
    path = f"/desk/laporan/{mine.reference}/instansi-serupa/draf/{offered.id}"
    assert desk.open(path).status == 409


def test_a_link_goes_along_when_a_case_is_handed_over(two: Between) -> None:
    mine, theirs, third = public(two.here), public(two.there), two.another()
    link(two, mine, theirs)
    work(two)
    two.hand_over(theirs, two.there, third)
    work(two, third)
    page = elsewhere(third.desk(), theirs)
    assert mine.reference in page.words
    page = elsewhere(two.here.desk(), mine)
    assert third.agency.short_name in page.words
    assert "Tidak diumumkan lagi" not in page.words
    third.admin = third.person("admin")
    with third.inside() as session:
        case = two.case(session, theirs.reference)
        assert case is not None
        verified = {"public_title": LAMP, "public_body": "Padam.", "publish": True}
        classes = {"supervision": False, "category_id": None}
        operations.verify_case(session, case=case, actor=third.admin, **classes, **verified)
        operations.answer_case(session, case=case, actor=third.admin, body=ANSWER, final=False)
    work(two, third)
    assert ANSWER in elsewhere(two.here.desk(), mine).words
    with two.there.inside() as session:  # who has it no more says nothing of it any more
        settle_links(session)
        assert not [one for one in links_of(session, theirs.reference) if one.linked]


def test_what_was_looked_at_is_not_read_again(two: Between) -> None:
    pairs = [(public(two.here), public(two.there)) for _pair in range(3)]
    for mine, theirs in pairs:
        link(two, mine, theirs)
    work(two)
    two.there.answer(pairs[1][1], ANSWER)
    with two.here.inside() as session:
        changed = [row.reference for row, _public in _changed(session, two.there.agency.id)]
        assert changed == [pairs[1][0].reference]
        assert _changed(session, two.here.agency.id) == []
        settle_links(session, two.there.agency.id)
        assert _changed(session, None) == []
