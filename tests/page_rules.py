"""What holds of every page whoever opens it: each rule yields what it found wrong, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

import html5lib
from lxml import html
from werkzeug.datastructures import Headers

Faults = Iterator[str]
UNLABELLED: Final = {"hidden", "submit", "button", "reset", "image"}
REFERRING: Final = ("for", "aria-labelledby", "aria-describedby", "aria-controls")


def tree_of(text: str) -> Any:
    """Of a whole page, in C: a tenth of the time that a parser needs which knows every error."""
    # As bytes: what is no page, a feed say, may name its encoding.
    parser = html.HTMLParser(remove_comments=True, encoding="utf-8")
    return html.document_fromstring((text or "<html>").encode(), parser=parser)


def invalid(text: str) -> Faults:
    """What a browser had to put right."""
    parser = html5lib.HTMLParser()
    parser.parse(text)
    yield from (f"not valid HTML: {code} {place} {about}" for place, code, about in parser.errors)


def faults_of(tree: Any, headers: Headers, *, language: str) -> list[str]:
    found = [*_headers(headers)]
    if tree.get("lang") != language:
        found.append(f"lang is {tree.get('lang')!r}, not {language!r}")
    for rule in RULES:
        found.extend(rule(tree))
    return found


def _headers(headers: Headers) -> Faults:
    policy = headers.get("Content-Security-Policy", "")
    if "script-src 'self'" not in policy or "unsafe" in policy:
        yield f"policy: {policy!r}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "the browser may guess the type"


def _names(tree: Any) -> Faults:
    if not (tree.findtext(".//title") or "").strip(" ·"):
        yield "no title"
    headings = [words_in(one) for one in tree.iter("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"not one h1 but {headings}"


def _ids(tree: Any) -> Faults:
    ids = Counter(one.get("id") for one in tree.iter() if one.get("id"))
    yield from (f"id {name!r} stands {n} times" for name, n in ids.items() if n > 1)
    for element in tree.iter():
        for attribute in REFERRING:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{attribute}={name!r} points nowhere"
    for link in tree.iter("a"):
        href = link.get("href") or ""
        if href.startswith("#") and href[1:] not in ids:
            yield f"link to {href!r} points nowhere"


def _labels(tree: Any) -> Faults:
    named = {label.get("for") for label in tree.iter("label") if words_in(label)}
    for element in tree.iter():
        if not (is_control(element) and element.get("type", "text") not in UNLABELLED):
            continue
        own = element.get("aria-label") or element.get("aria-labelledby")
        if not own and element.get("id") not in named:
            yield f"control {element.get('name')!r} has no label"
    for tag in ("button", "a", "summary", "legend"):
        for element in tree.iter(tag):
            if not words_in(element) and not element.get("aria-label"):
                yield f"a {tag} without words: {element.attrib}"
    yield from (
        f"picture without alt: {one.attrib}" for one in tree.iter("img") if "alt" not in one.attrib
    )


def _forms(tree: Any) -> Faults:
    for form in tree.iter("form"):
        fields = [one.get("name") for one in form.iter("input")]
        method = (form.get("method") or "get").lower()
        where = form.get("action")
        if method == "post" and not where:
            yield f"a form ({method}) without action"
        if (method == "post") != ("csrf_token" in fields):
            yield f"csrf_token of {method} {where}: {fields}"
        buttons = [one for one in form.iter("button") if one.get("type") != "button"]
        if not buttons or buttons[0].get("name"):
            yield f"the first button of {where} does not go forward"


def _inline(tree: Any) -> Faults:
    yield from ("inline script" for one in tree.iter("script") if not one.get("src"))
    yield from ("inline style" for _one in tree.iter("style"))
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if name == "style" or str(name).startswith("on"):
                yield f"inline {name} on {element.tag}"
            typed = name == "value"  # shown again as it came; nothing runs there
            if not typed and str(value).strip().lower().startswith("javascript:"):
                yield f"script in {name} of {element.tag}"


RULES: Final[tuple[Callable[[Any], Faults], ...]] = (_names, _ids, _labels, _forms, _inline)


def is_control(element: Any) -> bool:
    return element.tag in ("input", "select", "textarea")


def words_in(element: Any) -> str:
    """All text of an element and what is in it, with single spaces."""
    return " ".join("".join(element.itertext()).split())
