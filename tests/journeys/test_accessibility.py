"""Every page and state of the journeys, held against WCAG 2.2 AA: with axe in light and in dark, in
both languages, at 320 px, at twice the text, with the system's colours, and with a keyboard.

A telephone reads Indonesian and is light, a desk reads English and is dark. What citizens open is
walked through with both. What officials open is walked through with the telephone; there each state
is also spread out to a desk's width and darkened, and the rules that depend on that are asked
again. What no layout and no language changes is looked at on the telephone alone. A page that comes
back in another state is asked what a state can change: the rules, the words, and its width.
`SCALE=full` walks through everything on both devices, and looks at everything in both schemes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.journeys.beginning_gallery import beginning_pages
from tests.journeys.conftest import House
from tests.journeys.endings_gallery import dispute_pages, ending_pages
from tests.journeys.examining import Examiner, Scheme
from tests.journeys.gallery import (
    Gallery,
    agency_pages,
    filing_pages,
    furnished,
    national_pages,
    tracking_pages,
    unfinished_pages,
)
from tests.journeys.people_gallery import (
    own_absence_pages,
    passkey_pages,
    people_pages,
    second_factor_pages,
)
from tests.journeys.proof_gallery import proof_pages, retention_pages
from tests.journeys.questions_gallery import question_pages
from tests.journeys.refusals_gallery import letters_of, parts_pages, refusal_pages, shown_at
from tests.journeys.staff_gallery import (
    account_pages,
    addresses_pages,
    console_pages,
    desk_pages,
    keeping_pages,
    settings_pages,
)
from tests.journeys.tools_gallery import tools_pages
from tests.journeys.visitor import DESK, PHONE, Device, visiting

pytestmark = pytest.mark.browser

FULL = os.environ.get("SCALE") == "full"
FOR_CITIZENS = {
    "public": (national_pages, agency_pages, parts_pages),
    "filing": (filing_pages, unfinished_pages),
    "questions": (question_pages,),
    "tracking": (tracking_pages, ending_pages, proof_pages),
    "accounts": (account_pages,),
    "refusals": (refusal_pages,),
}
FOR_OFFICIALS = {
    "desk": (desk_pages, keeping_pages, tools_pages, settings_pages, addresses_pages),
    "people": (people_pages, own_absence_pages, second_factor_pages, passkey_pages),
    "beginning": (beginning_pages,),
    "console": (console_pages,),
    "retention": (retention_pages,),
    "disputes": (dispute_pages,),
}
WALKS = {**FOR_CITIZENS, **FOR_OFFICIALS}
WALKED = [
    *((walk, "id") for walk in WALKS),
    *((walk, "en") for walk in (WALKS if FULL else FOR_CITIZENS)),
]
DEVICES = {"id": Device(PHONE), "en": Device(DESK, language="en", scheme="dark")}
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}
# What is open before the first look at it has moved is looked at first: focus comes last.
LOOKS: dict[str, Callable[[Examiner], list[str]]] = {
    "faults said": Examiner.faults_said,
    "axe": Examiner.rules,
    "320 px": Examiner.reflow,
    "twice the text": Examiner.large_text,
    "forced colours": Examiner.forced_colours,
    "less motion": Examiner.motion,
    "names": Examiner.names,
    "focus": Examiner.focus,
}


# References and ids: the page of one case is that of another.
NUMBERS = re.compile(r"(?<=/)([0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{4}|[0-9]+)(?=/|$)")
ON_A_PHONE = {"320 px", "forced colours", "less motion"}
OF_EACH_STATE = {"faults said", "axe", "320 px"}


def looks(walk: str, device: Device, *, again: bool) -> dict[str, Callable[[Examiner], list[str]]]:
    """At full scale all that there are, and the colours of the other scheme as well. `again`: the
    page was looked at in another state."""
    if FULL:
        return {**LOOKS, "other scheme": lambda page: page.contrast(OTHER[page.scheme])}
    left = set() if device.width == PHONE else ON_A_PHONE
    found = {name: look for name, look in LOOKS.items() if name not in left}
    if again:
        return {name: look for name, look in found.items() if name in OF_EACH_STATE}
    if walk in FOR_OFFICIALS:
        found["at a desk, dark"] = lambda page: page.other_shape(DESK, "dark")
    return found


@pytest.fixture(scope="module")
def gallery(app: Flask, house: House, tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    return furnished(app, house, tmp_path_factory.mktemp("gallery"))


@pytest.mark.parametrize(("walk", "language"), WALKED)
def test_every_state_of_every_page_is_accessible(
    chromium: Browser, gallery: Gallery, walk: str, language: str
) -> None:
    faults, seen, pages_seen = {}, [], set()
    device = DEVICES[language]
    with visiting(chromium, gallery.house.origin, device) as visitor:
        for pages in WALKS[walk]:
            for name in pages(visitor, gallery):
                seen.append(name)
                page = NUMBERS.sub("0", urlsplit(visitor.page.url).path)
                examiner = Examiner(visitor.page, device.scheme)
                asked = looks(walk, device, again=page in pages_seen)
                pages_seen.add(page)
                for look, faults_of in asked.items():
                    if found := faults_of(examiner):
                        faults[f"{name} ({look})"] = found
    assert not faults, "\n".join(f"{where}: {what}" for where, what in faults.items())
    assert len(seen) == len(set(seen))


def test_every_letter_is_accessible(chromium: Browser, gallery: Gallery) -> None:
    """As a mail program shows it: without a frame of ours around it."""
    faults = {}
    address = f"{gallery.site}/surat"
    for subject, letter in letters_of(gallery).items():
        language = "en" if 'lang="en"' in letter.html else "id"
        with (
            visiting(chromium, gallery.house.origin, Device(PHONE, language=language)) as visitor,
            shown_at(visitor, address, letter.html),
        ):
            page = Examiner(visitor.page)
            # axe takes the ground of a page without one for white, whatever the scheme.
            visitor.page.evaluate("document.documentElement.style.background = 'Canvas'")
            found = [*page.wcag(), *page.contrast("dark"), *page.reflow(), *page.large_text()]
            if found:
                faults[subject] = found
    assert not faults, faults
