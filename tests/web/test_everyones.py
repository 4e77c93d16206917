"""What is the same for everyone is compressed and has an ETag; what is somebody's never is."""

from __future__ import annotations

import gzip
from typing import Any

import brotli
import pytest

from sp4n.tenants.register.palette import stylesheet_version
from sp4n.web.everyones import coding_for, language_alone
from tests.factories import ClientFor, SiteClient
from tests.scenes import Scene

YEAR = "public, max-age=31536000, immutable"
UNDO = {"br": brotli.decompress, "gzip": gzip.decompress}


def get(client: SiteClient, path: str, coding: str = "", **headers: str) -> Any:
    return client.get(path, headers={"Accept-Encoding": coding, **headers})


@pytest.mark.parametrize("coding", ["br", "gzip"])
@pytest.mark.parametrize("path", ["/", "/laporan", "/static/app.js", "/static/parts.css"])
def test_what_is_the_same_for_everyone_is_compressed(scene: Scene, coding: str, path: str) -> None:
    client = scene.browser().client
    whole, small = get(client, path), get(client, path, coding)
    assert "Content-Encoding" not in whole.headers
    assert small.headers["Content-Encoding"] == coding
    assert UNDO[coding](small.data) == whole.data
    assert len(small.data) == int(small.headers["Content-Length"]) < len(whole.data) / 2
    assert "Accept-Encoding" in small.vary
    assert "Accept-Encoding" in whole.vary


@pytest.mark.parametrize("path", ["/", "/instansi"])
def test_the_national_sites_pages_are_too(national: SiteClient, path: str) -> None:
    answer = get(national, path, "br")
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Encoding"} <= set(answer.vary)


@pytest.mark.parametrize(
    ("asked", "coding"),
    [
        ("", ""),
        ("identity", ""),
        ("deflate, zstd", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip;q=0", ""),
        ("*", "br"),
        ("br;q=x, ;;;,,,=", "br"),
    ],
)
def test_the_coding_that_is_liked_best_is_chosen(asked: str, coding: str) -> None:
    assert coding_for(asked) in ({coding} if "q=x" not in asked else {"", "br"})


@pytest.mark.parametrize(
    ("cookies", "language"),
    [
        ("", ""),
        ("bahasa=id", "id"),
        ("bahasa=en", "en"),
        ("bahasa=fr", None),
        ("bahasa=en; bahasa=id", None),
        ("bahasa=en; sp4n=x", None),
        ("sp4n=x", None),
        (" bahasa=en", None),
        ("bahasa=en\n", None),
    ],
)
def test_only_the_languages_cookie_says_nothing_of_who_asks(
    cookies: str, language: str | None
) -> None:
    assert language_alone(cookies) == language


def test_no_page_with_a_token_or_a_session_is_compressed(scene: Scene) -> None:
    """Their length would tell what they hold (BREACH)."""
    filing = scene.verify(scene.filed())
    desk, citizen = scene.desk().client, scene.browser().client
    pages = [get(desk, path, "br, gzip") for path in ("/desk/", "/akun", "/", "/laporan")]
    pages += [get(desk, f"/desk/laporan/{filing.reference}", "br, gzip")]
    pages += [get(citizen, path, "br, gzip") for path in ("/lacak", "/masuk", "/", "/lapor")]
    pages += [citizen.get("/lapor", headers={"Accept-Encoding": "br"}, follow_redirects=True)]
    for page in pages:
        assert "Content-Encoding" not in page.headers, page.request.path
        assert page.headers["Cache-Control"] == "private, no-store", page.request.path
        assert "ETag" not in page.headers, page.request.path


def test_a_signed_in_persons_files_are_compressed_all_the_same(scene: Scene) -> None:
    client = scene.desk().client
    for path in ("/static/desk.css", "/static/app.js"):
        assert get(client, path, "br").headers["Content-Encoding"] == "br"


def test_what_somebody_has_is_not_sent_again(scene: Scene) -> None:
    client = scene.browser().client
    for path in ("/", "/laporan", "/warna.css", "/static/app.css"):
        for coding in ("", "br"):
            etag = get(client, path, coding).headers["ETag"]
            assert etag.startswith('W/"')
            again = get(client, path, coding, If_None_Match=etag)
            assert (again.status_code, again.data) == (304, b""), path
            assert again.headers["ETag"] == etag
            assert "Content-Security-Policy" in again.headers
    other = get(client, "/", If_None_Match='W/"another"')
    assert other.status_code == 200


def test_only_the_address_of_this_very_content_is_kept_for_a_year(
    scene: Scene, national: SiteClient
) -> None:
    page = scene.browser().open("/")
    [css] = [url for url in page.links if "/static/app.css" in url]
    colours = f"/warna.css?v={stylesheet_version(scene.agency.colour)}"
    client = scene.browser().client
    assert client.get(css).headers["Cache-Control"] == YEAR
    assert client.get(colours).headers["Cache-Control"] == YEAR
    for path in ("/static/app.css", "/static/app.css?v=0123456789ab", "/warna.css?v=1"):
        assert client.get(path).headers["Cache-Control"] == "public, max-age=60"


def test_a_file_that_sets_a_cookie_is_for_one_browser(scene: Scene) -> None:
    answer = get(scene.browser().client, "/static/app.css?lang=en", "br")
    assert "Set-Cookie" in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["tidak-ada.css", "../app.py", "..%2fapp.py", "%2e%2e/config.py"])
def test_no_other_file_is_served(client_for: ClientFor, name: str) -> None:
    assert client_for(None).get(f"/static/{name}").status_code == 404


def test_a_file_says_what_it_is(client_for: ClientFor) -> None:
    kinds = {"app.css": "text/css", "app.js": "text/javascript", "icon.svg": "image/svg+xml"}
    for name, kind in kinds.items():
        assert client_for(None).get(f"/static/{name}").mimetype == kind
