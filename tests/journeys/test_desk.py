"""A day at the desk: keys under the fingers, the list beside the case, and the same on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.accounts.people import PASSWORD
from tests.cases.making import MONDAY
from tests.journeys.conftest import House, Visit
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import DESK, PHONE, SMALL_PHONE, Device, Visitor
from tests.journeys.walks import sign_in
from tests.scenes import Scene

pytestmark = pytest.mark.browser


@pytest.fixture
def site(house: House, scene: Scene) -> str:
    """Of an agency with three cases; the list has them newest first."""
    for hour, title in enumerate(("Tertua", "Tengah", "Terbaru")):
        scene.filed(at=MONDAY + timedelta(hours=hour), title=title)
    return house.site(scene.agency)


def admin_at(visit: Visit, scene: Scene, site: str, **device: object) -> Visitor:
    admin = visit(Device(**device))  # type: ignore[arg-type]
    sign_in(admin, site, email_of(scene, "admin"), PASSWORD)
    return admin


def press(visitor: Visitor, *keys: str) -> None:
    for key in keys:
        visitor.page.keyboard.press(key)


def focused(visitor: Visitor) -> str:
    return visitor.find(":focus").first.inner_text()


def test_keys_walk_down_the_list_open_a_case_and_go_on(
    visit: Visit, scene: Scene, site: str
) -> None:
    admin = admin_at(visit, scene, site)
    press(admin, "j", "j")
    assert focused(admin) == "Tengah"
    press(admin, "k")
    assert focused(admin) == "Terbaru"
    with admin.page.expect_navigation():
        press(admin, "Enter")
    with admin.page.expect_navigation():
        press(admin, "j")
    admin.look()
    assert admin.find("h1").inner_text() == "Tengah"
    press(admin, "c")
    assert admin.find("form[action*='/catatan'] [name=body]").evaluate(
        "one => one === document.activeElement"
    )
    press(admin, "j")  # typed, not obeyed
    assert admin.find("form[action*='/catatan'] [name=body]").input_value() == "j"
    admin.find("form[action*='/catatan'] [name=body]").fill("")


def test_keys_find_the_search_and_the_act(visit: Visit, scene: Scene, site: str) -> None:
    admin = admin_at(visit, scene, site)
    press(admin, "/")
    assert admin.find("#q").evaluate("one => one === document.activeElement")
    admin.press("main th a >> nth=0")
    press(admin, "t")
    assert admin.find(":focus").evaluate("one => Boolean(one.closest('.panel--due'))")
    admin.page.mouse.click(2, 2)
    with admin.page.expect_navigation():
        admin.find("h1").click()
        press(admin, "u")
    assert admin.find("h1").inner_text() == "Laporan"


def test_keys_are_told_on_a_panel_and_can_be_switched_off(
    visit: Visit, scene: Scene, site: str
) -> None:
    admin = admin_at(visit, scene, site)
    press(admin, "?")
    panel = admin.find("dialog[data-keys]")
    assert panel.is_visible()
    admin.find("#keys-on").uncheck()
    press(admin, "Escape")
    assert not panel.is_visible()
    for _page in range(2):
        press(admin, "j", "?")
        assert not panel.is_visible()
        assert admin.find("[data-row]:focus").count() == 0
        admin.page.reload()
    admin.find("[data-keys-open]").click()
    admin.find("#keys-on").check()
    press(admin, "Escape", "j")
    assert admin.find("[data-row]:focus").count() == 1


def test_without_scripts_no_key_is_promised(visit: Visit, scene: Scene, site: str) -> None:
    admin = admin_at(visit, scene, site, scripts=False)
    assert not admin.find("[data-keys-open]").is_visible()
    admin.press("main th a >> nth=0")
    admin.press("[data-key=next-case]")
    assert admin.find("h1").inner_text() == "Tengah"


def test_the_list_stands_beside_the_case_where_there_is_room(
    visit: Visit, scene: Scene, site: str
) -> None:
    for width, shown in ((DESK, True), (PHONE, False)):
        admin = admin_at(visit, scene, site, width=width)
        admin.press("main th a >> nth=0")
        assert admin.find(".caselist").is_visible() is shown


@pytest.mark.parametrize("width", [SMALL_PHONE, PHONE])
def test_on_a_phone_the_bar_is_two_lines_and_the_filters_are_folded(
    visit: Visit, scene: Scene, site: str, width: int
) -> None:
    admin = admin_at(visit, scene, site, width=width)
    bar = admin.find(".topbar").bounding_box()
    assert bar is not None
    assert bar["height"] <= 110
    assert not admin.find("#q").is_visible()
    admin.find(".fold__summary").click()
    admin.type(q="Tengah")
    admin.press("form[role=search] button")
    assert admin.find("main th a").all_inner_texts() == ["Tengah"]
    assert admin.find("#q").is_visible()


def test_on_a_wide_screen_the_filters_are_not_folded(visit: Visit, scene: Scene, site: str) -> None:
    admin = admin_at(visit, scene, site)
    assert admin.find("#q").is_visible()
    assert not admin.find(".fold__summary").is_visible()


def test_rows_on_a_phone_are_compact(visit: Visit, scene: Scene, site: str) -> None:
    admin = admin_at(visit, scene, site, width=PHONE)
    heights = [row.bounding_box() for row in admin.find("main tbody tr").all()]
    assert all(box and box["height"] <= 90 for box in heights), heights


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_act_is_one_press_away(
    visit: Visit, scene: Scene, site: str, scripts: bool
) -> None:
    admin = admin_at(visit, scene, site, width=PHONE, scripts=scripts)
    admin.press("main th a >> nth=0")
    admin.find(".jumps__act").click()
    admin.page.wait_for_timeout(200)
    box = admin.find(".panel--due").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 300
