"""Absolute addresses, from settings and the agency's row: never from a request's Host."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote, urlencode

from flask import current_app, has_request_context, request

from sp4n.config import Settings
from sp4n.web.language import current_language
from sp4n.web.sites import LOOPBACK, Site, host_name, request_site


class HasSlug(Protocol):
    @property
    def slug(self) -> str: ...


def agency_url(agency: HasSlug, path: str = "/", *, lang: str | None = None) -> str:
    """`path` on the agency's own site, e.g. http://badungkab.localhost:8000/lacak; at the domain of
    its own that it chose, where the facts name one."""
    settings: Settings = current_app.extensions["sp4n.settings"]
    domain = getattr(agency, "domain", "")
    if domain:
        return domain_origin(domain) + path + _query(path, lang)
    in_path = settings.agency_address == "path"
    origin = f"{settings.public_origin}/i/{agency.slug}" if in_path else _subdomain(agency.slug)
    return origin + path + _query(path, lang)


def domain_origin(domain: str) -> str:
    settings: Settings = current_app.extensions["sp4n.settings"]
    port = f":{settings.public_port}" if settings.public_port else ""
    return f"{settings.public_scheme}://{domain}{port}"


def present_address(agency: HasSlug) -> str:
    """This very request's address at an agency that was renamed, in the form that it came by."""
    query = request.query_string.decode("latin-1")
    path = quote(request.path, safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")
    prefix = request_site(request).prefix
    return f"/i/{agency.slug}{path}" if prefix else _subdomain(agency.slug) + path


def origin_of(slug: str) -> str:
    """Where an agency of this slug is, in the form that the reader came by."""
    settings: Settings = current_app.extensions["sp4n.settings"]
    site = _site_of_reader()
    by_slug = site is not None and bool(site.slug)
    in_path = bool(site and site.prefix) if by_slug else settings.agency_address == "path"
    return f"{settings.public_origin}/i/{slug}" if in_path else _subdomain(slug)


def _subdomain(slug: str) -> str:
    settings: Settings = current_app.extensions["sp4n.settings"]
    scheme, _, host = settings.public_origin.partition("://")
    return f"{scheme}://{slug}.{host}"


def national_url(path: str = "/", *, lang: str | None = None) -> str:
    settings: Settings = current_app.extensions["sp4n.settings"]
    return settings.public_origin + path + _query(path, lang)


def agency_link(agency: HasSlug, path: str = "/") -> str:
    """For a page: in the form that its reader came by, so that the address can be followed, and in
    their language, which a cookie does not carry to another host."""
    site = _site_of_reader()
    if site is not None and (site.prefix or host_name(request.host) in LOOPBACK):
        return f"/i/{agency.slug}{path}"
    return agency_url(agency, path, lang=current_language())


def national_link(path: str = "/") -> str:
    """For a page, as `agency_link`."""
    site = _site_of_reader()
    on_base_domain = site is not None and (site.prefix or site.kind == "national")
    return path if on_base_domain else national_url(path, lang=current_language() if path else None)


def _site_of_reader() -> Site | None:
    return request_site(request) if has_request_context() else None


def _query(path: str, lang: str | None) -> str:
    if not lang or lang == "id":
        return ""
    return ("&" if "?" in path else "?") + urlencode({"lang": lang})
