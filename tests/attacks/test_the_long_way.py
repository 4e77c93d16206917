"""One report of somebody who wants to stay unknown goes all the way, from filing to rating, through
two agencies and the console; then everything that came of it is searched for them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import FiledCase, accept_answer, group_cases
from sp4n.config import Settings
from sp4n.jobs import run
from sp4n.tenants.resolver import AgencyFacts
from tests.attacks.scene import Kept, owed
from tests.attacks.test_canaries import without_recipient
from tests.cases.between import Between, between
from tests.exports.test_exports import ask, opened, work
from tests.factories import ClientFor
from tests.national.test_disputes import opened as opened_at_console
from tests.pages import Browser
from tests.portal.test_tracking import tracked
from tests.portal.walking import Walker
from tests.scenes import Scene, coordinator_browser

WHO = ("KenarijauhNama", "kenarijauhsurel", "081231314747", "0812 3131 4747", "81231314747")
TYPED = {"reporter_name": WHO[0], "reporter_email": f"{WHO[1]}@contoh.id", "reporter_phone": WHO[3]}
STORY = {
    "title": "Kenarijauhjudul",
    "description": "Kenarijauhuraian yang cukup panjang",
    "location": "Kenarijauhlok",
}
NOTE_HERE, NOTE_THERE, STILL = "Kenarijauhcatatansini", "Kenarijauhcatatansana", "Kenarijauhbantah"
PUBLIC_HERE = ("/", "/laporan", "/laporan.xml", "/dokumen.json", "/segel.json", "/bagian")
PUBLIC_ANYWHERE = ("/", "/laporan", "/laporan.xml", "/laporan/peta", "/segel.json", "/instansi")
SCORES = {"access": "4", "response": "3", "transparency": "4", "result": "2"}


@dataclass
class Walked:
    """`filing`: as the agency that was right knows it; `exports`: of each agency all that is in it,
    `lists` what their desks give as spreadsheets."""

    two: Between
    filing: FiledCase
    log: list[str] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)
    exports: dict[str, bytes] = field(default_factory=dict)
    public: bytes = b""


@pytest.fixture
def two(app: Flask, superuser: sa.Connection, agency: Any, other_agency: Any) -> Between:
    app.extensions["sp4n.throttle"].counters.memory.reset()
    return between(app, superuser, agency, other_agency)


@pytest.fixture
def log() -> Iterator[list[str]]:
    """Every line of anybody, at any level."""
    root, lines = logging.getLogger(), list[str]()
    handler, level = Kept(lines), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("ticked", ["anonymous", "confidential"])
def test_nothing_tells_of_them_wherever_their_report_has_been(
    app: Flask, two: Between, settings: Settings, log: list[str], ticked: str
) -> None:
    before = set(letters(settings.data_dir))
    secret = ticked == "confidential"
    walked = Walked(two, walk(app, two, ticked), log)
    mail(app, two.here.agency, two.there.agency)
    walked.letters = [
        without_recipient(path.read_bytes()) for path in set(letters(settings.data_dir)) - before
    ]
    walked.exports = {one.agency.slug: export(one) for one in (two.here, two.there)}
    walked.public = b"".join(public_pages(app, walked))
    nowhere(walked, WHO)
    for mine, note in ((two.here, NOTE_HERE), (two.there, NOTE_THERE)):
        told = {slug for slug, content in walked.exports.items() if note.encode() in content}
        assert told == (set() if secret else {mine.agency.slug})
        other = two.there if mine is two.here else two.here
        page = other.desk().open(f"/desk/laporan/{walked.filing.reference}")
        assert (page.status, note in page.text) == (200, False)
    inside = (NOTE_HERE, NOTE_THERE, STILL, *STORY.values())
    outside = [*walked.log, *(one.decode(errors="replace") for one in walked.letters)]
    assert [(word, one) for one in outside for word in inside if word in one] == []
    assert not any(word.encode() in walked.public for word in inside)
    assert (walked.filing.reference.encode() in walked.public) != secret
    face = two.there.browser().open(f"/laporan/{walked.filing.reference}")
    assert face.status == (404 if secret else 200)
    assert len(walked.letters) > 5
    assert b"Kenari" not in walked.public


def walk(app: Flask, two: Between, ticked: str) -> FiledCase:
    """Filed, handed over, grouped, answered, contested, answered, contested, decided, rated."""
    here, there = two.here, two.there
    page = Walker(ClientFor(app)(here.agency)).file([], **TYPED, **STORY, **{ticked: "y"})
    reference, code = page.marked("data-reference"), page.marked("data-access-code")
    another = there.filed()
    filing = replace(another, **filed_as(here, reference, code))
    here.note(filing, NOTE_HERE)
    two.hand_over(filing)
    filing = replace(another, **filed_as(there, reference, code))
    there.verify(filing, publish=True)
    there.note(filing, NOTE_THERE)
    if ticked == "anonymous":
        together(there, filing, there.verify(another))
    citizen = there.browser()
    for _time in range(2):
        there.answer(filing, "Sudah menyala.", final=True)
        with there.inside() as session:
            accept_answer(session, case=there.case(filing, session))
        page = tracked(citizen, filing)
        assert citizen.send(page.form("/sanggahan"), objection=STILL).status == 200
    decide(coordinator_browser(app), filing, STILL)
    page = tracked(citizen, filing)
    page = citizen.send(page.form("/penilaian"), **SCORES, comment=f"{STILL} lagi")
    assert "Terima kasih, penilaian Anda tersimpan." in page.words
    return filing


def filed_as(scene: Scene, reference: str, code: str) -> dict[str, Any]:
    with scene.inside() as session:
        wanted = sa.select(CaseRecord.id).where(CaseRecord.reference == reference)
        case_id = session.scalars(wanted).one()
    return {"case_id": case_id, "reference": reference, "access_code": code}


def together(scene: Scene, one: FiledCase, other: FiledCase) -> None:
    with scene.inside() as session:
        cases = [scene.case(filing, session) for filing in (one, other)]
        group_cases(session, case=cases[0], others=cases[1:], actor=scene.admin)


def decide(judge: Browser, filing: FiledCase, objection: str) -> None:
    page = opened_at_console(judge, filing)
    assert objection in page.words
    assert not any(word in page.text for word in (*WHO, NOTE_HERE))
    page = judge.send(page.form("/putusan"), verdict="uphold", reasons="Fotonya menunjukkan lain.")
    assert page.status == 200


def letters(folder: Path) -> Iterator[Path]:
    return (folder / "mail").rglob("*.eml")


def mail(app: Flask, *agencies: AgencyFacts) -> None:
    run.serve(app)
    for _round in range(2):  # what staff are owed becomes a row for each
        for agency in agencies:
            for outbox_id in owed(app, agency):
                run.run_outbox(agency.id, outbox_id)


def export(scene: Scene) -> bytes:
    """All of it, without what is confidential; and the list of the desk."""
    browser = scene.desk()
    ask(browser)
    work(scene)
    with opened(browser) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    page = browser.open("/desk/")
    form = page.form("/unduh")
    return content + browser.client.post(form.action, data=form.values).get_data()


def public_pages(app: Flask, walked: Walked) -> Iterator[bytes]:
    reference = walked.filing.reference
    of_it = (f"/laporan/{reference}", f"/laporan/{reference}/umpan.xml", f"/lacak/{reference}")
    sought = f"/laporan?q={STORY['title']}"
    two = walked.two
    for agency, paths in (
        (two.here.agency, (*PUBLIC_HERE, *of_it)),
        (two.there.agency, (*PUBLIC_HERE, *of_it)),
        (None, (*PUBLIC_ANYWHERE, f"/lacak?reference={reference}")),
    ):
        client = ClientFor(app)(agency)
        for path in paths:  # which number was asked for may be said
            told = client.get(path).get_data()
            yield told.replace(reference.encode(), b"") if reference in path else told
        found = client.get(sought).get_data()
        assert reference.encode() not in found  # by words that only they wrote
        yield found.replace(STORY["title"].encode(), b"")  # what was asked stands in its field


def nowhere(walked: Walked, words: tuple[str, ...]) -> None:
    places = {"log": "\n".join(walked.log).encode(), "mail": b"\n".join(walked.letters)}
    places |= {"public": walked.public, **walked.exports}
    lower = {name: content.lower() for name, content in places.items()}
    told = [
        (one, name) for name, text in lower.items() for one in words if one.lower().encode() in text
    ]
    assert told == []
