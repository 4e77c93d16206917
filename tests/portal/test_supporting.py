"""\"Saya juga\": once for each browser, taken back, counted on a page that is the same for all."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.accounts import throttle
from sp4n.cases.models import PublicCase
from sp4n.cases.operations.publicity import set_publicity
from sp4n.cases.public_models import CaseFollower
from sp4n.cases.publicity_queries import face_of
from sp4n.tenants.resolver import AgencyFacts
from tests.pages import Browser
from tests.scenes import Scene


def count_on(scene: Scene, reference: str) -> int:
    words = scene.browser().open(f"/laporan/{reference}").words
    before, found, _after = words.partition(" orang lain juga mengalaminya")
    return int(before.split()[-1]) if found else 0


def test_a_case_is_supported_once_by_each_browser_and_taken_back(
    scene: Scene, superuser: sa.Connection
) -> None:
    filing = scene.verify(scene.filed())
    one, two = scene.browser(), scene.browser()
    address = f"/dukungan/{filing.reference}"
    assert count_on(scene, filing.reference) == 0
    for browser, number in ((one, 1), (one, 1), (two, 2)):
        page = browser.open(address)
        if any(form.action.endswith(address) for form in page.forms()):
            page = browser.send(page.form(address))
            assert "Anda juga mengalaminya" in page.text
        assert count_on(scene, filing.reference) == number
    rows = superuser.execute(
        sa.text("SELECT token_hash FROM case_support WHERE agency_id = :a"),
        {"a": scene.agency.id},
    ).all()
    assert len(rows) == 2
    page = one.open(address)
    page = one.send(page.form("/tarik"))
    assert "ditarik kembali" in page.text
    assert count_on(scene, filing.reference) == 1
    assert "Anda sudah menyatakannya" in two.open(address).words


def test_the_token_is_sent_to_no_other_page(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    answer = scene.browser().client.get(f"/dukungan/{filing.reference}")
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "dukungan=" in one]
    assert "Path=/dukungan" in cookie
    assert "HttpOnly" in cookie
    assert scene.agency.slug not in cookie


def test_who_has_not_just_opened_the_page_of_the_case_is_not_counted(scene: Scene) -> None:
    one, two = scene.verify(scene.filed()), scene.verify(scene.filed())
    address, other = f"/dukungan/{one.reference}", f"/dukungan/{two.reference}"
    browser = scene.browser()
    form = browser.open(address).form(address)
    of_another_case = browser.open(other).form(other).values["ticket"]
    of_another_browser = scene.browser().open(address).form(address).values["ticket"]
    for ticket in ("", "1-2", "9" * 40, "é-é", of_another_case, of_another_browser):
        page = browser.send_filled(form, {**form.values, "ticket": ticket})
        assert page.status == 422
        assert "tekan tombol di bawah sekali lagi" in page.words
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        page = browser.send(form)
        assert page.status == 422
        assert count_on(scene, one.reference) == 0
        assert "Anda juga mengalaminya" in browser.send(page.form(address)).text
    assert count_on(scene, one.reference) == 1


def test_one_network_gives_a_case_a_few_supports_a_day_whoever_takes_theirs_back(
    scene: Scene,
) -> None:
    filing, other = scene.verify(scene.filed()), scene.verify(scene.filed())
    address = f"/dukungan/{filing.reference}"
    for number in range(7):
        browser = scene.browser()
        page = browser.send(browser.open(address).form(address))
        assert page.status == (200 if number < 5 else 429)
        if number == 4:
            browser.send(page.form("/tarik"))
    assert "buat laporan sendiri" in page.words
    assert count_on(scene, filing.reference) == 4
    address = f"/dukungan/{other.reference}"
    assert browser.send(browser.open(address).form(address)).status == 200


def test_only_public_cases_are_supported_and_not_without_end(
    scene: Scene, other_agency: AgencyFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        throttle.LADDERS,
        "support",
        throttle.Ladder(
            throttle.NONE, throttle.NONE, throttle.Limit(3, 300), throttle.Limit(99, 5)
        ),
    )
    hidden = scene.verify(scene.filed(), publish=False)
    confidential = scene.verify(scene.filed(confidential=True))
    shown = scene.verify(scene.filed())
    browser = scene.browser()
    for filing in (hidden, confidential):
        assert browser.open(f"/dukungan/{filing.reference}").status == 404
    elsewhere = Scene(scene.app, other_agency).browser()
    assert elsewhere.open(f"/dukungan/{shown.reference}").status == 404
    statuses = []
    for _try in range(8):
        other: Browser = scene.browser()
        page = other.open(f"/dukungan/{shown.reference}")
        statuses.append(other.send(page.forms()[0]).status)
    assert statuses[:3] == [200] * 3
    assert 429 in statuses


def test_what_is_hidden_and_shown_again_keeps_who_supports_and_follows_it(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    address, browser = f"/dukungan/{filing.reference}", scene.browser()
    browser.send(browser.open(address).form(address))
    with scene.inside() as session:
        who = {"address_hash": b"x", "sealed": b"x", "language": "id"}
        at = {"asked_at": clock.now(), "confirmed_at": clock.now()}
        session.add(CaseFollower(case_id=filing.case_id, **who, **at))
    for published in (False, True):
        with scene.inside() as session:
            case = scene.case(filing, session)
            face = face_of(session, case)
            set_publicity(session, case=case, actor=scene.admin, published=published, face=face)
    assert count_on(scene, filing.reference) == 1
    with scene.inside() as session:
        public = session.get_one(PublicCase, (scene.agency.id, filing.case_id))
        assert public.followers == 1
