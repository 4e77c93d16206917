"""The national front page: finding an agency by search, kind or place, and tracking from there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.db import db
from sp4n.runtime.embedded import EmbeddedServers
from sp4n.runtime.roles import create_database
from sp4n.settings.operations import load_reference_data
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import AgencySuccession
from sp4n.tenants.register.operations import seed_register
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import SiteClient, make_agency
from tests.page_rules import words_in
from tests.pages import Browser, Page
from tests.scenes import Scene
from tests.servers import migrate

URLS = [f"database{role}_url" for role in ("", "_tenant", "_national", "_relay")]


@pytest.fixture(scope="module")
def app(settings: Settings, database: EmbeddedServers) -> Flask:
    """In a database of its own, with the whole register: other tests count what is in theirs."""
    name = f"{sa.make_url(database.database_url).database}_front"
    create_database(database.superuser_url, name)
    urls = {
        url: sa.make_url(getattr(database, url)).set(database=name).render_as_string(False)
        for url in URLS
    }
    migrate(sa.make_url(urls["database_url"]), "head")
    app = create_app(replace(settings, **urls))
    with app.app_context(), edge(NATIONAL):
        load_reference_data(db.session())
        seed_register(db.session(), today=date(2026, 11, 22), record=lambda *_, **__: None)
    return app


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Links that were tried already: the front page alone has fifty."""
    return set()


@pytest.fixture
def browser(national: SiteClient, seen: set[str]) -> Browser:
    return Browser(national, seen=seen)


def names_on(page: Page) -> list[str]:
    return [words_in(one) for one in page.find_all("agencies__name")]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("badung", "Pemerintah Kabupaten Badung"),
        ("BADUNG ", "Pemerintah Kabupaten Badung"),
        ("pemkab badung", "Pemerintah Kabupaten Badung"),
        ("badungkab", "Pemerintah Kabupaten Badung"),
        ("badumg", "Pemerintah Kabupaten Badung"),
        ("BPOM", "Badan Pengawas Obat dan Makanan"),
        ("bpom", "Badan Pengawas Obat dan Makanan"),
        ("Kementerian Kesehatan", "Kementerian Kesehatan"),
    ],
)
def test_an_agency_is_found_as_people_type_it(browser: Browser, typed: str, name: str) -> None:
    page = browser.open("/")
    page = browser.send(page.forms()[0], q=typed)
    assert names_on(page)[:1] == [name]
    page = browser.follow(page, name)
    assert (page.status, page.heading) == (200, "Ada masalah dengan layanan publik?")
    assert name in page.title


@pytest.mark.parametrize(
    "typed", ["qwxyzq", "%00", "😀", "%", "_", "'; DROP TABLE agency; --", "x" * 3000, "%E2%80%AE"]
)
def test_what_is_not_found_is_said_and_leads_on(browser: Browser, typed: str) -> None:
    page = browser.open("/", q=typed) if typed == "%00" else browser.open(f"/?q={typed}")
    assert page.status == 200
    assert not names_on(page)
    assert page.link("Kementerian")


def test_the_search_box_keeps_what_was_typed_and_nothing_in_it_is_markup(
    browser: Browser,
) -> None:
    page = browser.send(browser.open("/").forms()[0], q='"><script>alert(1)</script>')
    assert page.forms()[0].values["q"] == '"><script>alert(1)</script>'


def test_the_map_and_the_list_lead_to_the_same_38_provinces(browser: Browser) -> None:
    page = browser.open("/")
    tiles, [places] = page.find_all("tile"), page.find_all("places")
    on_map = {link.get("href"): words_in(link) for tile in tiles for link in tile.iter("a")}
    in_list = {link.get("href"): words_in(link) for link in places.iter("a")}
    assert len(on_map) == len(tiles) == 38
    assert set(on_map) == set(in_list)
    for address, name in in_list.items():
        assert name in on_map[address].replace("\u00ad", "")
        assert on_map[address].endswith(" instansi")


def test_the_directory_is_narrowed_by_province_and_kind(browser: Browser) -> None:
    page = browser.follow(browser.open("/"), "Bali")
    assert len(names_on(page)) == 10
    assert "Pemerintah Kota Denpasar" in names_on(page)
    page = browser.send(page.form("/instansi"), jenis="provinsi")
    assert names_on(page) == ["Pemerintah Provinsi Bali"]
    page = browser.send(page.form("/instansi"), jenis="kementerian", provinsi="")
    assert "49 instansi" in page.words


def test_the_directory_has_pages_that_show_everyone_once(browser: Browser) -> None:
    browser.strict = False
    page, seen = browser.open("/instansi?jenis=kota"), []
    while True:
        seen += names_on(page)
        if not any("Berikutnya" in words_in(a) for a in page.tree.iter("a")):
            break
        page = browser.follow(page, "Berikutnya")
    assert len(seen) == len(set(seen)) == 93
    browser.strict = True
    assert browser.follow(page, "Sebelumnya").status == 200


@pytest.mark.parametrize(
    "query",
    ["hal=0", "hal=-1", "hal=abc", "hal=999999999", "jenis=x", "provinsi=%00", "provinsi=x"],
)
def test_an_address_that_says_nonsense_shows_a_page_all_the_same(
    browser: Browser, query: str
) -> None:
    assert browser.open(f"/instansi?{query}").status == 200


def test_an_archived_agency_is_found_and_names_its_successors(app: Flask, browser: Browser) -> None:
    former = make_agency(app, status="archived", search_text=" kemlebur ")
    heir = make_agency(app)
    with app.app_context(), edge(NATIONAL):
        db.session.add(AgencySuccession(predecessor_id=former.id, successor_id=heir.id))
    page = browser.open("/?q=kemlebur")
    assert names_on(page) == [former.name]
    assert "Sudah digabung atau dipecah" in page.words
    assert urlsplit(page.link(heir.short_name)).hostname == f"{heir.slug}.localhost"


def test_a_reference_leads_to_the_agency_that_has_the_case(
    app: Flask, browser: Browser, agency: AgencyFacts
) -> None:
    filing = Scene(app, agency).filed()
    page = browser.open("/lacak")
    page = browser.send(page.form("/lacak"), reference=f" {filing.reference.lower()} ")
    assert urlsplit(page.url).hostname == f"{agency.slug}.localhost"
    assert page.form("lacak").values["reference"]


@pytest.mark.parametrize("typed", ["XXX", "KP7-4XM-9R3T", "%00%00x", "😀", "x" * 500])
def test_an_unknown_reference_is_said_at_the_field(browser: Browser, typed: str) -> None:
    page = browser.open(f"/lacak?reference={typed}")
    assert page.status == 404
    assert page.title.startswith("Galat:")
    assert len(page.errors) == 1
