"""The doors: which audience a blueprint is for, and which permission each of its views asks for.

A view without a mark is shut. Who is not signed in is asked to, and loses nothing of what they
typed; who may not is told so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from sp4n.accounts.kept import (
    from_this_site,
    here,
    holds_secret,
    page_to_send_again,
    sign_in_page_with_form,
    this_form,
    typed_fields,
)
from sp4n.accounts.login import signed_in
from sp4n.accounts.permissions import Permission
from sp4n.audit.actors import ActorKind
from sp4n.errors import NotAllowed
from sp4n.web.errors import error_page

Audience = Literal["public", "staff", "national"]
View = TypeVar("View", bound=Callable[..., Any])
Mark = Permission | Literal["public"]

KINDS: dict[Audience, ActorKind] = {"staff": "staff", "national": "coordinator"}
ACCOUNTS: dict[Audience, str] = {"staff": "accounts", "national": "national_accounts"}
HOMES: dict[Audience, str] = {"staff": "/desk/", "national": "/nasional/"}
# Where one may go before the second factor that is asked for is set up.
SETTING_UP = {
    f"{room}.{name}"
    for room in ACCOUNTS.values()
    for name in (
        "factor",
        "begin_factor",
        "set_up_factor",
        "factor_picture",
        "new_passkey",
        "set_up_passkey",
    )
}
LONGEST_NEXT = 2000


@dataclass(frozen=True)
class Door:
    """What a blueprint's views ask for; `permission` where a view bears no mark of its own."""

    audience: Audience
    permission: Permission | None = None


_doors: WeakKeyDictionary[Blueprint, Door] = WeakKeyDictionary()


def requires(permission: Permission) -> Callable[[View], View]:
    """Marks a view: only for people of the door's audience who hold `permission`."""

    def mark(view: View) -> View:
        view.door_mark = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Marks a page that anyone may see."""
    view.door_mark = "public"  # type: ignore[attr-defined]
    return view


def guard(
    blueprint: Blueprint, audience: Audience, permission: Permission | None = None
) -> Blueprint:
    _doors[blueprint] = Door(audience, permission)
    blueprint.before_request(_ask)
    return blueprint


def door_of(app: Flask, endpoint: str) -> Door | None:
    """None where no door was put: such an endpoint is of no room, or a mistake."""
    name = endpoint.rpartition(".")[0]
    blueprint = app.blueprints.get(name)
    return _doors.get(blueprint) if isinstance(blueprint, Blueprint) else None


def mark_of(app: Flask, endpoint: str) -> Mark | None:
    """What is asked of who comes to `endpoint`: a permission, "public", or None: it is shut."""
    mark: Mark | None = getattr(app.view_functions.get(endpoint), "door_mark", None)
    door = door_of(app, endpoint)
    return mark or (door.permission if door else None)


def audience() -> Audience:
    """Of this request's site."""
    return "national" if (request.blueprint or "").startswith("national") else "staff"


def home_of(audience: Audience) -> str:
    return request.script_root + HOMES[audience]


def safe_next(path: str | None) -> str | None:
    """A path of this very site, with its query; None for anything else."""
    if not path or len(path) > LONGEST_NEXT or not path.startswith("/"):
        return None
    if path.startswith("//") or "\\" in path or not path.isprintable():
        return None
    parts = urlsplit(path)
    return None if parts.scheme or parts.netloc else path


def _ask() -> ResponseReturnValue | None:
    endpoint = request.endpoint or ""
    door, mark = door_of(_app(), endpoint), mark_of(_app(), endpoint)
    if mark == "public":
        return None
    if door is None or mark is None or door.audience == "public":
        raise NotAllowed
    person = signed_in()
    if person is None:
        return ask_to_sign_in(door.audience)
    if person.kind != KINDS[door.audience] or not person.may(mark):
        raise NotAllowed
    if person.factor_due and endpoint not in SETTING_UP:
        return set_up_first(door.audience)
    return None


def set_up_first(audience: Audience) -> ResponseReturnValue:
    """For who must sign in with a second factor, and has none."""
    return redirect(url_for(f"{ACCOUNTS[audience]}.factor"), 303)


def ask_to_sign_in(audience: Audience) -> ResponseReturnValue:
    """By way of the sign-in page and back; a form that was sent waits on it meanwhile."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for(f"{ACCOUNTS[audience]}.sign_in", next=here()))
    return sign_in_page_with_form(ACCOUNTS[audience])


def answer_csrf_error(_error: CSRFError) -> ResponseReturnValue:
    """A form that lay open for too long, or outlived its browser's cookie: shown once more, to be
    sent again by its owner's hand. What another site sent is refused, not shown."""
    door, mark = door_of(_app(), request.endpoint or ""), mark_of(_app(), request.endpoint or "")
    if not from_this_site() or not typed_fields() or holds_secret():
        return error_page(400, "csrf")
    if door and door.audience != "public" and mark != "public" and signed_in() is None:
        return sign_in_page_with_form(ACCOUNTS[door.audience])
    return page_to_send_again(this_form(), status=400)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]
