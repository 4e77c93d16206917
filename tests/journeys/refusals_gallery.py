"""Pages that say no, each as its visitor meets it; the page of parts; and the HTML of mails."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from bench.surroundings import becomes
from sp4n.errors import Invalid, NotAllowed, NotPossible, TooMany
from sp4n.notices.gateways import KeptMail
from tests.accounts.people import PASSWORD
from tests.factories import SiteClient
from tests.journeys.gallery import Gallery, States
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import Visitor
from tests.journeys.walks import sign_in

SENT = """([address, name, size]) => {
    const form = document.createElement("form"), field = document.createElement("textarea");
    Object.assign(form, { method: "post", action: address, enctype: "multipart/form-data" });
    Object.assign(field, { name, value: "x".repeat(size) });
    form.append(field);
    document.body.append(form);
    form.submit();
}"""
TOO_LARGE = 3_000_000
KINDS = 4  # filed, verified, answered, archived; in each language
# What no visitor can bring about here: raised in the place of a front page.
RAISED: dict[str, Callable[[], Exception]] = {
    "403": NotAllowed,
    "409": NotPossible,
    "422": lambda: Invalid("Isian ini tidak dapat diterima."),
    "429": lambda: TooMany("Terlalu banyak percobaan.", retry_after=40),
    "500": lambda: RuntimeError("unforeseen"),
    "503": lambda: OperationalError("select 1", {}, Exception("away")),
}


def refusal_pages(visitor: Visitor, gallery: Gallery) -> States:
    site = gallery.site
    visitor.open(f"{site}/lacak/keluar")
    yield "refusal: 405"
    for name, path, size in (
        ("without a token", "/lacak/keluar", 0),
        ("to be sent again", "/lacak", 20),
        ("413", "/lacak", TOO_LARGE),
    ):
        visitor.open(f"{site}/lacak")
        with visitor.page.expect_navigation():
            visitor.page.evaluate(SENT, [site + path, "reference" if size else "csrf_token", size])
        yield f"refusal: {name}"
    for name, error in RAISED.items():
        for place, address, front in (
            ("agency", site, "portal.front"),
            ("national", gallery.house.origin, "portal_national.front"),
        ):
            page = refused(gallery, f"{address}/?lang={visitor.device.language}", front, error())
            with shown_at(visitor, f"{address}/", page.text, dict(page.headers)):
                yield f"refusal: {name}, {place}"
    sign_in(visitor, site, email_of(gallery.scene, "viewer"), PASSWORD)
    for name, path in {"not allowed": "/kelola/", "no such case": "/desk/laporan/X"}.items():
        visitor.open(site + path)
        yield f"refusal: {name}"


def refused(gallery: Gallery, address: str, endpoint: str, error: Exception) -> TestResponse:
    """Through everything of the house but the view that fails."""

    def fails() -> None:
        raise error

    client = SiteClient(gallery.app, gallery.app.response_class)
    with patch.dict(gallery.app.view_functions, {endpoint: fails}):
        return client.get(address)


@contextmanager
def shown_at(
    visitor: Visitor, address: str, text: str, headers: dict[str, str] | None = None
) -> Iterator[None]:
    """As if the house had answered so, except that it counts as an answer without a fault."""

    def asked_for(url: str) -> bool:
        return url.partition("?")[0] == address

    policy = {k: v for k, v in (headers or {}).items() if k == "Content-Security-Policy"}
    visitor.page.route(
        asked_for,
        lambda route: route.fulfill(body=text, headers=policy, content_type="text/html"),
    )
    visitor.open(address)
    yield
    visitor.page.unroute(asked_for)


def parts_pages(visitor: Visitor, gallery: Gallery) -> States:
    visitor.open("/bagian")
    yield "parts"


def letters_of(gallery: Gallery) -> dict[str, KeptMail]:
    """One of each kind, in each language: by its subject without the reference."""
    for language in ("id", "en"):
        filing = gallery.scene.verify(gallery.scene.filed(language=language))
        gallery.scene.answer(filing, final=True)
        gallery.scene.archive(gallery.scene.filed(language=language))
    found: dict[str, KeptMail] = {}

    def arrived() -> bool:
        kept = gallery.house.mail.kept(gallery.scene.agency.slug, 200)
        found.update({re.sub(r"\S*\d\S*", "", one.subject): one for one in kept})
        spoken = Counter("en" if 'lang="en"' in one.html else "id" for one in found.values())
        return min(spoken["id"], spoken["en"]) >= KINDS

    assert becomes(arrived, 30), list(found)
    return found
