"""Every page and state of the journeys, held against WCAG 2.2 AA: with axe in light and in dark, in
both languages, at 320 px, at twice the text, with the system's colours, and with a keyboard.

A telephone reads Indonesian and is light, a desk reads English and is dark. What citizens open is
walked through with both; a page that comes back in another state is looked at in Indonesian. What
officials open is walked through with the telephone; there each state is also spread out to a desk's
width and darkened, and the rules that depend on that are asked again. What no layout and no
language changes is looked at on the telephone alone. A page that comes back in another state is
asked what a state can change: the rules, the words, and its width; from the third state on, when
its kinds of parts have been seen, the words and the width. `SCALE=full` walks through
everything on both devices, and looks at everything in both schemes.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.journeys.beginning_gallery import beginning_pages
from tests.journeys.endings_gallery import dispute_pages, ending_pages
from tests.journeys.examining import Examiner, Scheme
from tests.journeys.gallery import (
    Gallery,
    agency_pages,
    filing_pages,
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
from tests.journeys.refusals_gallery import parts_pages, refusal_pages
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
OF_EACH_STATE, STATES = {"faults said", "axe", "320 px"}, 3


def looks(walk: str, device: Device, *, before: int) -> dict[str, Callable[[Examiner], list[str]]]:
    """At full scale all that there are, and the colours of the other scheme as well. `before`: in
    how many other states the page was looked at."""
    if FULL:
        return {**LOOKS, "other scheme": lambda page: page.contrast(OTHER[page.scheme])}
    left = set() if device.width == PHONE else ON_A_PHONE
    found = {name: look for name, look in LOOKS.items() if name not in left}
    if before:
        asked = OF_EACH_STATE if before < STATES else OF_EACH_STATE - {"axe"}
        return {name: look for name, look in found.items() if name in asked}
    if walk in FOR_OFFICIALS:
        found["at a desk, dark"] = lambda page: page.other_shape(DESK, "dark")
    return found


def faults_of_walk(chromium: Browser, gallery: Gallery, walk: str, language: str) -> list[str]:
    faults, seen, states = [], [], Counter[str]()
    device = DEVICES[language]
    with visiting(chromium, gallery.house.origin, device) as visitor:
        for pages in WALKS[walk]:
            for name in pages(visitor, gallery):
                seen.append(name)
                page = NUMBERS.sub("0", urlsplit(visitor.page.url).path)
                before, states[page] = states[page], states[page] + 1
                if before and language == "en" and not FULL:
                    continue
                examiner = Examiner(visitor.page, device.scheme)
                for look, faults_of in looks(walk, device, before=before).items():
                    faults.extend(f"{name} ({look}): {one}" for one in faults_of(examiner))
    assert len(seen) == len(set(seen))
    return faults
