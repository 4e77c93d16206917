"""One report all the way: filed at the wrong agency, handed over, put together with another about
the same event, answered, contested twice, decided by a coordinator, and rated. Each sees what is
theirs. In English: what the walk needs of words is looked up as a page would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask_babel import force_locale

from bench.surroundings import becomes
from sp4n.cases.words import STATE_LABELS
from sp4n.config import Settings
from tests.accounts.people import PASSWORD
from tests.factories import make_agency
from tests.journeys.conftest import House, Visit, process
from tests.journeys.test_keepers import coordinator
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import DESK, PHONE, Device, Visitor
from tests.journeys.walks import NAMELESS, REPORT, Report, file_report, sign_in, track, write_answer
from tests.scenes import Scene

pytestmark = pytest.mark.browser

NOTE_HERE, NOTE_THERE = "Catatan dinas kami saja.", "Catatan balai, bukan untuk luar."
WHY_NOT_OURS = "Jalan ini jalan provinsi."
ANSWER, VERDICT = "Lampunya sudah kami ganti.", "Foto petugas menunjukkan lampunya menyala."
STILL_DARK = "Tadi malam masih gelap."


@pytest.fixture(params=["id", pytest.param("en", marks=pytest.mark.exhaustive)])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visit(visit: Visit, language: str) -> Visit:
    """Whoever comes reads in this language."""
    return lambda device: visit(replace(device, language=language))


@pytest.fixture
def passed_on(app: Flask, language: str) -> str:
    """What the desk calls a case that another agency has taken."""
    with app.test_request_context(), force_locale(language):
        return str(STATE_LABELS["forwarded"])


@pytest.fixture
def there(app: Flask) -> Scene:
    return Scene(app, make_agency(app))


@pytest.fixture
def upkeep(house: House, settings: Settings) -> Iterator[None]:
    """Who carries cases from agency to agency."""
    with process(replace(settings, database_url=None), "worker", "upkeep"):
        yield


@pytest.mark.usefixtures("upkeep")
@pytest.mark.parametrize(
    "report",
    [REPORT, replace(NAMELESS, confidential=True)],
    ids=["by-name", "anonymous-and-confidential"],
)
def test_a_report_goes_all_the_way(
    app: Flask,
    visit: Visit,
    house: House,
    scene: Scene,
    there: Scene,
    report: Report,
    passed_on: str,
) -> None:
    report = replace(report, title=f"Lampu padam {scene.agency.slug}")
    here_site, there_site = house.site(scene.agency), house.site(there.agency)
    alike = there.verify(there.filed(title=report.title), public_title=report.title)
    citizen = visit(Device(PHONE, scripts=False))
    filed = file_report(citizen, here_site, report)
    page = f"/desk/laporan/{filed.reference}"

    here = signed_in(visit, here_site, email_of(scene, "admin"))
    here.open(here_site + page)
    note(here, NOTE_HERE)
    here.open(f"{here_site}{page}/instansi-lain?ke={there.agency.slug}")
    here.find("[name=reason]").fill(WHY_NOT_OURS)
    here.go_on("form[action*='/instansi-lain']")
    track(citizen, here_site, filed)
    assert WHY_NOT_OURS in citizen.words

    other = signed_in(visit, there_site, email_of(there, "admin"))
    other.open(f"{there_site}/desk/kiriman")
    other.press("main table a")
    assert report.reporter_email or "@" not in other.words
    assert REPORT.reporter_name not in other.words
    other.go_on("form[action$='/terima']")
    assert becomes(lambda: state_at(here, here_site + page, passed_on), 30)

    other.open(there_site + page)
    assert NOTE_HERE not in other.words
    verify(other, publish=not report.confidential)
    note(other, NOTE_THERE)
    if not report.confidential:
        other.open(f"{there_site}{page}/serupa")
        other.find(f"[name=pick][value='{alike.reference}']").check()
        other.go_on("form[action$='/serupa']")
        assert alike.reference in other.find("[aria-labelledby=kelompok]").inner_text()
    answer(other, there_site + page)

    track(citizen, there_site, filed)
    assert ANSWER in citizen.words
    assert there.agency.short_name in citizen.words
    for again in (False, True):
        citizen.go_on("form[action$='/selesai']")
        citizen.find("[name=objection]").fill(STILL_DARK)
        citizen.go_on("form[action$='/sanggahan']")
        if not again:
            answer(other, there_site + page)
            track(citizen, there_site, filed)

    judge = signed_in(visit, house.origin, coordinator(app, "coordinator"))
    judge.open("/nasional/sanggahan")
    judge.press(f"main a[href*='{filed.reference}']")
    judge.type(reason="Menelaah sanggahan kedua pelapor.")
    judge.go_on("form[action*='/buka']")
    assert STILL_DARK in judge.words
    assert NOTE_HERE not in judge.words
    judge.choose("verdict", "uphold")
    judge.find("[name=reasons]").fill(VERDICT)
    judge.go_on("form[action$='/putusan']")

    track(citizen, there_site, filed)
    assert VERDICT in citizen.words
    for name in ("access", "response", "transparency", "result"):
        citizen.choose(name, "3")
    citizen.go_on("form[action$='/penilaian']")
    for words in (NOTE_HERE, NOTE_THERE, alike.reference):
        assert words not in citizen.words
    here.open(here_site + page)
    for words in (ANSWER, NOTE_THERE, VERDICT):
        assert words not in here.words
    everyone = visit(Device(PHONE))
    everyone.page.goto(f"{there_site}/laporan/{filed.reference}")
    assert (VERDICT in everyone.words) != report.confidential


def signed_in(visit: Visit, site: str, email: str) -> Visitor:
    visitor = visit(Device(DESK))
    sign_in(visitor, site, email, PASSWORD)
    return visitor


def note(visitor: Visitor, words: str) -> None:
    visitor.find("details:has(form[action$='/catatan']) summary").click()
    visitor.find("form[action$='/catatan'] [name=body]").fill(words)
    visitor.go_on("form[action$='/catatan']")


def verify(visitor: Visitor, *, publish: bool) -> None:
    if publish:
        visitor.tick("publish")
    visitor.go_on("form[action$='/verifikasi']")


def answer(visitor: Visitor, address: str) -> None:
    visitor.open(address)
    write_answer(visitor, ANSWER)
    visitor.choose("final", "yes")
    visitor.go_on("form[action$='/jawab']")


def state_at(visitor: Visitor, address: str, words: str) -> bool:
    visitor.open(address)
    return words in visitor.words
