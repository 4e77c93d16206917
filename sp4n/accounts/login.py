"""Flask-Login: from the cookie's token to the person, inside the scope of the request.

The cookie holds the token and the site it belongs to, nothing of the person. What is signed in
here is a row of this agency, or of the national level; elsewhere the same token finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Request, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.local import LocalProxy

from sp4n import clock
from sp4n.accounts import queries
from sp4n.accounts.deputies import Standing
from sp4n.accounts.lifetimes import SEEN_EVERY
from sp4n.accounts.people import people_of
from sp4n.accounts.permissions import may
from sp4n.accounts.words import role_label
from sp4n.audit.actors import Actor, ActorKind
from sp4n.config import Settings
from sp4n.db import db
from sp4n.errors import NotAllowed
from sp4n.tenants.scope import current_scope
from sp4n.web.sites import request_site

TOKEN = "sid"  # noqa: S105 - the name of a key in the session


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """Who is signed in: facts, detached from any session."""

    kind: ActorKind
    id: int
    name: str
    email: str
    role: str
    token: str
    standings: tuple[Standing, ...] = ()
    factor_due: bool = False
    office: str = ""  # of a coordinator

    @property
    def role_label(self) -> str:
        return role_label(self.role)

    def may(self, permission: str) -> bool:
        return may(self.role, permission)


def signed_in() -> SignedIn | None:
    found = current_user._get_current_object()
    return found if isinstance(found, SignedIn) else None


def current_actor() -> Actor:
    """For operations and queries, with a liaison's units."""
    person = signed_in()
    if person is None:
        raise NotAllowed
    if "actor" not in g:
        units = queries.unit_ids_of(db.session(), account_id=person.id, role=person.role)
        g.actor = Actor(person.kind, person.id, person.name, person.role, units)
    actor: Actor = g.actor
    return actor


def begin(token: str) -> None:
    """From here on the browser shows `token`. Nothing of the time before stays in its session:
    neither a token that someone else put there, nor the CSRF token of a stranger's page."""
    _forget()
    session[TOKEN], session["site"] = token, request_site(request).name


def end() -> None:
    _forget()


def shown_token() -> str:
    """What the browser shows, whether it holds or not; "" where nobody can be signed in: at
    another site than the cookie's, and in a scope without people."""
    scope = current_scope()
    people_here = scope is not None and (scope.role == "national" or scope.agency_id is not None)
    if not people_here or session.get("site") != request_site(request).name:
        return ""
    return str(session.get(TOKEN, ""))


def may_be_signed_in() -> bool:
    """Whether the browser shows anything at all; asked before there is a scope."""
    return TOKEN in session


def accounts_are_shared() -> bool:
    """Those of demos, whose passwords everybody may know: of an agency that is one, and of the
    national level where invented data is loaded."""
    if g.agency:
        return bool(g.agency.demo)
    settings: Settings = current_app.extensions["sp4n.settings"]
    return settings.demo


def can(permission: str) -> bool:
    """For templates."""
    person = signed_in()
    return person is not None and person.may(permission)


def staff_frame() -> str:
    """The layout of who was found to be signed in while the request was served; "" where nobody
    was asked. For pages of refusal, which must not ask the database again."""
    found = g.get("_login_user")
    if not isinstance(found, SignedIn):
        return ""
    return "_layout/desk.html" if found.kind == "staff" else "_layout/console.html"


def init_app(app: Flask) -> None:
    # No cookie that remembers: none is ever given, and one of another program is not looked at.
    app.config.setdefault("REMEMBER_COOKIE_NAME", "")
    manager = LoginManager()
    manager.session_protection = None  # by address and browser, which phones change on the way
    manager.request_loader(_load)
    manager.init_app(app, add_context_processor=False)
    # Its hook asks every session for a remember cookie: every page would vary by cookie.
    app.after_request_funcs[None].remove(manager._update_remember_cookie)
    app.jinja_env.globals.update(
        can=can, current_person=LocalProxy(signed_in), staff_frame=staff_frame
    )


def _load(_request: Request) -> SignedIn | None:
    token = shown_token()
    visit = queries.visit(db.session(), token=token) if token else None
    if visit is None:
        return None
    _note_seen(visit)
    person, kind = visit.person, people_of(db.session()).actor_kind
    who = (kind, person.id, person.name, person.email, person.role)
    factor_due = visit.factor_due and not accounts_are_shared()
    office = getattr(person, "office", "")
    return SignedIn(*who, token, visit.standings, factor_due, office)


def _note_seen(visit: queries.Visit) -> None:
    now = clock.now()
    if now - visit.session.last_seen_at > SEEN_EVERY:
        visit.session.last_seen_at = visit.person.last_seen_at = now


def _forget() -> None:
    session.clear()
    for name in ("_login_user", "actor", "csrf_token"):
        g.pop(name, None)
