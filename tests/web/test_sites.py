"""Whose page an address is, what every answer carries, and which language it speaks."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from sp4n.tenants.register.palette import stylesheet_version
from tests.factories import ClientFor, SiteClient
from tests.pages import Browser
from tests.scenes import Scene, coordinator_browser

NOBODYS = [
    "http://tidak-ada.localhost:8000/",
    "http://localhost:8000/i/tidak-ada/",
    "http://localhost:8000/i/tidak-ada/lacak",
    "http://localhost:8000/i/Tidak_Ada/",
    "http://contoh.example/",
    "http://a.b.localhost:8000/",
]


def test_every_address_that_is_nobodys_gets_the_same_page(national: SiteClient) -> None:
    browser = Browser(national, strict=False)
    pages = [browser.open(url) for url in NOBODYS]
    assert {page.status for page in pages} == {404}
    assert len({page.words for page in pages}) == 1
    for url in NOBODYS[:4]:
        Browser(national).open(url)


@pytest.mark.parametrize("path", ["/tidak/ada", "/laporan/KP7-4XM-9R3T", "/lacak/x/y/z"])
def test_what_an_agency_does_not_have_is_not_found_in_its_own_colours(
    scene: Scene, path: str
) -> None:
    page = scene.browser().open(path)
    assert page.status == 404
    assert page.heading == "Halaman tidak ditemukan"
    assert scene.agency.name in page.title


@pytest.mark.parametrize("path", ["/desk", "/kelola", "/kelola/unit", "/kelola/orang"])
def test_an_address_without_its_last_slash_leads_on_at_the_same_host(
    scene: Scene, path: str
) -> None:
    page = scene.desk().open(path)
    assert page.status == 200
    assert {urlsplit(url).netloc for url in (page.url, *page.hops)} == {
        f"{scene.agency.slug}.localhost:8000"
    }
    assert coordinator_browser(scene.app).open("/nasional").path == "/nasional/"


def test_one_agency_is_reached_by_host_and_by_path(scene: Scene, national: SiteClient) -> None:
    by_host = scene.browser().open("/laporan")
    by_path = Browser(national).open(f"/i/{scene.agency.slug}/laporan")
    assert by_host.words == by_path.words
    assert scene.agency.name in by_path.title


def test_a_session_is_host_only_and_of_one_site(scene: Scene, national: SiteClient) -> None:
    answer = scene.browser().client.get("/lacak")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("sp4n=")
    assert "Domain" not in cookie
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/;"))
    cookie = national.get(f"/i/{scene.agency.slug}/lacak").headers["Set-Cookie"]
    assert cookie.startswith(f"sp4n-{scene.agency.slug}=")
    assert f"Path=/i/{scene.agency.slug}/;" in cookie


def test_pages_for_everyone_set_no_cookie(scene: Scene, national: SiteClient) -> None:
    for client, path in (
        (national, "/"),
        (national, "/instansi"),
        (scene.browser().client, "/"),
        (scene.browser().client, "/laporan"),
        (scene.browser().client, "/warna.css"),
    ):
        assert "Set-Cookie" not in client.get(path).headers, path


def test_english_is_chosen_by_the_switch_and_stays(scene: Scene) -> None:
    browser = scene.browser()
    page = browser.open("/lacak")
    assert page.heading == "Lacak laporan"
    page = browser.follow(page, "EN")
    assert page.tree.get("lang") == "en"
    assert browser.open("/laporan").tree.get("lang") == "en"
    page = browser.follow(browser.open("/laporan?q=jalan"), "ID")
    assert page.tree.get("lang") == "id"
    assert page.forms()[0].values["q"] == "jalan"


@pytest.mark.parametrize("asked", ["fr", "EN", "", "../../etc", "en%00", "id-ID"])
def test_a_language_that_there_is_not_is_indonesian(scene: Scene, asked: str) -> None:
    assert scene.browser().open(f"/lacak?lang={asked}").tree.get("lang") == "id"


def test_every_page_has_the_switch_with_its_own_address(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    citizen, desk, console = scene.browser(), scene.desk(), coordinator_browser(scene.app)
    pages = [citizen.open(path) for path in ("/", "/laporan", "/lacak", "/masuk", "/nope")]
    pages += [desk.open(path) for path in ("/desk/", f"/desk/laporan/{filing.reference}", "/akun")]
    pages += [console.open(path) for path in ("/nasional/", "/nasional/instansi", "/akun")]
    for page in pages:
        for language in ("id", "en"):
            [link] = [a.get("href") for a in page.tree.iter("a") if a.get("hreflang") == language]
            assert link == f"{page.path}?lang={language}"


def test_a_language_link_never_leads_to_another_host(national: SiteClient) -> None:
    page = Browser(national, strict=False).open("http://localhost:8000//contoh.example/%00")
    links = [a.get("href") for a in page.tree.iter("a") if a.get("hreflang")]
    assert links
    assert all(re.match(r"/[^/]", link) and "\0" not in link for link in links)


def test_an_agencys_colours_are_its_own_and_kept_by_their_hash(
    scene: Scene, client_for: ClientFor
) -> None:
    page = scene.browser().open("/")
    version = stylesheet_version(scene.agency.colour)
    [address] = [url for url in page.links if "warna.css" in url]
    assert address.endswith(f"/warna.css?v={version}")
    answer = scene.browser().client.get(address)
    assert answer.mimetype == "text/css"
    assert scene.agency.colour in answer.get_data(as_text=True)
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "max-age=60" in scene.browser().client.get("/warna.css").headers["Cache-Control"]
    assert client_for(None).get("/warna.css").status_code == 404


def test_nothing_private_is_kept_by_a_cache(scene: Scene) -> None:
    scene.filed()
    for path in ("/desk/", "/akun", "/desk/jejak"):
        assert scene.desk().open(path).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/static/app.css"])
def test_what_is_every_sites_answers_on_every_host(
    scene: Scene, national: SiteClient, path: str
) -> None:
    for client in (national, scene.browser().client):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/laporan", 405), ("DELETE", "/", 405), ("GET", "/desk/laporan/x/jawab", 405)],
)
def test_a_wrong_method_gets_a_page_that_says_what_to_do(
    scene: Scene, method: str, path: str, status: int
) -> None:
    answer = scene.desk().client.open(path, method=method)
    assert answer.status_code == status
    assert "mulailah lagi dari halaman sebelumnya" in answer.get_data(as_text=True)
