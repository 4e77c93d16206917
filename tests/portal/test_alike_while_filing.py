"""Before a report is sent: the public ones like it are shown, and nobody has to send theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from bench.counting import statements
from sp4n.cases.models import CaseRecord, FilingDraft
from sp4n.db import db
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from sp4n.tenants.register.placed import forget_placed
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import make_agency
from tests.page_rules import words_in
from tests.portal.test_public_search import a_province
from tests.portal.walking import ANSWERS, Page, Walker
from tests.scenes import Scene

ASKED = "Apakah ini sudah dilaporkan?"


def a_public_one(scene: Scene, title: str = "Jalan berlubang dekat pasar Beringkit") -> str:
    filing = scene.verify(scene.filed(title=title), public_title=title, public_body="Berlubang.")
    return filing.reference


def count(scene: Scene, table: type) -> int:
    with scene.inside() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.mark.parametrize("ticked", [{}, {"anonymous": "y"}, {"confidential": "y"}])
def test_public_reports_like_it_are_shown_whoever_asks(
    walker: Walker, scene: Scene, ticked: dict[str, str]
) -> None:
    shown = a_public_one(scene)
    scene.verify(scene.filed(title="Jalan berlubang Beringkit rahasia", confidential=True))
    scene.filed(title="Jalan berlubang di pasar Beringkit belum diperiksa")
    walker.open("/lapor")
    page = walker.answer(**ticked)
    assert ASKED in page.words
    assert f"/laporan/{shown}" in page.text
    assert "Beringkit rahasia" not in page.words
    assert "belum diperiksa" not in page.words
    assert walker.go().step == "selesai"


def test_where_nothing_is_alike_nothing_is_said(walker: Walker, scene: Scene) -> None:
    a_public_one(scene, "Guru tidak masuk sekolah")
    walker.open("/lapor")
    assert ASKED not in walker.answer(title="Kecubung meteran kapal hilang").words


def test_sending_does_not_look_for_anything(walker: Walker, scene: Scene) -> None:
    a_public_one(scene)
    walker.open("/lapor")
    page = walker.answer()
    with statements() as sent:
        walker.client.post(page.form.get("action"), data=page.fields)
    assert not [one for one in sent if "similarity" in one or "public_case" in one]


@dataclass(frozen=True)
class Around:
    """Who files, among others of one province."""

    app: Flask
    province: str
    walker: Walker

    def other(self, **over: Any) -> Scene:
        return Scene(self.app, make_agency(self.app, **{"region_code": self.province, **over}))

    def check(self, title: str, **over: str) -> Page:
        """Every question answered, up to the answers to check."""
        forget_placed()
        self.walker.open("/lapor")
        return self.walker.answer(title=title, **over)


@pytest.fixture
def around(app: Flask, browser: Callable[[AgencyFacts], Walker]) -> Around:
    province = a_province(app)
    return Around(app, province, browser(make_agency(app, region_code=province)))


def turned(scene: Scene, **values: str | None) -> None:
    with scene.app.app_context(), edge(NATIONAL):
        wanted = sa.update(Agency).where(Agency.id == scene.agency.id)
        db.session.execute(wanted.values(**values))


def shown(page: Page) -> list[list[str]]:
    """The titles of each list, in order."""
    part = page.tree.find(".//section[@aria-labelledby='serupa']")
    return [
        [words_in(one) for one in entries.iter("h4")]
        for entries in ([] if part is None else part.iter("ol"))
    ]


def test_those_of_other_agencies_stand_apart_and_lead_there(
    app: Flask, walker: Walker, scene: Scene, other_agency: AgencyFacts
) -> None:
    here, there = "Zamrud gerbang balairung retak", "Zamrud balairung gerbang pecah"
    a_public_one(scene, here)
    filing = a_public_one(Scene(app, other_agency), there)
    walker.open("/lapor")
    page = walker.answer(title=here)
    assert shown(page) == [[here], [there]]
    own, others = page.tree.findall(".//section[@aria-labelledby='serupa']/ol")
    assert other_agency.name not in words_in(own)
    assert f"Belum ditindaklanjuti {other_agency.name}" in words_in(others)
    link = others.find(".//a").get("href")
    assert urlsplit(link)[1:3] == (f"{other_agency.slug}.localhost:8000", f"/laporan/{filing}")
    following = walker.client.get(link, follow_redirects=True)
    assert following.status_code == 200
    assert walker.go().step == "selesai"


def test_where_only_others_have_one_it_is_shown_in_english_too(around: Around) -> None:
    title = "Intan tembok bendungan lepas"
    a_public_one(around.other(), title)
    around.walker.open("/lapor?lang=en")
    page = around.check(title)
    assert shown(page) == [[title]]
    assert "At other agencies" in page.words


def test_there_are_few_of_each(around: Around, walker: Walker, scene: Scene) -> None:
    title = "Akik jembatan gantung miring"
    for _number in range(4):
        a_public_one(scene, title)
        a_public_one(around.other(), title)
    walker.open("/lapor")
    assert [len(titles) for titles in shown(walker.answer(title=title))] == [3, 2]


def test_nothing_of_others_but_what_everyone_reads(around: Around) -> None:
    title = "Mutiara pompa sawah tersumbat"
    other = around.other()
    other.filed(title=title)
    other.verify(other.filed(title=title), public_title=title, publish=False)
    other.verify(other.filed(title=title, confidential=True), public_title=title)
    other.archive(other.verify(other.filed(title=title), public_title=title))
    trying = around.other(status="preparing")
    trying.verify(trying.filed(title=title), public_title=title)
    assert shown(around.check(title)) == []
    a_public_one(other, f"{title} ▇▇▇")
    page = around.check(title)
    assert shown(page) == [[f"{title} ▇▇▇[disamarkan]"]]


@pytest.mark.parametrize("status", ["suspended", "archived"])
@pytest.mark.parametrize("known", [True, False], ids=["known", "of-this-moment"])
def test_who_takes_no_reports_is_not_named(around: Around, status: str, known: bool) -> None:
    title = "Nilam trotoar terminal ambles"
    other = around.other()
    a_public_one(other, title)
    assert shown(around.check(title)) == [[title]]
    turned(other, status=status)
    if known:
        forget_placed()
    around.walker.open("/lapor")
    assert shown(around.walker.answer(title=title)) == []


def test_another_province_is_another_event_but_the_whole_country_is_near(around: Around) -> None:
    title = "Delima halte dermaga roboh"
    far = around.other(region_code=a_province(around.app))
    a_public_one(far, title)
    assert shown(around.check(title)) == []
    turned(far, region_code=None)
    assert shown(around.check(title)) == [[title]]


def test_who_stops_leaves_nothing_behind(walker: Walker, scene: Scene) -> None:
    a_public_one(scene)
    walker.open("/lapor")
    page = walker.answer()
    before = count(scene, CaseRecord)
    stopping = {name: page.fields[name] for name in ("csrf_token", "form_key")}
    page = walker.send("/lapor/berhenti", stopping)
    assert page.status == 200
    assert "Isian Anda sudah dihapus" in page.words
    assert count(scene, FilingDraft) == 0
    assert count(scene, CaseRecord) == before
    assert ANSWERS["title"] not in walker.open("/lapor").text


def test_what_was_sent_is_not_taken_back_by_stopping(walker: Walker, scene: Scene) -> None:
    page = walker.file()
    key = {"csrf_token": _token(walker)}
    assert walker.send(f"/lapor/berhenti?{page.path.partition('?')[2]}", key).step == "selesai"
    assert count(scene, CaseRecord) == 1


def test_nobody_elses_form_is_stopped(
    walker: Walker, browser: Callable[[AgencyFacts], Walker], agency: AgencyFacts, scene: Scene
) -> None:
    walker.open("/lapor")
    walker.answer()
    handle = walker.page.path.partition("?")[2]
    stranger = browser(agency)
    stranger.open("/lapor")
    stranger.send(f"/lapor/berhenti?{handle}", {"csrf_token": _token(stranger)})
    assert count(scene, FilingDraft) == 1
    assert walker.go().step == "selesai"


def _token(walker: Walker) -> str:
    page = walker.open("/lapor")
    return str(page.fields["csrf_token"])
