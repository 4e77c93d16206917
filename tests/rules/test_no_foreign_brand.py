"""Nothing of another agency, or of a default brand, on any page, mail or document of an agency.

Three agencies that set all that can be set; `SCALE=full` looks at every agency of the register.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from flask import Flask, g

from sp4n.audit.actors import SYSTEM
from sp4n.audit.operations import record_national
from sp4n.config import Settings
from sp4n.configuration.catalogue import SETTINGS
from sp4n.configuration.operations import change_draft, publish_draft
from sp4n.db import db
from sp4n.files.checking import Upload
from sp4n.files.cleaning import clean_upload
from sp4n.files.drawing import Sort, draw
from sp4n.files.pictures import keep_picture
from sp4n.notices.jobs import sender_of
from sp4n.notices.letters import Letter
from sp4n.notices.messages import compose
from sp4n.notices.own_texts import written_texts
from sp4n.notices.words import WORDS
from sp4n.portal.receipt import receipt_pdf
from sp4n.settings.extra_questions import Kind, Question, written_questions
from sp4n.settings.intake import Intake, OwnTopic, written_intake
from sp4n.settings.routing import Routing, Rule, written_routing
from sp4n.tenants.addresses import agency_url
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.register.operations import seed_register
from sp4n.tenants.resolver import LINKS, AgencyFacts, agencies_facts, agency_by_id
from tests.attacks.scratch import house
from tests.factories import make_agency
from tests.files.making import picture
from tests.notices.conftest import readable
from tests.notices.test_messages import FACTS
from tests.portal.test_receipt import FILED
from tests.rules.foreign_brand import Brand, Brands, words_of_pdf
from tests.scenes import Scene

LOOKS = (
    ("Gunung Biru", "#1d4f91", (200, 100)),
    ("Sungai Merah", "#a62b2b", (100, 200)),
    ("Tanjung Ungu", "#68329b", (150, 150)),
)
# Loaded by every site from the same address, in nobody's colours.
LIMITS = "0:first_answer::4"
# The last one cites by name who asks every agency for which document.
NO_PAGES = ("/static/", "/keluar", "/dokumen")


def dressed(app: Flask, name: str, colour: str, size: tuple[int, int]) -> Scene:
    """An agency that says of itself all that there is to say, each in words of its own."""
    word = name.split()[1].lower()
    scene = Scene(app, make_agency(app, name=f"Pemerintah Kabupaten {name}", short_name=name))
    free = {key for key, one in SETTINGS.items() if not (one.locked or one.choices)}
    said = {key: f"{key.title()} {word}" for key in free}
    said |= {key: f"https://{key}.com/{word}kab" for key in LINKS}
    said |= {"website": f"https://{word}kab.go.id", "colour": colour}
    said |= {
        key: f"{key}@{word}kab.go.id".replace("_", "") for key in ("contact_email", "reply_to")
    }
    said |= {
        "local_holidays": f"2027-03-03|Hari {word}|SE {word}",
        "time_limits": "0:first_answer::4",
        "message_texts": written_texts(
            {("notice.case_closed", "id", "body"): f"Terima kasih dari {word}."}
        ),
        "intake": written_intake(Intake(own=(OwnTopic(1, "jalan-rusak", f"Topik {word}"),))),
        "routing": written_routing(
            Routing((Rule(1, f"Aturan {word}", scene.unit(f"Dinas {word}"), words=(word,)),))
        ),
        "unit_rules": f"{scene.unit(f'Unit {word}')}:answer_evidence:pengaduan",
        "questions": written_questions([Question("asal", Kind.TEXT, f"Warga {word}?")]),
    }
    said |= {"contact_phone": f"(0361) 55{sum(map(ord, word))}", "twitter": f"https://x.com/{word}"}
    said |= {"public_classes": "aspirasi", "file_kinds": "PDF", "file_size": "4", "file_count": "3"}
    sign, photo = picture("PNG", size), picture("JPEG", (900 + size[0], 700))
    with scene.inside() as session:
        for sort, content in {Sort.LOGO: sign, Sort.ICON: sign, Sort.COVER: photo}.items():
            drawn = draw(clean_upload(Upload("gambar", "", content)), sort)
            said[sort] = keep_picture(session, storage=app.extensions["sp4n.storage"], drawn=drawn)
        version = change_draft(session, answers=said, edits=0, actor=scene.admin)
        publish_draft(session, edits=version.edits, reason="Wajah kami", actor=scene.admin)
    return scene


@pytest.fixture(scope="module")
def scenes(app: Flask) -> list[Scene]:
    found = [dressed(app, *look) for look in LOOKS]
    for scene in found:
        scene.verify(scene.filed())
        with scene.inside():
            scene.agency = agency_by_id(scene.agency.id) or scene.agency
    return found


def paths(app: Flask, *rooms: str) -> Iterator[str]:
    """Every page without a variable."""
    for rule in app.url_map.iter_rules():
        room = rule.endpoint.partition(".")[0]
        is_page = rule.subdomain == "agency" and "GET" in (rule.methods or ())
        wanted = not rooms or room in rooms
        if is_page and wanted and not rule.arguments and not rule.rule.startswith(NO_PAGES):
            yield rule.rule


def of_pages(scene: Scene, brands: Brands, *, rooms: tuple[str, ...] = ()) -> list[str]:
    own, found = Brand(scene.agency), []
    for browser in [scene.browser()] if rooms else [scene.browser(), scene.desk()]:
        for path in paths(scene.app, *rooms):
            answer = browser.client.get(path)
            wrong = list(brands.foreign(own, answer.get_data(as_text=True)))
            found += [f"{path}: {wrong}"] if wrong else []
    return found


# Whom those letters are about, and an agency of the register itself.
OMBUDSMAN = "Ombudsman RI"


def of_mails(scene: Scene, brands: Brands) -> list[str]:
    own, found = Brand(scene.agency), []
    with scene.app.app_context():
        for kind in sorted(WORDS):
            for language in ("id", "en"):
                letter = Letter(kind, "made@contoh.id", language, "/lacak", FACTS)
                link = agency_url(scene.agency, "/lacak")
                sender = sender_of(scene.agency)
                mail = compose(letter, sender=sender, link=link, message_id="outbox-1-1")
                wrong = [
                    one
                    for one in brands.foreign(own, readable(mail))
                    if one != OMBUDSMAN or "ombudsman" not in kind
                ]
                found += [f"{kind}, {language}: {wrong}"] if wrong else []
    return found


def of_receipt(scene: Scene, brands: Brands) -> list[str]:
    agency = scene.agency
    with scene.app.test_request_context("/", base_url=f"http://{agency.slug}.localhost/"):
        g.agency = agency
        words = words_of_pdf(receipt_pdf(FILED, "K9M3-XT6M-HC9H-57YW", proof="K9M3-XT6M-HC9H"))
    assert agency.slug in words
    return list(brands.foreign(Brand(agency), words, colours=False))


def test_an_agency_wears_its_own_brand_and_nobody_elses(scenes: list[Scene]) -> None:
    brands = Brands(Brand(scene.agency) for scene in scenes)
    for scene in scenes:
        assert of_pages(scene, brands) == []
        assert of_mails(scene, brands) == []
        assert of_receipt(scene, brands) == []


def test_what_is_looked_for_would_be_found(scenes: list[Scene]) -> None:
    """Each agency's front page is full of what another's must not show."""
    brands = Brands(Brand(scene.agency) for scene in scenes)
    own, other = scenes[0], Brand(scenes[1].agency)
    front = own.browser().client.get("/").get_data(as_text=True)
    found = set(brands.foreign(other, front))
    agency = own.agency
    said = {agency.name, agency.welcome_title, agency.contact_phone, agency.contact_email}
    said |= {agency.address, agency.opening_hours, agency.cover_alt, agency.logo, agency.cover}
    assert said <= found
    colours = own.browser().client.get("/warna.css").get_data(as_text=True)
    assert agency.colour in set(brands.foreign(other, colours))


@pytest.mark.timeout(3600)
@pytest.mark.skipif(os.environ.get("SCALE") != "full", reason="SCALE=full: ten minutes")
def test_no_agency_of_the_register_shows_another(settings: Settings, data_dir: Path) -> None:
    with house(settings, data_dir, "sp4n_brands") as (app, _superuser):
        agencies = register(app)
        brands = Brands(map(Brand, agencies))
        found: dict[str, list[str]] = {}
        for agency in agencies:
            scene = Scene(app, agency)
            wrong = of_pages(scene, brands, rooms=("portal", "accounts"))
            wrong += of_mails(scene, brands) + of_receipt(scene, brands)
            found |= {agency.slug: wrong} if wrong else {}
        assert len(agencies) > 600
        assert found == {}


def register(app: Flask) -> list[AgencyFacts]:
    with app.app_context(), edge(NATIONAL):
        record = partial(record_national, actor=SYSTEM)
        seed_register(db.session(), today=date(2026, 11, 28), record=record)
    with app.app_context(), edge(NATIONAL):
        return [one for one in agencies_facts() if one.active]
