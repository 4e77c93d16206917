"""A day's reports, one after the other, by hands that never leave the keys: four keys each."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request

from sp4n.workbench.models import ReplyTemplate
from tests.accounts.people import PASSWORD
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import DESK, Device, Visitor
from tests.journeys.walks import sign_in
from tests.scenes import Scene

pytestmark = pytest.mark.browser

# By the browser itself, whatever sent them; Control+Enter is one.
COUNT = """addEventListener("keydown", (one) => {
    if (!["Control", "Shift", "Alt", "Meta"].includes(one.key))
        sessionStorage.keys = 1 + Number(sessionStorage.keys || 0);
}, true)"""
KEYS = """() => {
    const pressed = Number(sessionStorage.keys || 0);
    sessionStorage.keys = 0;
    return pressed;
}"""
FOUR_KEYS, ONE_REQUEST = 4, ["POST"]


@pytest.mark.parametrize(
    "many",
    [3, pytest.param(200, marks=[pytest.mark.exhaustive, pytest.mark.timeout(3600)])],
)
def test_an_officer_goes_through_a_list_with_four_keys_a_case(
    visit: Visit, scene: Scene, site: str, many: int
) -> None:
    unit = scene.unit("Dinas Penerangan")
    fresh = [scene.filed() for _number in range(many)]
    with scene.inside() as session:
        words = "Laporan {nomor} sudah selesai."
        session.add(ReplyTemplate(name="Selesai", body=words, final="yes"))
    officer = visit(Device(DESK))
    sign_in(officer, site, email_of(scene, "admin"), PASSWORD)
    keys, sent = Keyboard(officer), list[str]()

    def note(request: Request) -> None:
        """A page that is asked for; where a redirect leads is the answer to that."""
        if request.is_navigation_request() and request.redirected_from is None:
            sent.append(request.method)

    officer.page.on("request", note)
    officer.page.add_init_script(COUNT)
    officer.open(f"{site}/desk/?status=unverified")
    keys.press("j")
    keys.enter()
    spent(officer, sent)
    for _case in fresh:
        keys.press("t", "Tab")
        officer.page.keyboard.press("D")
        keys.enter("Control+Enter")
        assert spent(officer, sent) == (FOUR_KEYS, ONE_REQUEST)
    assert {scene.case(one).unit_id for one in fresh} == {unit}
    officer.open(f"{site}/desk/?status=unhandled")
    keys.press("j")
    keys.enter()
    spent(officer, sent)
    for _case in fresh:
        keys.press("g")
        officer.page.keyboard.press("S")
        keys.press("Enter")
        keys.enter("Control+Enter")
        assert spent(officer, sent) == (FOUR_KEYS, ONE_REQUEST)
    assert [scene.case(one).state for one in fresh] == ["awaiting_reply"] * many
    scene.filed()
    officer.open(f"{site}/desk/")
    keys.press("j", "x", "m")
    assert officer.find(".pick__box:checked").count() == 1
    officer.page.keyboard.press("?")
    assert "lalu laporan berikutnya" in officer.find("dialog[data-keys]").inner_text()


def spent(officer: Visitor, sent: list[str]) -> tuple[int, list[str]]:
    """Keys and requests since this was asked last."""
    asked = list(sent)
    sent.clear()
    return int(officer.page.evaluate(KEYS)), asked
