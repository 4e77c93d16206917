"""From a request's site to its agency, and to the one scope that the request will have.

The only check of the host there is: a slug or a verified domain of an agency, or 404. The look-up
runs unscoped, its session is closed, then the scope opens; afterwards nothing changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from cachetools import TTLCache
from flask import Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue

from sp4n.config import Settings
from sp4n.db import db
from sp4n.errors import NotFound
from sp4n.tenants.addresses import present_address
from sp4n.tenants.models import (
    Agency,
    AgencyDomain,
    AgencyFormerSlug,
    AgencyProfile,
    AgencyStatus,
)
from sp4n.tenants.scope import UNSCOPED, Scope, enter, leave, opened
from sp4n.web.everyones import TO_BE_KEPT, is_marked, language_alone
from sp4n.web.sites import EVERYWHERE, Site, request_site

ScopeChooser = Callable[[], Scope]
AtOldAddress = Callable[[str], ResponseReturnValue]
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# How old may be what a process knows of an agency: its name, its status.
LIFETIME = 2.0
MOST_KEPT = 4096


def host_of(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


@dataclass(frozen=True)
class AgencyFacts:
    """What a request may know of its agency, detached from any session: the register's word, and
    over it what the agency has published of itself."""

    id: int
    slug: str
    kind: str
    name: str
    short_name: str
    region_code: str | None
    time_zone: str
    colour: str
    status: str
    status_reason: str
    connected_to: date | None
    contact_email: str
    contact_phone: str
    address: str
    demo: bool
    domain: str = ""  # the one of its own that it wants to be known by
    welcome_title: str = ""
    welcome_text: str = ""
    opening_hours: str = ""
    mail_signature: str = ""
    local_holidays: str = ""
    time_limits: str = ""
    intake: str = ""
    routing: str = ""
    public_classes: str = ""
    file_kinds: str = ""
    file_size: str = ""
    file_count: str = ""
    questions: str = ""
    logo: str = ""
    icon: str = ""
    cover: str = ""
    cover_alt: str = ""
    website: str = ""
    instagram: str = ""
    facebook: str = ""
    youtube: str = ""
    twitter: str = ""
    tiktok: str = ""
    mail_name: str = ""
    reply_to: str = ""
    message_texts: str = ""
    languages: str = ""
    answer_approval: str = ""
    answer_evidence: str = ""
    unit_rules: str = ""

    @property
    def links(self) -> list[tuple[str, str]]:
        """(what it is called, address), of those that there are."""
        found = [(label, str(getattr(self, name))) for name, label in LINKS.items()]
        return [(label or host_of(address), address) for label, address in found if address]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def speaks_english(self) -> bool:
        """Whether citizens may choose English; Indonesian is always there."""
        return self.languages != "id"

    @property
    def has_contact(self) -> bool:
        """Whether there is a way to reach its people beside a report."""
        return bool(self.contact_phone or self.contact_email or self.address)

    @property
    def active(self) -> bool:
        return self.status == AgencyStatus.ACTIVE

    @property
    def over(self) -> bool:
        """Merged, split or closed: it is read, and asked for nothing any more."""
        return self.status == AgencyStatus.ARCHIVED

    @property
    def preparing(self) -> bool:
        """Not open to citizens yet; what its staff file meanwhile is a trial."""
        return self.status == AgencyStatus.PREPARING


# "": the agency's own site, whose address is its name.
LINKS = {
    "website": "",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "youtube": "YouTube",
    "twitter": "X",
    "tiktok": "TikTok",
}
REGISTERED = tuple(
    Agency.__table__.c[fact.name] for fact in fields(AgencyFacts) if fact.name in Agency.__table__.c
)
# What `configuration.catalogue` lets an agency set; a test holds the two together.
PUBLISHED = frozenset(
    {
        "colour",
        "contact_email",
        "contact_phone",
        "address",
        "welcome_title",
        "welcome_text",
        "opening_hours",
        "mail_signature",
        "local_holidays",
        "time_limits",
        "intake",
        "routing",
        "public_classes",
        "file_kinds",
        "file_size",
        "file_count",
        "questions",
        "logo",
        "icon",
        "cover",
        "cover_alt",
        *LINKS,
        "mail_name",
        "reply_to",
        "message_texts",
        "languages",
        "answer_approval",
        "answer_evidence",
        "unit_rules",
    }
)


def agency_facts(*where: sa.ColumnElement[bool]) -> AgencyFacts | None:
    """The one agency that `where` names, through whatever scope is open."""
    found = agencies_facts(*where)
    return found[0] if found else None


@cache
def _facts() -> sa.Select[Any]:
    """Built once: it is asked for with every request of somebody who signed in."""
    chosen = sa.and_(
        AgencyDomain.agency_id == Agency.id,
        AgencyDomain.is_primary,
        AgencyDomain.verified_at.is_not(None),
        AgencyDomain.failing_since.is_(None),
    )
    return (
        sa.select(AgencyProfile.__table__.c.shown, AgencyDomain.domain, *REGISTERED)
        .select_from(Agency)
        .outerjoin(AgencyProfile, AgencyProfile.agency_id == Agency.id)
        .outerjoin(AgencyDomain, chosen)
        .order_by(Agency.name)
    )


def agencies_facts(*where: sa.ColumnElement[bool]) -> list[AgencyFacts]:
    """By name."""
    return _read(_facts().where(*where))


def _read(wanted: sa.Select[Any], **values: str) -> list[AgencyFacts]:
    rows = db.session.connection().execute(wanted, values).all()
    return [
        with_published(replace(AgencyFacts(*registered), domain=domain or ""), shown or {})
        for shown, domain, *registered in rows
    ]


def with_published(facts: AgencyFacts, shown: Mapping[str, Any]) -> AgencyFacts:
    """The facts as they read once `shown` is published; never a name, a status or an address."""
    return replace(facts, **{name: shown[name] for name in PUBLISHED & shown.keys()})


def agency_by_id(agency_id: int) -> AgencyFacts | None:
    return agency_facts(Agency.id == agency_id)


@cache
def _named() -> sa.Select[Any]:
    slug = sa.bindparam("slug", type_=Agency.slug.type)
    before = sa.select(AgencyFormerSlug.agency_id).where(AgencyFormerSlug.slug == slug)
    return _facts().where(sa.or_(Agency.slug == slug, Agency.id == before.scalar_subquery()))


def agency_by_slug(slug: str) -> AgencyFacts | None:
    """Also by one that it had before: then the facts name another."""
    found = _read(_named(), slug=slug)
    return found[0] if found else None


def was_agencys_own(host: str) -> bool:
    """Whether this request's agency was at this host before it was renamed."""
    settings: Settings = current_app.extensions["sp4n.settings"]
    slug = host.removesuffix(f".{settings.base_domain}")
    if g.get("agency") is None or slug == host:
        return False
    owner = sa.select(AgencyFormerSlug.agency_id).where(AgencyFormerSlug.slug == slug)
    return bool(db.session.scalar(owner) == g.agency.id)


def agency_at(site: Site) -> AgencyFacts:
    """Never a default agency: what is not ours is not found."""
    if site.slug:
        facts = agency_by_slug(site.slug)
    else:
        verified = sa.select(AgencyDomain.agency_id).where(
            AgencyDomain.domain == site.domain, AgencyDomain.verified_at.is_not(None)
        )
        facts = agency_facts(Agency.id == verified.scalar_subquery())
    if facts is None:
        raise NotFound
    return facts


class KeptAgencies:
    """What this process has read of agencies, for LIFETIME. What is not ours is asked each time."""

    def __init__(self) -> None:
        self._kept: TTLCache[Site, AgencyFacts] = TTLCache(MOST_KEPT, LIFETIME)
        self._lock = Lock()

    def at(self, site: Site, *, anew: bool) -> AgencyFacts:
        """`anew` for what is kept itself, or its age would be added to that of these facts."""
        with self._lock:
            facts = None if anew else self._kept.get(site)
        if facts is None:
            with opened(UNSCOPED):
                facts = agency_at(site)
            with self._lock:
                self._kept[site] = facts
        return facts

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


def lead_on(agency: AgencyFacts, at_old_address: AtOldAddress) -> ResponseReturnValue:
    """From an address that the agency had before; a form to another host is led by hand."""
    to = present_address(agency)
    if request.mimetype in FORMS and not to.startswith("/"):
        g.agency = agency
        return at_old_address(to)
    return redirect(to, 308)


def init_app(
    app: Flask,
    scopes: dict[str, ScopeChooser],
    at_old_address: AtOldAddress,
    may_be_signed_in: Callable[[], bool],
) -> None:
    """`scopes`: for blueprints of the national site, what scope they run in; others see shared
    tables only, and so do pages for everyone: what is kept of them can hold no agency's own row.
    `at_old_address`: answers a form, in no scope."""
    agencies = app.extensions["sp4n.agencies"] = KeptAgencies()

    @app.before_request
    def open_scope() -> ResponseReturnValue | None:
        g.agency = None
        if request.path.startswith(EVERYWHERE):
            return None
        site = request_site(request)
        if site.kind == "agency":
            nobody = language_alone(request.headers.get("Cookie", "")) is not None
            # Whoever may be signed in sees what holds now, and may look at what is still a draft.
            anew = TO_BE_KEPT in request.environ or (not nobody and may_be_signed_in())
            found = agencies.at(site, anew=anew)
            if site.slug not in ("", found.slug):
                return lead_on(found, at_old_address)
            g.agency = found
            shared = nobody and is_marked(app, request.endpoint)
            enter(UNSCOPED if shared else Scope("tenant", g.agency.id))
        elif site.kind == "national":
            chosen = scopes.get(request.blueprint or "", lambda: UNSCOPED)()
            enter(chosen)
        else:
            raise NotFound
        return None

    @app.teardown_request
    def close_scope(_error: BaseException | None) -> None:
        leave()
