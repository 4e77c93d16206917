"""Browsers of everybody who may come to an agency's site, and what they get to see there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from sp4n.accounts.permissions import STAFF_ROLES
from sp4n.web.sites import Site
from tests.accounts.browsing import give_cookie
from tests.attacks.planting import Nationals, Planted
from tests.factories import ClientFor, SiteClient

CSRF = "a CSRF token of these tests"
# Tokens differ each time they are made: of forms, and of what was kept of one.
TOKENS = re.compile(r'value="[\w.=-]{50,}"')
MOST_REDIRECTS = 3
SIGN_IN = "/masuk"


@dataclass(frozen=True)
class Answer:
    """`trail`: the statuses on the way, redirects of this site included."""

    trail: tuple[int, ...]
    text: str
    headers: str
    place: str = ""

    @property
    def status(self) -> int:
        return self.trail[-1]

    @property
    def asks_to_sign_in(self) -> bool:
        return self.trail == (302,) and f"{SIGN_IN}?next=" in self.place

    def about_nothing(self, path: str, values: Iterable[str]) -> Answer:
        """Without the address that was asked for and what it names: numbers only within paths."""
        text, place = TOKENS.sub('value="-"', self.text), self.place
        for asked in (path, quote(path), quote(path, safe="")):
            text, place = text.replace(asked, "-"), place.replace(asked, "-")
        for value in values:
            named = rf"(/|%2F){value}\b" if value.isdigit() else rf"(){re.escape(value)}"
            text, place = re.sub(named, r"\1-", text), re.sub(named, r"\1-", place)
        return Answer(self.trail, text, "", place)


@dataclass
class Visitor:
    name: str
    client: SiteClient
    csrf: str

    def ask(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A GET, or a POST of `data` with a CSRF token that holds; redirects are followed, but not
        to the sign-in page."""
        sent = None if data is None else {"csrf_token": self.csrf, **data}
        how = {"data": sent, "headers": dict(headers or {})}
        answer = self.client.open(path, method="GET" if data is None else "POST", **how)
        trail, seen = [answer.status_code], [str(answer.headers)]
        place = answer.headers.get("Location", "")
        while answer.status_code in (301, 302, 303, 308) and len(trail) <= MOST_REDIRECTS:
            onward = urlsplit(urljoin(path, answer.headers["Location"]))
            if onward.netloc or onward.path.endswith(SIGN_IN):
                break
            path = onward.path + (f"?{onward.query}" if onward.query else "")
            answer = self.client.get(path)
            trail.append(answer.status_code)
            seen.append(str(answer.headers))
        return Answer(tuple(trail), text_of(answer), "\n".join(seen), place)


def text_of(answer: Any) -> str:
    """Of pages as they are, of files their bytes."""
    return str(answer.get_data().decode("utf-8", "replace"))


def csrf_token(app: Flask, raw: str = CSRF) -> str:
    """What a form says when the session holds `raw`."""
    signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
    return str(signer.dumps(raw))


def visitor(app: Flask, planted: Planted | None, name: str, **held: Any) -> Visitor:
    """A browser at this agency's site (None: the national one) whose session holds `held`."""
    agency = planted.agency if planted else None
    client = ClientFor(app)(agency)
    site = agency.slug if agency else Site("national").name
    give_cookie(client, {"csrf_token": CSRF, "site": site, **held})
    return Visitor(name, client, csrf_token(app))


def anonymous(app: Flask, planted: Planted | None) -> Visitor:
    return visitor(app, planted, "anonymous")


def reporter(app: Flask, planted: Planted) -> Visitor:
    """Who has opened every case of the agency with its code."""
    ids = [case.id for case in planted.cases.values()]
    return visitor(app, planted, "reporter", tracked=ids)


def staff(app: Flask, planted: Planted, role: str) -> Visitor:
    return visitor(app, planted, role, sid=planted.tokens[role])


def coordinator(
    app: Flask, nationals: Nationals, planted: Planted | None = None, role: str = "coordinator"
) -> Visitor:
    """On the national site; or with the same cookie, signed anew, on an agency's."""
    return visitor(app, planted, role, sid=nationals.tokens[role])


def everyone_at(app: Flask, planted: Planted, nationals: Nationals) -> list[Visitor]:
    return [
        anonymous(app, planted),
        reporter(app, planted),
        *(staff(app, planted, role) for role in STAFF_ROLES),
        coordinator(app, nationals, planted),
    ]
