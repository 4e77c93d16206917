"""What every page keeps in a browser: nothing beyond the right edge of a small phone, a focus that
is seen, and nothing that the policy blocks (`Visitor.look`). More is in `test_accessibility`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.accounts.people import PASSWORD
from tests.journeys.conftest import House, Visit
from tests.journeys.test_keepers import coordinator
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import DESK, SMALL_PHONE, Device, Visitor
from tests.journeys.walks import sign_in
from tests.scenes import Scene

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]

LONG = "Pengaduan" + "panjangsekali" * 8
NATIONAL = ["/", "/?q=uji", "/?q=qwxyz", "/instansi", "/lacak?reference=x", "/masuk", "/x"]
PUBLIC = ["/", "/laporan", "/laporan/{}", "/lacak", "/lapor", "/masuk", "/lupa-sandi", "/x"]
STAFF = ["/desk/", "/desk/laporan/{}", "/kelola/jejak/", "/kelola/", "/kelola/unit/", "/akun"]
CONSOLE = [
    "/nasional/",
    "/nasional/instansi",
    "/nasional/instansi/{agency}",
    "/nasional/instansi/{agency}/buka",
    "/nasional/kelola/",
    "/nasional/kelola/instansi/",
]
SHOWN = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    return {
        name: one.tagName + " " + one.textContent.trim(),
        inside: box.top >= 0 && box.left >= 0 && box.right <= innerWidth && box.height > 10,
        outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
}"""


@pytest.fixture
def busy(scene: Scene) -> tuple[Scene, str]:
    """With a long word in a title, and a case that is answered, noted and late."""
    filing = scene.assign(
        scene.verify(scene.filed(title=LONG), public_title=LONG), scene.unit("Dinas " + LONG)
    )
    scene.note(scene.answer(filing), "catatan")
    return scene, filing.reference


def every_page(
    visitor: Visitor, app: Flask, house: House, scene: Scene, reference: str
) -> Iterator[str]:
    site = house.site(scene.agency)
    yield from (house.origin + path for path in NATIONAL)
    yield from (site + path.format(reference) for path in PUBLIC)
    sign_in(visitor, site, email_of(scene, "admin"), PASSWORD)
    yield from (site + path.format(reference) for path in STAFF)
    sign_in(visitor, house.origin, coordinator(app, "super_admin"), PASSWORD)
    yield from (house.origin + path.format(agency=scene.agency.slug) for path in CONSOLE)


def test_no_page_is_wider_than_a_small_phone_without_scripts(
    app: Flask, visit: Visit, house: House, busy: tuple[Scene, str]
) -> None:
    visitor = visit(Device(SMALL_PHONE, scripts=False))
    looked_at = []
    for address in every_page(visitor, app, house, *busy):
        visitor.open(address)  # looks: too wide a page fails there
        looked_at.append(address)
    assert len(set(looked_at)) >= len(STAFF) + len(CONSOLE)


def test_the_first_press_of_tab_shows_where_one_is(
    app: Flask, visit: Visit, house: House, busy: tuple[Scene, str]
) -> None:
    visitor = visit(Device(DESK))
    for address in every_page(visitor, app, house, *busy):
        visitor.open(address)
        if visitor.find("[data-error-summary]").count():
            continue  # which has the focus already
        visitor.page.keyboard.press("Tab")
        shown = visitor.page.evaluate(SHOWN)
        assert shown["inside"], (address, shown)
        assert shown["outline"], (address, shown)
        visitor.page.keyboard.press("Enter")
        assert visitor.page.evaluate("document.activeElement.id") == "main", address
