"""What changed since an officer looked: marked in the list, found by a filter, said on the case."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from sp4n.cases.looking_models import CaseLook
from sp4n.cases.operations import FiledCase, reply_to_case
from sp4n.tenants.resolver import AgencyFacts
from tests.pages import Browser
from tests.scenes import Scene

LIST = "/desk/?berubah=1"


def row_of(browser: Browser, filing: FiledCase, address: str = "/desk/") -> str:
    rows = browser.open(address).text.split("<tr")
    return next((one for one in rows if filing.reference in one), "")


def reply(scene: Scene, filing: FiledCase) -> None:
    with scene.inside() as session:
        reply_to_case(session, case=scene.case(filing, session), body="Masih padam.")


def test_a_case_is_marked_for_who_has_looked_until_they_look_again(scene: Scene) -> None:
    unit = scene.unit()
    filing, never_opened = (scene.assign(scene.verify(scene.filed()), unit) for _ in range(2))
    liaison = scene.person("liaison", units=[unit])
    browser, admin = scene.desk(liaison), scene.desk()
    browser.strict = False  # which tries links, and so opens cases of itself
    case = f"/desk/laporan/{filing.reference}"
    page = browser.open(case)
    assert "hal baru" not in page.words
    assert filing.reference not in browser.open(LIST).text
    for one in (filing, never_opened):
        reply(scene, one)
    scene.note(filing, "Tolong dicek.")
    assert "Berubah" in row_of(browser, filing)
    assert "Berubah" not in row_of(browser, never_opened)
    found = browser.open(LIST).text
    assert filing.reference in found
    assert never_opened.reference not in found
    assert filing.reference not in admin.open(LIST).text
    page = browser.open(f"{case}?berubah=1")
    assert "2 hal baru sejak Anda buka terakhir" in page.words
    assert [one.count(">Baru<") for one in page.text.split('class="event ')[1:3]] == [1, 1]
    assert page.text.count(">Baru<") == 2
    assert "hal baru" not in browser.open(case).words
    assert "Berubah" not in row_of(browser, filing)


def test_what_one_does_oneself_is_no_news_and_nobody_sees_what_others_have_seen(
    app: Flask, scene: Scene, other_agency: AgencyFacts
) -> None:
    filing = scene.verify(scene.filed())
    admin, viewer = scene.desk(), scene.desk(scene.person("viewer"))
    for browser in (admin, viewer):
        browser.open(f"/desk/laporan/{filing.reference}")
    scene.note(filing, "Saya sendiri.")  # as the admin
    assert filing.reference not in admin.open(LIST).text
    assert filing.reference in viewer.open(LIST).text
    theirs = Scene(app, other_agency)
    assert filing.reference not in theirs.desk().open(LIST).text
    assert theirs.desk().open(f"/desk/laporan/{filing.reference}").status == 404
    with theirs.inside() as session:
        assert session.scalars(sa.select(CaseLook)).all() == []
    with scene.inside() as session:
        looks = session.scalars(sa.select(CaseLook)).all()
        assert {one.case_id for one in looks} == {filing.case_id}
        assert len(looks) == 2
