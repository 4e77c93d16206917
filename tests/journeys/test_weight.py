"""The budgets of a page on a cheap telephone: bytes over the wire, requests, nothing that jumps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.accounts.people import PASSWORD
from tests.desk.test_pictures import choose
from tests.desk.test_settings import publish
from tests.factories import make_agency
from tests.files.test_drawing import noise
from tests.journeys.conftest import House
from tests.journeys.gallery import Gallery
from tests.journeys.test_keepers import coordinator
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import DESK, PHONE, Device, Visitor, visiting
from tests.journeys.walks import REPORT, answer_questions, numbers_of, sign_in
from tests.journeys.weighing import Scales, Weight
from tests.scenes import Scene

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]

CITIZEN, JOURNEY, AT_DESK, CONSOLE = 60_000, 150_000, 200_000, 300_000
MOST_REQUESTS = 8
MOST_SHIFT = 0.02
Walk = Callable[[Visitor, Gallery, Scales], None]


def opened(path: str) -> Walk:
    def walk(visitor: Visitor, gallery: Gallery, scales: Scales) -> None:
        reference = gallery.cases["awaiting_reply"].reference
        visitor.open(path.format(site=gallery.site, reference=reference))

    return walk


def wrong_answer(visitor: Visitor, gallery: Gallery, scales: Scales) -> None:
    visitor.open(f"{gallery.site}/lapor")
    scales.start_anew()
    visitor.go_on()


def tracked(visitor: Visitor, gallery: Gallery, scales: Scales) -> None:
    filed = gallery.filed("late")
    visitor.open(f"{gallery.site}/lacak")
    visitor.type(reference=filed.reference, access_code=filed.access_code)
    scales.start_anew()
    visitor.go_on()


CITIZEN_PAGES: dict[str, Walk] = {
    "national front": opened("/"),
    "national search": opened("/?q=instansi"),
    "directory": opened("/instansi"),
    "front": opened("{site}/"),
    "public list": opened("{site}/laporan"),
    "public case": opened("{site}/laporan/{reference}"),
    "question": opened("{site}/lapor"),
    "question answered wrongly": wrong_answer,
    "track": opened("{site}/lacak"),
    "tracked": tracked,
    "not found": opened("{site}/tidak/ada"),
}


def faults_of(scales: Scales, most: int, requests: int | None = None) -> list[str]:
    weight, shift = scales.weigh(), scales.shift()
    return [
        *([f"{weight.size} bytes of {most}"] if weight.size > most else []),
        *([f"{weight.requests} requests"] if requests and weight.requests > requests else []),
        *([f"moves by {shift:.3f}"] if shift > MOST_SHIFT else []),
    ]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_citizens_page_is_light_at_first_view(
    chromium: Browser, gallery: Gallery, width: int
) -> None:
    """Each with an empty cache. What led there is not the page's own."""
    faults = {}
    for name, walk in CITIZEN_PAGES.items():
        with visiting(chromium, gallery.house.origin, Device(width)) as visitor:
            scales = Scales(visitor)
            walk(visitor, gallery, scales)
            if found := faults_of(scales, CITIZEN, MOST_REQUESTS):
                faults[name] = found
    assert not faults, faults


@pytest.fixture(scope="module")
def branded(app: Flask) -> Scene:
    """An agency with the richest pictures there can be."""
    scene = Scene(app, make_agency(app))
    wear_pictures(scene)
    return scene


@pytest.mark.parametrize(("width", "sharpness"), [(PHONE, 1), (PHONE, 3), (DESK, 1), (DESK, 2)])
def test_an_agencys_own_pictures_leave_its_front_page_light(
    chromium: Browser, house: House, branded: Scene, width: int, sharpness: int
) -> None:
    """On every kind of screen."""
    with visiting(chromium, house.origin, Device(width, sharpness=sharpness)) as visitor:
        scales = Scales(visitor)
        visitor.open(house.site(branded.agency))
        loaded = visitor.page.evaluate("[...document.images].map((one) => one.naturalWidth)")
        assert len(loaded) == 2
        assert all(loaded)
        assert not faults_of(scales, CITIZEN, MOST_REQUESTS)


def wear_pictures(scene: Scene) -> None:
    admin = scene.desk()
    sign, photo = noise((400, 300)), noise((1300, 700))
    choose(admin, logo_berkas=("logo.png", sign), cover_berkas=("kantor.png", photo))
    publish(admin)


def test_the_whole_way_to_a_filed_report_is_light(chromium: Browser, gallery: Gallery) -> None:
    """From the agency's front page to the two numbers, without a photo, the cache at work."""
    with visiting(chromium, gallery.house.origin, Device(PHONE)) as visitor:
        scales = Scales(visitor)
        visitor.open(gallery.site)
        total, shifts = scales.weigh(), [scales.shift()]
        visitor.open(f"{gallery.site}/lapor")
        for _page in answer_questions(visitor, REPORT):
            total += scales.weigh()
            shifts.append(scales.shift())
        visitor.go_on()
        total += scales.weigh()
        assert numbers_of(visitor).reference
    assert 10_000 < total.size <= JOURNEY, total
    assert max(shifts) <= MOST_SHIFT, shifts


def test_the_desk_and_the_console_are_light_at_first_view(
    app: Flask, chromium: Browser, gallery: Gallery
) -> None:
    case = gallery.cases["in_progress"].reference
    staff, national = email_of(gallery.scene, "admin"), coordinator(app, "super_admin")
    faults = {}
    for site, email, pages, most in (
        (gallery.site, staff, ("/desk/", f"/desk/laporan/{case}", "/kelola/orang/"), AT_DESK),
        (gallery.house.origin, national, ("/nasional/", "/nasional/instansi"), CONSOLE),
    ):
        for path in pages:
            with visiting(chromium, gallery.house.origin, Device(DESK)) as visitor:
                scales = Scales(visitor)
                sign_in(visitor, site, email, PASSWORD)
                scales.start_anew()
                visitor.open(site + path)
                if found := faults_of(scales, most):
                    faults[path] = found
    assert not faults, faults


def test_a_second_page_brings_only_itself(chromium: Browser, gallery: Gallery) -> None:
    """Style sheets and scripts are kept for a year under an address that changes with them."""
    with visiting(chromium, gallery.house.origin, Device(PHONE)) as visitor:
        scales = Scales(visitor)
        visitor.open(gallery.site)
        first = scales.weigh()
        visitor.open(f"{gallery.site}/laporan")
        second = scales.weigh()
    assert first.requests > 3
    assert second == Weight(1, second.size)
