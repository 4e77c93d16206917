"""Before a report is sent: the public ones like it are shown, and nobody has to send theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from bench.counting import statements
from sp4n.cases.models import CaseRecord, FilingDraft
from sp4n.tenants.resolver import AgencyFacts
from tests.portal.walking import ANSWERS, Walker
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
    assert ASKED not in walker.answer().words


def test_sending_does_not_look_for_anything(walker: Walker, scene: Scene) -> None:
    a_public_one(scene)
    walker.open("/lapor")
    page = walker.answer()
    with statements() as sent:
        walker.client.post(page.form.get("action"), data=page.fields)
    assert not [one for one in sent if "similarity" in one or "public_case" in one]


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
