"""The attacks over HTTP: each function returns the breaches it found, [] where the wall holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Flask
from werkzeug.routing import Rule

from sp4n.accounts.doors import mark_of
from sp4n.accounts.permissions import may
from tests.attacks import addresses
from tests.attacks.canaries import unseemly
from tests.attacks.planting import Planted
from tests.attacks.visiting import Answer, Visitor
from tests.rules.doors import guarded, room_of

# Fields that acts ask for, so that a form is not refused for being empty.
TYPED = {"body": "halo", "message": "halo", "reason": "spam", "note": "halo", "final": "no"}
SHUT = (401, 403)


def foreign_ids(
    rules: Iterable[Rule], mine: Planted, theirs: Planted, visitors: Iterable[Visitor]
) -> Iterator[str]:
    """With their ids at my agency: the same as for what is not there, and nothing of theirs."""
    visitors = list(visitors)
    for rule in rules:
        for method in addresses.methods_of(rule):
            data = TYPED if method == "POST" else None
            known: dict[tuple[str, str], Answer] = {}
            for target in addresses.foreign_targets(rule, mine, theirs, method):
                for visitor in visitors:
                    key = (visitor.name, target.missing)
                    if key not in known:
                        answer = visitor.ask(target.missing, data)
                        known[key] = answer.about_nothing(target.missing, target.missing_values)
                    said = visitor.ask(target.path, data)
                    where = f"{visitor.name}: {method} {target.path}"
                    if said.about_nothing(target.path, target.values) != known[key]:
                        yield f"{where}: {said.trail}, and not as for a missing one"
                    yield from leaking(where, said, theirs)


def leaking(where: str, said: Answer, theirs: Planted) -> Iterator[str]:
    if theirs.word in said.text.lower() + said.headers.lower():
        yield f"{where}: shows something of another agency"


def own_pages(
    rules: Iterable[Rule], mine: Planted, theirs: Planted, visitors: Iterable[Visitor]
) -> Iterator[str]:
    """Every page of my agency, and who sees what on it."""
    visitors = list(visitors)
    # A mailed link is a key of its own: who has it is shown whose it is.
    for rule in (rule for rule in rules if "token" not in rule.arguments):
        for path in addresses.own_paths(rule, mine) if "GET" in (rule.methods or ()) else ():
            for visitor in visitors:
                said = visitor.ask(path)
                where = f"{visitor.name}: {path}"
                yield from leaking(where, said, theirs)
                for canary in unseemly(said.text + said.headers, mine, visitor.name):
                    yield f"{where}: shows {canary}"
                if said.status >= 500:
                    yield f"{where}: {said.status}"


def shut_doors(
    app: Flask, mine: Planted, visitors: Iterable[Visitor], site: str = "agency", only: str = ""
) -> Iterator[str]:
    """Who lacks a view's permission is refused, or asked to sign in; whatever they send."""
    visitors, people = list(visitors), {"agency": mine.accounts, "national": mine.nationals.ids}
    for rule in guarded(app):
        mark = mark_of(app, rule.endpoint)
        if rule.subdomain != site or mark == "public" or only not in ("", room_of(rule)):
            continue
        path = next(addresses.own_paths(rule, mine))
        for visitor in visitors:
            if mark is not None and visitor.name in people[site] and may(visitor.name, mark):
                continue
            for method in addresses.methods_of(rule):
                said = visitor.ask(path, TYPED if method == "POST" else None)
                if said.status not in SHUT and not said.asks_to_sign_in:
                    yield f"{visitor.name}: {method} {path}: {said.trail}"


def acts_of_a_reader(app: Flask, mine: Planted, reader: Visitor) -> Iterator[str]:
    """Who only reads is refused every act of the desk and the settings, whatever its mark says."""
    for rule in addresses.site_rules(app, "agency"):
        if rule.rule.startswith(("/desk/", "/kelola/")) and "POST" in (rule.methods or ()):
            path = next(addresses.own_paths(rule, mine))
            said = reader.ask(path, TYPED)
            if said.status not in SHUT:
                yield f"{reader.name}: POST {path}: {said.trail}"
