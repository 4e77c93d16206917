"""Every address of the house belongs to a door, and the door asks something of who comes.

Each function returns the breaches it found, [] where the rule holds; the mutation tests run them
on an application with one stone taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.routing.converters import (
    AnyConverter,
    IntegerConverter,
    PathConverter,
    UnicodeConverter,
)

from sp4n.accounts import doors
from sp4n.accounts.admin_base import Walled
from sp4n.accounts.doors import Audience, door_of, mark_of
from sp4n.national.scopes import check_operator

# Blueprints for everyone; and addresses of no blueprint, on every host, that tell nothing
# (metrics only to who brings the token: tests/web/test_metrics.py).
PUBLIC = {"portal": "agency", "portal_national": "national"}
EVERYWHERE = {"static", "livez", "readyz", "metrics", "tls_check"}
# A door of its own kind: who comes is looked up before the agency's scope opens.
INSIDE = "national_inside"
AUDIENCE_OF: dict[str | None, Audience] = {"agency": "staff", "national": "national"}

# Pages of guarded blueprints that anyone may see, and why.
ANYONES = {
    "sign_in": "one signs in here",
    "second_step": "for who has shown the password, and is not in yet",
    "passkey_sign_in": "one signs in here, with a key",
    "second_step_passkey": "for who has shown the password, and is not in yet",
    "provider_start": "one signs in there",
    "provider_keep": "one signs in there, and what one had typed is put away first",
    "provider_back": "one comes back from there, with the question that one was sent with",
    "sign_out": "ends only what the browser itself shows",
    "forgotten": "for who cannot sign in",
    "open_link": "the link is the key",
    "set_password": "the link is the key",
}

SEGMENT = re.compile(r"\.well-known|[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:css|csv|xml|json|pdf|txt))?")
# What a variable of an address may be; a number is typed, so that words never get to a query.
CONVERTERS = {
    "reference": UnicodeConverter,
    "token": UnicodeConverter,
    "slug": UnicodeConverter,
    "name": AnyConverter,
    "picture": UnicodeConverter,
    "variant": AnyConverter,
    "group": UnicodeConverter,
    "letter": UnicodeConverter,
    "topic": UnicodeConverter,
    "question": UnicodeConverter,
    "number": IntegerConverter,
    "photo": UnicodeConverter,
    "follow_key": UnicodeConverter,
    "link_key": UnicodeConverter,
    "reply_key": UnicodeConverter,
    "filename": PathConverter,
}


def breaches(app: Flask) -> list[str]:
    checks: list[Callable[[Flask], Iterator[str]]] = [
        of_no_door,
        unmarked,
        marked_for_anyone,
        unguarded,
        misnamed,
        untyped,
        unwalled_admin,
    ]
    return [breach for check in checks for breach in check(app)]


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.subdomain or "", rule.rule))


def room_of(rule: Rule) -> str:
    return rule.endpoint.rpartition(".")[0]


def guarded(app: Flask) -> list[Rule]:
    """All that are neither for everyone nor of the operator's own door."""
    return [
        rule
        for rule in rules(app)
        if rule.endpoint not in EVERYWHERE and room_of(rule) not in (*PUBLIC, INSIDE)
    ]


def of_no_door(app: Flask) -> Iterator[str]:
    for rule in rules(app):
        room = room_of(rule)
        if rule.endpoint in EVERYWHERE:
            if rule.subdomain:
                yield f"{rule}: stands on one kind of site only"
        elif room in PUBLIC and rule.subdomain != PUBLIC[room]:
            yield f"{rule}: a page of {PUBLIC[room]} on a site of {rule.subdomain}"
        elif room not in (*PUBLIC, INSIDE) and door_of(app, rule.endpoint) is None:
            yield f"{rule} ({rule.endpoint}): guard its blueprint, or name it in PUBLIC"


def unmarked(app: Flask) -> Iterator[str]:
    for rule in guarded(app):
        if mark_of(app, rule.endpoint) is None:
            yield f"{rule} ({rule.endpoint}): say @requires(Permission.…); until then it is shut"


def marked_for_anyone(app: Flask) -> Iterator[str]:
    for rule in guarded(app):
        name = rule.endpoint.rpartition(".")[2]
        if mark_of(app, rule.endpoint) == "public" and name not in ANYONES:
            yield f"{rule} ({rule.endpoint}): open to everyone; say why in ANYONES"


def unguarded(app: Flask) -> Iterator[str]:
    """The question is really asked: before the view, and for the people of this kind of site."""
    for rule in guarded(app):
        room, door = room_of(rule), door_of(app, rule.endpoint)
        asked = app.before_request_funcs.get(room, [])
        if doors._ask not in asked:
            yield f"{rule} ({rule.endpoint}): its blueprint does not ask who comes"
        if door is not None and door.audience != AUDIENCE_OF.get(rule.subdomain):
            yield f"{rule} ({rule.endpoint}): a door for {door.audience} on {rule.subdomain}"
    if INSIDE in app.blueprints and app.before_request_funcs.get(INSIDE, [])[:1] != [
        check_operator
    ]:
        yield f"{INSIDE}: does not ask first whether an operator comes"


def misnamed(app: Flask) -> Iterator[str]:
    for rule in rules(app):
        for segment in re.sub(r"<[^>]*>", "", rule.rule).split("/"):
            if segment and not SEGMENT.fullmatch(segment):
                yield f"{rule}: {segment!r}: lower case, words joined by hyphens"


def untyped(app: Flask) -> Iterator[str]:
    for rule in rules(app):
        for name, converter in rule._converters.items():
            wanted = IntegerConverter if name.endswith("_id") else CONVERTERS.get(name)
            if wanted is None:
                yield f"{rule}: what is {name!r}? Say so in CONVERTERS"
            elif not isinstance(converter, wanted):
                yield f"{rule}: {name!r} should be a {wanted.__name__}"


# Routes of Flask-Admin that go round the wall, or act on many rows at once.
AROUND_THE_WALL = {
    "action_view",
    "ajax_lookup",
    "ajax_update",
    "details_view",
    "export",
    "static",
}


def unwalled_admin(app: Flask) -> Iterator[str]:
    """Flask-Admin's views are ours, deny by default, and have none of its own ways to data."""
    views = [view for admin in app.extensions.get("admin", []) for view in admin._views]
    rooms = {view.endpoint for view in views}
    for view in views:
        if not isinstance(view, Walled):
            yield f"{view.endpoint}: an admin view that is not Walled"
        elif view.permission is None:
            yield f"{view.endpoint}: names no permission, so it is shut"
    for rule in rules(app):
        room, _, name = rule.endpoint.rpartition(".")
        if room in rooms and name in AROUND_THE_WALL:
            yield f"{rule} ({rule.endpoint}): a route of Flask-Admin that goes round the wall"
