"""What one browser holds, carried by hand to where it does not belong: cookies, tokens, keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask

from tests.attacks.planting import Planted, PlantedCase
from tests.attacks.visiting import Visitor, csrf_token, reporter, staff
from tests.factories import ClientFor, SiteClient


@dataclass(frozen=True)
class Doorway:
    """One of the forms in which a site is reached; `host` as a browser says it."""

    name: str
    host: str
    prefix: str
    cookie: str

    def browser(self, app: Flask, cookie: str) -> SiteClient:
        """Shows `cookie` as the one of this site."""
        client = ClientFor(app)(None)
        client.site_url = f"http://{self.host}"
        domain = str(urlsplit(client.site_url).hostname)
        client.set_cookie(self.cookie, cookie, domain=domain, path=f"{self.prefix}/")
        return client


def doorways(planted: Planted) -> list[Doorway]:
    slug = planted.agency.slug
    return [
        Doorway("by host", f"{slug}.localhost:8000", "", "sp4n"),
        Doorway("by path", "localhost:8000", f"/i/{slug}", f"sp4n-{slug}"),
    ]


NATIONAL = Doorway("national", "localhost:8000", "", "sp4n")
REFUSED = (400, 401)


def cookie_of(visitor: Visitor) -> str:
    """As it lies in the browser, signed."""
    host = str(urlsplit(visitor.client.site_url).hostname)
    held = visitor.client.get_cookie("sp4n", domain=host)
    assert held is not None
    return str(held.value)


def stolen_sessions(app: Flask, mine: Planted, theirs: Planted) -> Iterator[str]:
    """My cookie shown at their site, in every form of it, opens nothing and vouches for nothing."""
    signed_in, tracking = staff(app, mine, "admin"), reporter(app, mine)
    for way in [*doorways(theirs), NATIONAL]:
        client = way.browser(app, cookie_of(signed_in))
        yield from opened(way, client, "/nasional/" if way is NATIONAL else "/desk/")
        yield from opened(way, client, "/akun")
        yield from vouched_for(app, way, client)
    for way in doorways(theirs):
        client = way.browser(app, cookie_of(tracking))
        yield from followed(way, client, [*mine.cases.values(), *theirs.cases.values()])


def opened(way: Doorway, client: SiteClient, path: str) -> Iterator[str]:
    answer = client.get(way.prefix + path)
    if answer.status_code != 302 or "/masuk?next=" not in answer.headers["Location"]:
        yield f"{way.name}: {path} opened: {answer.status_code}"


def vouched_for(app: Flask, way: Doorway, client: SiteClient) -> Iterator[str]:
    """A form of theirs with the CSRF token of my page: "log in as me" and its like."""
    form = {"csrf_token": csrf_token(app), "email": "a@contoh.go.id"}
    answer = client.post(f"{way.prefix}/lupa-sandi", data=form)
    if answer.status_code not in REFUSED:
        yield f"{way.name}: a form was taken with another site's token: {answer.status_code}"


def followed(way: Doorway, client: SiteClient, cases: list[PlantedCase]) -> Iterator[str]:
    for case in cases[:: len(cases) // 4]:
        answer = client.get(f"{way.prefix}/lacak/{case.reference}")
        if answer.status_code != 302:
            yield f"{way.name}: the session's cases are looked for here: {answer.status_code}"
