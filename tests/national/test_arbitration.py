"""A coordinator decides who has a case that nobody wanted: by its list, with a reason, and seen."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.handover_models import Custody
from sp4n.cases.operations import FiledCase
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import Between, between, kinds
from tests.pages import Browser
from tests.scenes import coordinator_browser

REASON = "Menelusuri laporan yang terus berpindah."


@pytest.fixture
def two(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts, other_agency: AgencyFacts
) -> Between:
    return between(app, superuser, agency, other_agency)


def undecided(two: Between, **over: bool) -> FiledCase:
    filing = two.here.filed(**over)
    with two.here.inside() as session:
        session.add(Custody(reference=filing.reference, hop=3, since=clock.now()))
    two.send(filing)
    return filing


def test_it_is_found_read_and_decided(two: Between, app: Flask) -> None:
    filing = undecided(two)
    browser = coordinator_browser(app)
    page = browser.follow(browser.open("/nasional/putusan"), filing.reference)
    assert page.path.endswith("/buka")
    page = browser.send(page.form("/buka"), reason=REASON)
    assert "Lampu di depan pasar padam" in page.words
    decide = next(form for form in page.forms() if "words" in form.controls)
    page = browser.send(decide, words="Jalan ini jalan provinsi.")
    assert page.status == 422
    decide = next(form for form in page.forms() if "words" in form.controls)
    assert decide.values["words"] == "Jalan ini jalan provinsi."
    page = browser.send(decide, to=two.there.agency.slug)
    assert page.path == "/nasional/putusan"
    assert filing.reference not in page.words
    two.work(again=True)
    assert two.tracked(filing) == (two.there.agency.id, None)
    assert kinds(two.there, filing)[-2:] == ["decided", "received"]
    trail = two.here.desk().open("/desk/jejak").words
    assert "Memutuskan siapa yang memegang laporan" in trail


def test_another_agency_can_be_searched_for(two: Between, app: Flask) -> None:
    filing, third = undecided(two), two.another()
    browser = coordinator_browser(app)
    page = browser.follow(browser.open("/nasional/putusan"), filing.reference)
    page = browser.send(page.form("/buka"), reason=REASON)
    search = next(form for form in page.forms() if "q" in form.controls)
    page = browser.send(search, q=third.agency.slug)
    page = browser.follow(page, third.agency.name)
    decide = next(form for form in page.forms() if "words" in form.controls)
    assert third.agency.slug in decide.choices("to")
    browser.send(decide, to=third.agency.slug, words="Ini tugasnya.")
    two.work(two.here, third)
    assert two.tracked(filing) == (third.agency.id, None)


def test_what_a_confidential_case_says_is_not_shown(two: Between, app: Flask) -> None:
    filing = undecided(two, confidential=True)
    browser = coordinator_browser(app)
    page = browser.follow(browser.open("/nasional/putusan"), filing.reference)
    page = browser.send(page.form("/buka"), reason=REASON)
    assert "Lampu" not in page.text
    assert page.status == 200


def test_staff_do_not_decide(two: Between) -> None:
    undecided(two)
    browser = Browser(two.here.desk().client, strict=False)
    base = "http://localhost:8000/nasional/putusan"
    assert browser.client.get(base).status_code in (302, 401, 403)
