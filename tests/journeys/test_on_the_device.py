"""What was typed stays on the reporter's own device until it is sent: through a crash, a lost
connection and an ended session; but no name, no contact, and nothing that is to be secret."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext

from tests.journeys.conftest import Visit
from tests.journeys.visitor import DESK, Device, Visitor
from tests.journeys.walks import NAMELESS, REPORT, answer_questions, file_report
from tests.scenes import Scene

pytestmark = pytest.mark.browser

AGED = """([key, hours]) => {
    const draft = JSON.parse(localStorage[key]);
    draft.at -= hours * 60 * 60 * 1000;
    localStorage[key] = JSON.stringify(draft);
}"""
STORED = "Object.fromEntries(Object.entries(localStorage))"


def kept(visitor: Visitor) -> dict[str, Any]:
    """All that the device holds of this site, by key."""
    visitor.page.wait_for_timeout(600)  # longer than the pause before it is kept
    return {key: json.loads(text) for key, text in visitor.page.evaluate(STORED).items()}


def crash(visitor: Visitor, *, signed_out: bool = False) -> None:
    """The tab is gone; with `signed_out` the session is, too. What is typed was not sent."""
    context: BrowserContext = visitor.page.context
    visitor.page.close(run_before_unload=False)
    if signed_out:
        context.clear_cookies()
    visitor.page = context.new_page()


def begin(visitor: Visitor, site: str) -> None:
    """As far as the page that asks what happened."""
    visitor.open(f"{site}/lapor")
    visitor.choose("classification", REPORT.classification)
    visitor.go_on()


@pytest.mark.parametrize("signed_out", [True, False], ids=["session-over", "same-session"])
def test_what_was_typed_comes_back_after_a_crash(
    reporter: Visitor, site: str, signed_out: bool
) -> None:
    begin(reporter, site)
    address = reporter.page.url
    reporter.type(title=REPORT.title, description=REPORT.description)
    kept(reporter)
    crash(reporter, signed_out=signed_out)
    reporter.open(f"{site}/lapor" if signed_out else address)
    reporter.find("button[name=resume]").click()
    if signed_out:
        assert reporter.find(f"[name=classification][value={REPORT.classification}]").is_checked()
        reporter.go_on()
    assert reporter.find("button[name=resume]").count() == 0
    assert reporter.field("title").input_value() == REPORT.title
    assert reporter.field("description").input_value() == REPORT.description
    reporter.go_on()
    assert "/lapor/tempat" in reporter.page.url


def test_what_is_thrown_away_is_gone(reporter: Visitor, site: str) -> None:
    begin(reporter, site)
    reporter.type(title=REPORT.title)
    kept(reporter)
    crash(reporter, signed_out=True)
    reporter.open(f"{site}/lapor")
    reporter.find("button[name=discard]").click()
    assert kept(reporter) == {}
    reporter.choose("classification", REPORT.classification)
    reporter.go_on()
    assert reporter.field("title").input_value() == ""


def test_no_name_no_contact_and_no_code_is_ever_kept(reporter: Visitor, site: str) -> None:
    reporter.open(f"{site}/lapor")
    for _page in answer_questions(reporter, REPORT):
        [draft] = kept(reporter).values()
        assert set(draft) <= {"form", "answers", "at"}
        assert not {name for name in draft["answers"] if "reporter" in name or "code" in name}
    assert REPORT.reporter_email not in json.dumps(draft)
    reporter.go_on()
    assert reporter.find("[data-access-code]").count() == 1
    assert kept(reporter) == {}, "kept after it was sent"


@pytest.mark.parametrize("choice", ["anonymous", "confidential"])
def test_nothing_is_kept_from_the_moment_that_it_is_to_be_secret(
    reporter: Visitor, site: str, choice: str
) -> None:
    reporter.open(f"{site}/lapor")
    for page in answer_questions(reporter, replace(NAMELESS, anonymous=False)):
        if page == "identity":
            break
    assert REPORT.title in json.dumps(kept(reporter))
    reporter.tick(choice)
    assert kept(reporter) == {}
    reporter.go_on()
    reporter.press("main a[href$='#title']")
    reporter.type(description=f"{REPORT.description} Sudah tiga malam.")
    assert kept(reporter) == {}, "kept on a page that does not ask for it"
    assert not reporter.find("[data-device-note]").is_visible()
    reporter.go_on()
    assert "Sudah tiga malam." in reporter.words


def test_without_a_connection_nothing_is_sent_and_nothing_lost(
    reporter: Visitor, site: str
) -> None:
    begin(reporter, site)
    reporter.type(title=REPORT.title, description=REPORT.description)
    reporter.page.context.set_offline(True)
    for _press in range(2):
        reporter.find("form[data-form=lapor] button:not([name])").first.click()
        assert reporter.find("[role=alert] .notice").count() == 1
    assert "Tidak ada sambungan internet" in reporter.words
    assert reporter.field("title").input_value() == REPORT.title
    reporter.page.context.set_offline(False)
    reporter.go_on()
    assert "/lapor/tempat" in reporter.page.url


def test_what_was_sent_into_the_void_comes_back(reporter: Visitor, site: str) -> None:
    """The device believes that it is connected; the browser's own page of errors comes."""
    begin(reporter, site)
    address = reporter.page.url
    reporter.type(title=REPORT.title, description=REPORT.description)
    reporter.page.route("**/lapor/isi*", lambda route: route.abort("connectionreset"))
    reporter.find("form[data-form=lapor] button:not([name])").first.click()
    reporter.page.wait_for_url("chrome-error://**")
    reporter.page.unroute("**/lapor/isi*")
    reporter.faults.clear()
    reporter.open(address)
    reporter.find("button[name=resume]").click()
    assert reporter.field("title").input_value() == REPORT.title
    assert reporter.field("description").input_value() == REPORT.description


def test_what_outlived_the_servers_draft_is_offered(
    reporter: Visitor, superuser: sa.Connection, site: str
) -> None:
    """Purged there after a day of silence; the browser's session still names it."""
    begin(reporter, site)
    address = reporter.page.url
    reporter.type(title=REPORT.title, description=REPORT.description)
    kept(reporter)
    superuser.execute(sa.text("delete from filing_draft"))
    reporter.open(address)
    assert "tidak ada lagi" in reporter.words
    reporter.find("button[name=resume]").click()
    assert reporter.find(f"[name=classification][value={REPORT.classification}]").is_checked()
    reporter.go_on()
    assert reporter.field("title").input_value() == REPORT.title
    assert reporter.field("description").input_value() == REPORT.description


def test_a_draft_lasts_a_day(reporter: Visitor, site: str) -> None:
    begin(reporter, site)
    reporter.type(title=REPORT.title)
    [key] = kept(reporter)
    reporter.open(f"{site}/laporan")
    reporter.page.evaluate(AGED, [key, 23.9])
    reporter.open(f"{site}/laporan")
    assert list(kept(reporter)) == [key]
    reporter.page.evaluate(AGED, [key, 0.2])
    reporter.open(f"{site}/laporan")
    assert kept(reporter) == {}


def test_who_shares_the_device_can_have_it_forgotten(reporter: Visitor, site: str) -> None:
    begin(reporter, site)
    reporter.type(title=REPORT.title)
    assert REPORT.title in json.dumps(kept(reporter))
    reporter.find("[data-device-note] button").click()
    reporter.type(title=REPORT.title, description=REPORT.description)
    reporter.go_on()
    reporter.type(location=REPORT.location)
    text = json.dumps(kept(reporter))
    assert not [word for word in (REPORT.title, REPORT.location) if word in text]


def test_two_tabs_do_not_throw_away_each_others_draft(reporter: Visitor, site: str) -> None:
    first, second = reporter.page, reporter.page.context.new_page()
    reporter.page = second
    reporter.open(f"{site}/lapor")
    for _page in answer_questions(reporter, REPORT):
        pass
    reporter.page = first
    begin(reporter, site)
    if reporter.find("button[name=discard]").count():
        reporter.find("button[name=discard]").click()
    reporter.type(title="Sampah tidak diangkut")
    assert "Sampah tidak diangkut" in json.dumps(kept(reporter))
    reporter.page = second
    reporter.go_on()
    assert "Sampah tidak diangkut" in json.dumps(kept(reporter))


def test_nothing_of_this_is_missed_without_scripts(visit: Visit, scene: Scene, site: str) -> None:
    visitor = visit(Device(DESK, scripts=False, language="en"))
    visitor.open(f"{site}/lapor")
    assert not visitor.find("[data-device-note]").is_visible()
    assert visitor.find("button[name=resume]").count() == 0
    filed = file_report(visitor, site, REPORT)
    assert filed.reference
