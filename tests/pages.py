"""A browser without JavaScript that finds fault: every page it opens must hold `page_rules`, and
every link on it must lead somewhere.

    browser = Browser(client_for(agency))
    page = browser.open("/lacak")
    page = browser.send(page.form("lacak"), reference=…, access_code=…)
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from flask import Flask, g, request_finished
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from tests.factories import SiteClient
from tests.page_rules import faults_of, invalid, is_control, tree_of, words_in

MOST_HOPS = 5
NOT_HERE = ("mailto:", "tel:", "data:")
OFTEN = 10_000 if os.environ.get("SCALE") == "full" else 1
tried: Counter[tuple[str, ...]] = Counter()
# In how many states a page is held against the grammar of HTML: a quarter of the suite's time.
EXAMINED = 10_000 if os.environ.get("SCALE") == "full" else 3
examined: Counter[tuple[str, int, str]] = Counter()
File = tuple[str, bytes]


@dataclass(frozen=True)
class Page:
    """What came at the end of the redirects; `hops` are the addresses on the way."""

    url: str
    status: int
    text: str
    headers: Headers
    hops: tuple[str, ...] = ()
    reader: str = ""  # the role of whoever is signed in

    @cached_property
    def tree(self) -> Any:
        return tree_of(self.text)

    @property
    def kind(self) -> tuple[str, int, str]:
        return (self.reader, self.status, like(self.url))

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def title(self) -> str:
        return " ".join((self.tree.findtext(".//title") or "").split())

    @property
    def heading(self) -> str:
        return words_in(self.tree.find(".//h1"))

    @property
    def words(self) -> str:
        """What a person reads in the middle of the page, beside and under it: all but the frame."""
        parts = [*self.tree.iter("main"), *self.tree.iter("aside"), *self.find_all("notice")]
        return " ".join(words_in(part) for part in parts)

    @property
    def errors(self) -> list[str]:
        """The error summary on top."""
        box = next(iter(self.find_all("error-summary")), None)
        return [words_in(item) for item in box.iter("li")] if box is not None else []

    def find_all(self, css_class: str) -> list[Any]:
        return [one for one in self.tree.iter() if css_class in (one.get("class") or "").split()]

    @property
    def links(self) -> list[str]:
        """Whole addresses, of links and of what the page loads."""
        return list(self._links(self.tree))

    @cached_property
    def own_links(self) -> set[str]:
        """Those in the middle of the page, not in the frame that it shares with others."""
        return {link for part in self.tree.iter("main") for link in self._links(part)}

    def _links(self, part: Any) -> Iterator[str]:
        for tag in ("a", "link", "script", "img"):
            for one in part.iter(tag):
                href = one.get("href") or one.get("src")
                elsewhere = "external" in (one.get("rel") or "").split()
                if href and href[0] != "#" and not elsewhere:
                    yield urljoin(self.url, href)

    def link(self, words: str) -> str:
        """The address of the link that says so."""
        found = [one.get("href") for one in self.tree.iter("a") if words in words_in(one)]
        assert found, f"no link {words!r} on {self.url}: {self.words[:400]}"
        return urljoin(self.url, found[0])

    def forms(self) -> list[Form]:
        return [Form(self, element) for element in self.tree.iter("form")]

    def form(self, name: str) -> Form:
        """By its data-form, or by how its action ends."""
        for form in self.forms():
            if form.element.get("data-form") == name or urlsplit(form.action).path.endswith(name):
                return form
        raise AssertionError(f"no form {name!r} on {self.url}: {[f.action for f in self.forms()]}")

    def has_form(self, name: str) -> bool:
        return any(
            form.element.get("data-form") == name or urlsplit(form.action).path.endswith(name)
            for form in self.forms()
        )


@dataclass(frozen=True)
class Form:
    page: Page
    element: Any

    @property
    def action(self) -> str:
        return urljoin(self.page.url, self.element.get("action") or self.page.url)

    @property
    def method(self) -> str:
        return (self.element.get("method") or "get").lower()

    @cached_property
    def controls(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for one in self.element.iter():
            if is_control(one) and one.get("name") and one.get("type") != "submit":
                found.setdefault(one.get("name"), []).append(one)
        return found

    @cached_property
    def values(self) -> dict[str, Any]:
        """What a browser would send, were nothing typed: hidden fields and all."""
        sent = {name: list(_sent(controls)) for name, controls in self.controls.items()}
        return {
            name: found[0] if len(found) == 1 else found for name, found in sent.items() if found
        }

    def choices(self, name: str) -> list[str]:
        """The values of a list or of radios."""
        options = [o for one in self.controls[name] for o in one.iter("option")]
        return [o.get("value", "") for o in (options or self.controls[name])]

    def filled(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """Only what a person could type here; None leaves a box unticked."""
        unknown = set(typed) - set(self.controls)
        assert not unknown, f"no field {unknown} in {self.action}: {list(self.controls)}"
        filled = {**self.values, **{name: _as_sent(value) for name, value in typed.items()}}
        return {name: value for name, value in filled.items() if value is not None}


def _sent(controls: list[Any]) -> Iterator[str]:
    for one in controls:
        kind = one.get("type", "text") if one.tag == "input" else one.tag
        if kind == "select":
            options = list(one.iter("option"))
            chosen = [o for o in options if "selected" in o.attrib] or options[:1]
            yield from (o.get("value", "") for o in chosen)
        elif kind == "textarea":
            yield (one.text or "").removeprefix("\n")  # as a browser reads it
        elif kind in ("radio", "checkbox"):
            if "checked" in one.attrib:
                yield one.get("value", "on")
        elif kind != "file":
            yield one.get("value", "")


def _as_sent(value: Any) -> Any:
    if isinstance(value, tuple):
        name, content = value
        return (BytesIO(content), name)
    if isinstance(value, list):
        return [_as_sent(one) for one in value]
    return {True: "y", False: None}.get(value, value) if isinstance(value, bool) else value


@dataclass
class Browser:
    """`strict` off: for pages that are looked at by the thousand, or whose faults are the point.
    `shut`: of an agency that takes no reports, whose links to its other pages say so."""

    client: SiteClient
    strict: bool = True
    shut: bool = False
    seen: set[str] = field(default_factory=set)

    def open(self, address: str, **headers: str) -> Page:
        """A path of this client's site, or a whole address."""
        return self._walk("GET", address, headers=headers)

    def send(self, form: Form, /, button: tuple[str, str] | None = None, **typed: Any) -> Page:
        """Typed by name; `button`: the name and value of one that does not go forward."""
        return self.send_filled(form, form.filled(typed) | dict([button] if button else []))

    def send_filled(self, form: Form, values: Mapping[str, Any]) -> Page:
        """Whatever `values` holds, also what no page of ours would send."""
        if form.method == "get":
            return self._walk("GET", form.action.split("?")[0], query_string=dict(values))
        kind = form.element.get("enctype") or "application/x-www-form-urlencoded"
        return self._walk("POST", form.action, data=dict(values), content_type=kind)

    def follow(self, page: Page, words: str) -> Page:
        return self.open(page.link(words))

    def _walk(self, method: str, address: str, **kwargs: Any) -> Page:
        url, hops = urljoin(self.client.site_url, address), []
        answer, reader = self._ask(method, url, **kwargs)
        if kwargs.get("query_string"):
            url = answer.request.url
        while answer.status_code in (301, 302, 303, 307, 308):
            hops.append(url)
            assert len(hops) <= MOST_HOPS, f"round and round: {hops}"
            url = urljoin(url, answer.headers["Location"])
            answer, reader = self._ask("GET", url)
        # A file is no words: whoever wants it asks the client.
        text = answer.get_data().decode(errors="replace")
        page = Page(url, answer.status_code, text, answer.headers, tuple(hops), reader)
        if self.strict and answer.mimetype == "text/html":
            self.look(page)
        return page

    def _ask(self, method: str, url: str, **kwargs: Any) -> tuple[TestResponse, str]:
        """And the role of whoever was signed in, which the page does not say."""
        readers = [""]

        def note(_sender: Flask, **_about: Any) -> None:
            person = g.get("_login_user")
            readers.append(f"{getattr(person, 'role', '')} {getattr(person, 'factor_due', '')}")

        with request_finished.connected_to(note, self.client.application):
            answer = self.client.open(url, method=method, **kwargs)
        return answer, readers[-1]

    def look(self, page: Page) -> None:
        faults = faults_of(page.tree, page.headers, language=self._language(page.url))
        examined[page.kind] += 1
        if examined[page.kind] <= EXAMINED:
            faults += invalid(page.text)
        assert not faults, f"{page.status} {page.url}:\n" + "\n".join(faults)
        assert page.status < 500, f"{page.status} {page.url}"
        self._try_links(page)

    def _language(self, url: str) -> str:
        parts = urlsplit(url)
        asked = parse_qs(parts.query).get("lang", [""])[0]
        kept = self.client.get_cookie("bahasa", domain=parts.hostname or "")
        return next(
            (one for one in (asked, kept.value if kept else "") if one in ("id", "en")), "id"
        )

    def _try_links(self, page: Page) -> None:
        """Each once, by a browser that holds the same cookies and keeps none of the answers'."""
        probe = SiteClient(self.client.application, self.client.response_wrapper)
        for url in page.links:
            if url in self.seen or url.startswith(NOT_HERE) or not worth_trying(page, url):
                continue
            self.seen.add(url)
            probe._cookies = dict(self.client._cookies)
            answer = probe.get(url)
            known = answer.status_code < 400 or self._may_refuse(page, url, answer.status_code)
            assert known, f"{page.url} links {url}: {answer.status_code}"

    def _may_refuse(self, page: Page, url: str, status: int) -> bool:
        """A page in another language of one that is refused; an agency that takes no reports."""
        here, there = urlsplit(page.url), urlsplit(url)
        if (here.netloc, here.path) == (there.netloc, there.path):
            return page.status >= 400
        return status == 403 and (self.shut or here.netloc != there.netloc)


def worth_trying(page: Page, url: str) -> bool:
    """Whether a link like this one, on a page like this one, seen by somebody of this role, was
    tried in fewer than OFTEN states: trying each at each page was half of all the suite's time.
    One in the frame is that of every page."""
    reader, status, where = page.kind
    place = (str(status), where) if url in page.own_links else ()
    tried[kind := (reader, *place, like(url))] += 1
    return tried[kind] <= OFTEN


def like(url: str) -> str:
    """An address without what tells one agency, case or question from another."""
    parts = urlsplit(url)
    where = re.sub(r"[^/.]*\d[^/.]*", "#", f"{parts.netloc.partition(':')[0]}{parts.path}")
    return f"{where}?{' '.join(sorted(parse_qs(parts.query)))}"


def is_within(url: str, prefix: str) -> bool:
    """Whether an address of the base domain stays in the path form `prefix`, or is every site's."""
    path = urlsplit(url).path
    return path == prefix or bool(re.match(rf"{re.escape(prefix)}/|/static/", path))
