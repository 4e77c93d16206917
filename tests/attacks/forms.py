"""Every form that a person finds on the pages of a site, filled in as it stands, with more."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import html5lib
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from tests.attacks import addresses
from tests.attacks.planting import CASES, Planted
from tests.attacks.visiting import Visitor

# What no form asks for, and what would do harm if it were taken all the same.
EXTRA = {
    "role": "admin",
    "state": "closed",
    "status": "closed",
    "active": "",
    "published": "1",
    "confidential": "",
    "anonymous": "",
    "reference": "KP7-4XM-9R3T",
    "is_admin": "1",
    "password_hash": "x",
    "email": "penyusup@contoh.id",
    "actor_id": "1",
    "created_at": "2020-01-01",
}
# Forms do not nest; to parse whole pages would take longer than to make them.
POSTED = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.S | re.I)
NAMES_A_ROW = re.compile(r"(?:^|_)ids?$")
# Numbers that are nobody's: the form's own version, topics and rules that all agencies share.
MOVABLE = CASES.index("menunggu") + 1
UNTYPED = ("file", "password", "submit")
SHARED_FIELDS = {"version", "category_id"}


@dataclass(frozen=True)
class FormSeen:
    """`fields`: what a browser would send of it."""

    visitor: Visitor
    rule: Rule
    action: str
    fields: tuple[tuple[str, str], ...]

    @property
    def kind(self) -> tuple[str, str, tuple[str, ...]]:
        return self.visitor.name, self.rule.endpoint, tuple(name for name, _ in self.fields)

    @property
    def filled(self) -> dict[str, str]:
        return dict(self.fields)


def forms_of(app: Flask, planted: Planted, visitors: Iterable[Visitor]) -> list[FormSeen]:
    """One of each kind that each visitor is shown, on all pages with one's own values."""
    seen: dict[tuple[object, ...], FormSeen] = {}
    rules = [rule for rule in addresses.site_rules(app, "agency") if "GET" in (rule.methods or ())]
    for visitor in visitors:
        for rule in rules:
            for path in pages(rule, planted):
                for form in on_page(app, visitor, path):
                    seen.setdefault(form.kind, form)
    return list(seen.values())


def pages(rule: Rule, planted: Planted) -> list[str]:
    """Files are no pages; of cases those in which something can still be done."""
    if "attachment_id" in rule.arguments:
        return []
    return list(addresses.own_paths(rule, planted))[:MOVABLE]


def on_page(app: Flask, visitor: Visitor, path: str) -> Iterator[FormSeen]:
    for text in POSTED.findall(visitor.ask(path).text):
        form = html5lib.parseFragment(text, namespaceHTMLElements=False).find("form")
        action = form.get("action") or path
        yield FormSeen(visitor, rule_at(app, action), action, tuple(fields_of(form)))


def rule_at(app: Flask, action: str) -> Rule:
    adapter = app.url_map.bind("localhost", subdomain="agency")
    try:
        rule, _values = adapter.match(urlsplit(action).path, method="POST", return_rule=True)
    except HTTPException as error:
        raise AssertionError(f"a form leads to {action}, where nothing takes it") from error
    return rule


def fields_of(form: Any) -> Iterator[tuple[str, str]]:
    """As it stands, with something typed where it is empty."""
    for one in form.iter("input"):
        kind, name = one.get("type", "text"), one.get("name")
        chosen = kind not in ("radio", "checkbox") or "checked" in one.attrib
        if name and name != "csrf_token" and chosen and kind not in UNTYPED:
            yield name, one.get("value") or ("" if kind == "hidden" else "isian")
    for one in form.iter("textarea"):
        yield one.get("name"), (one.text or "").strip() or "isian"
    for one in form.iter("select"):
        options = list(one.iter("option"))
        selected = [o for o in options if "selected" in o.attrib] or options[:1]
        yield one.get("name"), selected[0].get("value", "") if selected else ""


def unshown(app: Flask, forms: list[FormSeen], planted: Planted) -> Iterator[tuple[Rule, str]]:
    """What takes a POST and stands on no page: tried by hand."""
    shown = {form.rule.endpoint for form in forms}
    for rule in addresses.site_rules(app, "agency"):
        if "POST" in (rule.methods or ()) and rule.endpoint not in shown:
            yield rule, next(addresses.own_paths(rule, planted))


# -- what an address may ask behind its question mark -----------------------------------------

# Flask-Admin's lists read these; `n` numbers its filters.
OF_LISTS = ("search", "sort", "desc", "page", "page_size", "flt0_0", "flt1_1", "url")


def asked_of(app: Flask, rule: Rule) -> set[str]:
    """The names that the view's module reads out of an address."""
    view = inspect.unwrap(app.view_functions[rule.endpoint])
    source = inspect.getsource(inspect.getmodule(view))  # type: ignore[arg-type]
    names = set(queries_in(source))
    return names | set(OF_LISTS) if rule.endpoint.endswith("index_view") else names


def queries_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) == "request.args"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)
