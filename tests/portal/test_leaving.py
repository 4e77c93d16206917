"""The quick exit: what this browser could go back to is gone, whoever's agency it is by now."""

from __future__ import annotations

import pytest
from flask import Flask

from sp4n.portal.leaving import ELSEWHERE
from tests.factories import make_agency
from tests.pages import Browser
from tests.scenes import Scene

PATH = "/lapor/keluar"


@pytest.fixture
def scene(app: Flask) -> Scene:
    app.extensions["sp4n.throttle"].counters.memory.reset()
    return Scene(app, make_agency(app))


def tracking(scene: Scene) -> tuple[Browser, str]:
    browser, filing = scene.browser(), scene.filed()
    typed = {"reference": filing.reference, "access_code": filing.access_code}
    page = browser.send(browser.open("/lacak").form("lacak"), **typed)
    assert PATH in page.text
    return browser, page.path


def leave(browser: Browser, **headers: str) -> str | None:
    """Where it leads."""
    answer = browser.client.get(PATH, headers=headers)
    assert answer.status_code == 303
    return answer.location


def test_a_tracked_case_asks_for_its_code_again(scene: Scene) -> None:
    browser, path = tracking(scene)
    assert leave(browser) == ELSEWHERE
    assert browser.open(path).path == "/lacak"


def test_a_link_on_another_site_takes_nothing_away(scene: Scene) -> None:
    browser, path = tracking(scene)
    assert leave(browser, **{"Sec-Fetch-Site": "cross-site"}) == ELSEWHERE
    assert browser.open(path).path == path


def test_the_way_out_stays_open_at_a_suspended_agency(app: Flask) -> None:
    suspended = Scene(app, make_agency(app, status="suspended"))
    assert leave(suspended.browser()) == ELSEWHERE
