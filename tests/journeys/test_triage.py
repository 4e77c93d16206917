"""A day's reports, one after the other, by hands that never leave the keys: four keys each."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request

from sp4n.workbench.models import ReplyTemplate
from tests.accounts.people import PASSWORD
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import DESK, Device
from tests.journeys.walks import sign_in
from tests.scenes import Scene

pytestmark = pytest.mark.browser


def test_an_officer_goes_through_a_list_with_four_keys_a_case(
    visit: Visit, scene: Scene, site: str
) -> None:
    unit = scene.unit("Dinas Penerangan")
    fresh = [scene.filed() for _number in range(3)]
    with scene.inside() as session:
        words = "Laporan {nomor} sudah selesai."
        session.add(ReplyTemplate(name="Selesai", body=words, final="yes"))
    officer = visit(Device(DESK))
    sign_in(officer, site, email_of(scene, "admin"), PASSWORD)
    keys, sent = Keyboard(officer), list[str]()

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)

    officer.page.on("request", note)
    officer.open(f"{site}/desk/?status=unverified")
    keys.press("j")
    keys.enter()
    for _case in fresh:
        keys.press("t", "Tab")
        officer.page.keyboard.press("D")
        keys.enter("Control+Enter")
    assert {scene.case(one).unit_id for one in fresh} == {unit}
    assert len(sent) == 3
    officer.open(f"{site}/desk/?status=unhandled")
    keys.press("j")
    keys.enter()
    for _case in fresh:
        keys.press("g")
        officer.page.keyboard.press("S")
        keys.press("Enter")
        keys.enter("Control+Enter")
    assert [scene.case(one).state for one in fresh] == ["awaiting_reply"] * 3
    assert len(sent) == 6
    scene.filed()
    officer.open(f"{site}/desk/")
    keys.press("j", "x", "m")
    assert officer.find(".pick__box:checked").count() == 1
    officer.page.keyboard.press("?")
    assert "lalu laporan berikutnya" in officer.find("dialog[data-keys]").inner_text()
