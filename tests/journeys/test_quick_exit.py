"""The way out for who must not be seen here: at once, to a page that says nothing, and for good."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route

from tests.journeys.conftest import Visit
from tests.journeys.test_on_the_device import begin, kept
from tests.journeys.visitor import PHONE, Device, Visitor
from tests.journeys.walks import REPORT, Filed, file_report, track
from tests.scenes import Scene

pytestmark = pytest.mark.browser

ELSEWHERE = "https://www.bmkg.go.id/"


@pytest.fixture
def elsewhere(reporter: Visitor) -> str:
    return weather_for(reporter)


def weather_for(visitor: Visitor) -> str:
    """The neutral page, answered here instead of by the world."""
    visitor.page.context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="Cuaca"))
    visitor.page.context.route("**/lapor/keluar", sent_on)
    return ELSEWHERE


def sent_on(route: Route) -> None:
    """By a page instead of a redirect, whose target no route is asked for."""
    asked = urlsplit(route.request.url)
    here = asked._replace(netloc=f"127.0.0.1:{asked.port}").geturl()  # no name that needs a browser
    headers = {**route.request.all_headers(), "host": asked.netloc}
    answer = route.fetch(url=here, headers=headers, max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (303, ELSEWHERE)
    kept = {name: value for name, value in answer.headers.items() if name != "location"}
    route.fulfill(status=200, headers={**kept, "refresh": f"0; url={ELSEWHERE}"}, body="")


def test_a_quick_exit_leaves_nothing_on_the_device_and_no_way_back(
    reporter: Visitor, site: str, elsewhere: str
) -> None:
    begin(reporter, site)
    content = reporter.page.url
    reporter.type(title=REPORT.title)
    kept(reporter)
    reporter.find("[data-exit]").click()
    reporter.page.wait_for_url(elsewhere)
    reporter.page.goto(content)
    assert REPORT.title not in reporter.page.content()
    assert kept(reporter) == {}
    reporter.page.goto(elsewhere)


def test_a_quick_exit_from_a_tracked_report_closes_it(
    reporter: Visitor, scene: Scene, site: str, elsewhere: str
) -> None:
    filing = scene.filed()
    track(reporter, site, Filed(filing.reference, filing.access_code))
    address = reporter.page.url
    reporter.find("[data-exit]").click()
    reporter.page.wait_for_url(elsewhere)
    reporter.page.go_back()
    assert filing.reference not in reporter.page.url
    reporter.open(address)
    assert reporter.field("access_code").count() == 1


def test_a_quick_exit_from_the_confirmation_takes_the_code_along(
    reporter: Visitor, site: str, elsewhere: str
) -> None:
    filed = file_report(reporter, site, REPORT)
    address = reporter.page.url
    reporter.find("[data-exit]").click()
    reporter.page.wait_for_url(elsewhere)
    reporter.open(address)
    assert filed.access_code not in reporter.page.content()


def test_a_quick_exit_works_without_scripts(visit: Visit, site: str) -> None:
    visitor = visit(Device(PHONE, scripts=False))
    where = weather_for(visitor)
    begin(visitor, site)
    visitor.type(title=REPORT.title, description=REPORT.description)
    visitor.go_on()
    place = visitor.page.url
    visitor.find("[data-exit]").click()
    visitor.page.wait_for_url(where)
    visitor.page.goto(place.replace("/tempat", "/isi"))
    assert REPORT.title not in visitor.page.content()


def test_another_sites_link_to_the_exit_takes_nothing_away(reporter: Visitor, site: str) -> None:
    """By the house itself, which has to see what the browser says of where it comes from."""
    begin(reporter, site)
    content = reporter.page.url
    page = f"<a href='{site}/lapor/keluar'>klik</a>"
    reporter.page.context.route(
        "https://lain.example/", lambda route: route.fulfill(body=page, content_type="text/html")
    )
    reporter.page.goto("https://lain.example/")
    with reporter.page.expect_request(ELSEWHERE):
        reporter.page.locator("a").click()
    reporter.open(content)
    assert reporter.field("title").count() == 1
