"""Which scope a request of the national site runs in, by the blueprint it is for.

Inside one agency the coordinator is looked up in the national scope first; that session is closed,
and the request goes on as the agency's own role, for reading.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import RequestRedirect

from sp4n.accounts.doors import ask_to_sign_in, set_up_first
from sp4n.accounts.login import current_actor, signed_in
from sp4n.accounts.permissions import Permission
from sp4n.audit.actors import Actor
from sp4n.errors import NotAllowed, NotFound
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts, ScopeChooser, agency_by_slug
from sp4n.tenants.scope import Scope, opened


def national() -> Scope:
    return NATIONAL


def inside_agency() -> Scope:
    """The scope of the agency in the address, once the coordinator is known."""
    slug = str((request.view_args or {}).get("slug", ""))
    with opened(NATIONAL):
        found = agency_by_slug(slug)
        g.operator = operator()
    found = called_now(found, slug)
    g.entered = found
    return Scope("tenant", found.id)


def called_now(found: AgencyFacts | None, slug: str) -> AgencyFacts:
    """An agency by the `slug` of this address; by one that it had before, the address leads on."""
    if found is None:
        raise NotFound
    if found.slug != slug:
        there = url_for(request.endpoint or "", **{**(request.view_args or {}), "slug": found.slug})
        query = request.query_string.decode("latin-1")
        raise RequestRedirect(there + (f"?{query}" if query else ""))
    return found


@dataclass(frozen=True)
class Operator:
    """A coordinator at an agency's door: None where nobody is signed in."""

    actor: Actor | None
    may_enter: bool
    factor_due: bool = False


def operator() -> Operator:
    person = signed_in()
    if person is None:
        return Operator(None, may_enter=False)
    may_enter = person.may(Permission.AGENCY_ENTER)
    return Operator(current_actor(), may_enter=may_enter, factor_due=person.factor_due)


def check_operator() -> ResponseReturnValue | None:
    found: Operator = g.operator
    if found.actor is None:
        return ask_to_sign_in("national")
    if not found.may_enter:
        raise NotAllowed
    return set_up_first("national") if found.factor_due else None


SCOPES: dict[str, ScopeChooser] = {
    "national": national,
    "national_accounts": national,
    "national_admin": national,
    "national_admin_agency": national,
    "national_admin_defaults": national,
    "national_admin_numbers": national,
    "national_admin_people": national,
    "national_admin_replies": national,
    "national_admin_security": national,
    "national_inside": inside_agency,
}
