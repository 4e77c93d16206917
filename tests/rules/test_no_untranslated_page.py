"""Every page, opened in English: what stands there is English, but for what people wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.dialects.postgresql import JSONB
from werkzeug.routing import Rule

from sp4n.accounts.models import Coordinator
from sp4n.addresses.domains import add_domain, take_proof
from sp4n.addresses.probing import Fault, Proof
from sp4n.notices.letters import Letter
from sp4n.notices.own_texts import KINDS
from sp4n.notices.words import WORDS, words_of
from sp4n.settings.intake import read_intake
from sp4n.settings.models import RoadMap
from sp4n.settings.tile_map import SPOTS
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency, Region
from sp4n.tenants.resolver import AgencyFacts, agencies_facts
from sp4n.workbench.replies import PLACEHOLDERS
from tests.factories import make_agency
from tests.page_rules import tree_of
from tests.pages import Browser, Page
from tests.rules.foreign_words import foreign, indonesian, words
from tests.scenes import Scene, coordinator_browser

STEPS = ("jenis", "isi", "tempat", "lampiran", "identitas")
LETTERS = [kind.slug for kind in KINDS.values()]
# What would end the walk: signing out, leaving, closing the only account.
FINAL = ("/keluar", "/tutup", "/akhiri", "/akhiri-lain", "/tangguhkan", "/hapus")


@dataclass
class Tourist:
    """Opens every address of a site that takes a GET, and sends every form on it empty."""

    browser: Browser
    names: Sequence[str]
    values: dict[str, Sequence[object]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    good: int = 0
    found: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.browser.strict = False  # other tests look at the form of pages, and try their links

    def walk(self, rules: Sequence[Rule]) -> None:
        self.browser.client.get("/?lang=en")
        forms = [form for rule in rules for path in self.paths(rule) for form in self.open(path)]
        for form in forms:
            self.send(form)

    def paths(self, rule: Rule) -> Iterator[str]:
        columns = {name: self.values_of(rule, name) for name in rule.arguments}
        for place in range(max((len(column) for column in columns.values()), default=1)):
            values = {name: some[place % len(some)] for name, some in columns.items()}
            built = rule.build(values, append_unknown=False)
            assert built is not None, rule
            yield built[1]

    def values_of(self, rule: Rule, name: str) -> Sequence[object]:
        """Of a variable that is not known here: a row that does not exist."""
        room = rule.endpoint.partition(".")[0]
        known = {"name": STEPS, "variant": ("logo",), "letter": LETTERS, **self.values}
        return known.get(f"{room}.{name}") or known.get(name) or (987654321,)

    def open(self, path: str) -> Iterator[Any]:
        page = self.browser.open(path)
        self.look(page)
        for form in page.forms():
            if form.method == "post" and urlsplit(form.action).path not in self.seen:
                self.seen.add(urlsplit(form.action).path)
                yield form

    def send(self, form: Any) -> None:
        if not urlsplit(form.action).path.endswith(FINAL):
            hidden = {
                one.get("name"): one.get("value", "")
                for one in form.element.iter("input")
                if one.get("type") == "hidden"
            }
            self.look(self.browser.send_filled(form, hidden))

    def look(self, page: Page) -> None:
        if "text/html" not in page.headers.get("Content-Type", ""):
            return
        self.good += page.status == 200
        texts = foreign(page.tree, self.names)
        if texts:
            self.found[f"{page.status} {page.url}"] = texts


def rules_of(app: Flask, site: str) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.subdomain == site and "GET" in (rule.methods or ())
    ]


@pytest.fixture
def scene(app: Flask) -> Scene:
    """An agency where nobody wrote a word of Indonesian."""
    scene = Scene(app, make_agency(app, name="Qyxland", short_name="Qyx"))
    scene.admin = scene.person("admin", "Ubby Qaz")
    return scene


@pytest.fixture
def names(scene: Scene, superuser: sa.Connection, app: Flask) -> list[str]:
    """Of agencies, their own topics, places and coordinators, other tests' ones, too: the lists
    hold them all."""
    # What a road map calls the parts of a plan is quoted, as its name is.
    section = sa.func.jsonb_array_elements(RoadMap.sections, type_=JSONB).label("section")
    guideline = sa.select(section).subquery()
    rows = superuser.execute(
        sa.union(
            sa.select(Agency.name),
            sa.select(Agency.short_name),
            sa.select(Agency.slug),
            sa.select(Coordinator.name),
            sa.select(Region.name),
            sa.select(RoadMap.name),
            sa.select(guideline.c.section["name"].astext),
            sa.select(guideline.c.section["group"].astext),
            sa.select(sa.func.replace(Region.name, "Provinsi ", "")),
        )
    )
    with app.app_context(), edge(NATIONAL):
        intakes = {facts.intake for facts in agencies_facts(sa.true()) if facts.intake}
    topics = [one.name for intake in intakes for one in read_intake(intake).own]
    tiles = [spot.short for spot in SPOTS.values()]  # on the map wherever the provinces are loaded
    # What a letter or an answer may name is named the same in every language.
    named = [str(one) for kind in KINDS.values() for one in (*kind.placeholders, *PLACEHOLDERS)]
    return [
        "Bahasa / Language",
        "Ayu Nasional",
        *named,
        *tiles,
        *topics,
        *(name for (name,) in rows if name),
    ]


def case(scene: Scene, **over: Any) -> Any:
    wrote = {"title": "Qwx", "description": "Zxw", "location": "Vzq", "reporter_name": "Xyq"}
    return scene.filed(language="en", **{**wrote, **over})


def published(scene: Scene, **over: Any) -> Any:
    return scene.verify(case(scene), public_title="Qwx", public_body="Zxw", **over)


def cases(scene: Scene, unit_id: int) -> list[Any]:
    """One in each state, those that the public sees first."""
    asked = scene.answer(published(scene), body="Zxq", final=True)
    working = scene.answer(scene.assign(published(scene), unit_id), body="Zxq")
    aside = scene.archive(case(scene, confidential=True), message="Zxq")
    scene.note(working, body="Xzq")
    return [asked, working, published(scene), aside, case(scene, anonymous=True)]


def test_citizens_read_english_only(scene: Scene, names: list[str], app: Flask) -> None:
    filed = cases(scene, scene.unit("Xqz"))
    values = {"reference": [one.reference for one in filed]}
    tourist = Tourist(scene.browser(), names, values)
    page, asked = tourist.browser.open("/lacak?lang=en"), filed[0]
    tourist.look(page)
    form = page.form("lacak")
    tourist.browser.send(form, reference=asked.reference, access_code=asked.access_code)
    tourist.walk(rules_of(app, "agency"))
    assert tourist.found == {}
    assert tourist.good > 10


def test_the_way_through_the_filing_form_is_english(scene: Scene, names: list[str]) -> None:
    browser = scene.browser(strict=False)
    tourist = Tourist(browser, names)
    page = browser.open("/lapor?lang=en")
    typed = {"classification": "pengaduan", "title": "Qwx " * 5, "description": "Zxw " * 9}
    while page.has_form("lapor"):
        tourist.look(browser.send_filled(page.form("lapor"), {**page.form("lapor").values}))
        known = {name: typed[name] for name in page.form("lapor").controls if name in typed}
        page = browser.send(page.form("lapor"), **known)
        tourist.look(page)
    assert tourist.found == {}
    assert page.find_all("ticket")


def a_domain(scene: Scene) -> int:
    with scene.inside() as session:
        row = add_domain(session, typed="qwx.example", base_domain="x", actor=scene.admin)
        take_proof(session, row=row, proof=Proof("", (Fault.OTHER, Fault.PRIVATE)))
        return row.id


@pytest.mark.exhaustive
def test_staff_read_english_only(scene: Scene, names: list[str], app: Flask) -> None:
    unit_id = scene.unit("Xqz")
    filed = cases(scene, unit_id)
    values: dict[str, Sequence[object]] = {
        "reference": [one.reference for one in filed],
        "kelola_unit.row_id": [unit_id],
        "kelola_alamat.row_id": [a_domain(scene)],
        "kelola_orang.row_id": [scene.person("liaison", "Ubby Qaz", [unit_id]).id],
    }
    tourist = Tourist(scene.desk(), names, values)
    tourist.walk(rules_of(app, "agency"))
    assert tourist.found == {}
    assert tourist.good > 20


def test_the_national_level_reads_english_only(scene: Scene, names: list[str], app: Flask) -> None:
    filed = cases(scene, scene.unit("Xqz"))
    slug = scene.agency.slug
    browser = coordinator_browser(app, "super_admin")
    browser.strict = False
    entry = browser.open(f"/nasional/instansi/{slug}/buka").form("/buka")
    browser.send(entry, reason="Qwx zxw vzq xyq")
    values: dict[str, Sequence[object]] = {
        "slug": [slug],
        "reference": [one.reference for one in filed],
        "national_admin_agency.row_id": [scene.agency.id],
    }
    tourist = Tourist(browser, names, values)
    tourist.walk(rules_of(app, "national"))
    assert tourist.found == {}
    assert tourist.good > 12


@pytest.mark.parametrize("status", ["suspended", "archived"])
def test_a_closed_agency_says_so_in_english(app: Flask, status: str) -> None:
    agency: AgencyFacts = make_agency(app, name="Qyxland", short_name="Qyx", status=status)
    page = Scene(app, agency).browser(strict=False).open("/lapor?lang=en")
    assert page.status == 403
    assert foreign(page.tree, ["Bahasa / Language"]) == []


@pytest.mark.parametrize("kind", WORDS)
def test_letters_to_readers_of_english_are_english(app: Flask, kind: str) -> None:
    from datetime import date

    days = ("verify_due", "answer_due", "reply_due", "due", "until")
    named = {"reference": "QWX", "who": "QWX", "domain": "qwx.example"}
    facts = {**named, **dict.fromkeys(days, date(2026, 5, 4))}
    with app.test_request_context(), force_locale("en"):
        said = words_of(Letter(kind, "a@example.id", "en", "/", facts), "Qyxland")
    text = " ".join([said.subject, *said.paragraphs, said.link])
    assert "4 May 2026" in text or "until" not in text
    assert indonesian() & words(text) == frozenset()


def test_a_word_of_indonesian_is_seen() -> None:
    page = '<p lang="id">Lanjutkan</p><p title="Lanjutkan">Go on</p><a data-x="Tidak">Qyxland</a>'
    assert foreign(tree_of(page), ["Qyxland"]) == ["Lanjutkan", "Tidak"]


def test_words_of_both_languages_and_names_pass() -> None:
    page = "<p>Status: Pemerintah Kota Uji, ayu@contoh.id</p><script>tidak</script>"
    assert foreign(tree_of(page), ["Pemerintah Kota Uji"]) == []
