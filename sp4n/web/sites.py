"""Which site a request is for: the national one, or one agency's, by host or by /i/<slug>/.

The host is parsed, never trusted: what is not the base domain, a label below it or a domain of an
agency's own (looked up by `tenants.resolver`) is nobody's, and nobody's address is a 404.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, Request
from werkzeug.routing import IntegerConverter, Map, MapAdapter
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
PATH_FORM = re.compile(r"/i/([^/]+)(/.*)?")
EVERYWHERE = ("/static/", "/livez", "/readyz", "/metrics", "/tls-check")
LOOPBACK = {"127.0.0.1", "[::1]"}


@dataclass(frozen=True)
class Site:
    """kind "national" or "agency" (then a slug or a domain), or "nobody"; prefix "" or "/i/x"."""

    kind: str
    slug: str = ""
    domain: str = ""
    prefix: str = ""

    @property
    def name(self) -> str:
        """What a session says it belongs to: a session of one site is nothing at another.

        In brackets where it is no agency's: an agency may well be called "national"."""
        return self.slug or self.domain or f"({self.kind})"


NOBODY = Site("nobody")


def host_name(host: str) -> str:
    """The host without its port, in lower case; "" where it is not one."""
    found = re.fullmatch(r"([a-z0-9.-]{1,253}|\[[0-9a-f:.]+\])(:\d{1,5})?", host.strip().lower())
    return found[1] if found else ""


def site_of(host: str, path: str, base_domain: str, *, loopback: bool = False) -> Site:
    name = host_name(host)
    if name == base_domain or (loopback and name in LOOPBACK):
        in_path = PATH_FORM.fullmatch(path)
        if not in_path:
            return Site("national")
        slug, rest = in_path[1], in_path[2] or ""
        if not SLUG.fullmatch(slug) or rest.startswith(EVERYWHERE):
            return NOBODY
        return Site("agency", slug=slug, prefix=f"/i/{slug}")
    if name.endswith("." + base_domain):
        slug = name[: -len(base_domain) - 1]
        return Site("agency", slug=slug) if SLUG.fullmatch(slug) else NOBODY
    return Site("agency", domain=name) if name and "." in name and name[-1] != "." else NOBODY


class SiteMiddleware:
    """Puts the site into the environ; in the path form, /i/<slug> becomes the script name."""

    def __init__(self, app: Any, base_domain: str, *, loopback: bool) -> None:
        self.app = app
        self.base_domain = base_domain
        self.loopback = loopback

    def __call__(self, environ: dict[str, Any], start: StartResponse, /) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        site = site_of(environ.get("HTTP_HOST", ""), path, self.base_domain, loopback=self.loopback)
        environ["sp4n.site"] = site
        if site.prefix:
            rest = path[len(site.prefix) :]
            if not rest:
                query = environ.get("QUERY_STRING", "")
                to = f"{site.prefix}/" + (f"?{query}" if query else "")
                return Response(status=308, headers={"Location": to})(environ, start)
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + site.prefix
            environ["PATH_INFO"] = rest
        answer: Iterable[bytes] = self.app(environ, start)
        return answer


def request_site(request: Request) -> Site:
    site: Site = request.environ.get("sp4n.site", NOBODY)
    return site


class SiteAdapter(MapAdapter):
    """What stands in a rule as a subdomain is a kind of site: it is no part of any address, and
    of none that the map redirects to ("/desk" to "/desk/")."""

    @classmethod
    def of(cls, bound: MapAdapter) -> SiteAdapter:
        return cls(
            bound.map,
            bound.server_name,
            bound.script_name,
            bound.subdomain,
            bound.url_scheme,
            bound.path_info,
            bound.default_method,
            bound.query_args,
        )

    def get_host(self, domain_part: str | None) -> str:
        del domain_part
        return self.server_name


class RowId(IntegerConverter):
    """`<int:…>`: a number that can be a row's id; larger ones are not found, rather than a fault
    of the database."""

    def __init__(self, map: Map, **kwargs: Any) -> None:
        super().__init__(map, max=2**63 - 1, **kwargs)


class SitesFlask(Flask):
    """One URL map for both kinds of site: rules carry subdomain "agency" or "national", and the
    map is bound to what the host says. Nothing of the host itself goes into a rule."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url_map.converters["int"] = RowId

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine: a page need not look at a dozen functions to find out."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        if request is None:
            return super().create_url_adapter(None)
        everywhere = request.path.startswith(EVERYWHERE)
        bound = self.url_map.bind(
            server_name=request.host,
            script_name=request.root_path,
            subdomain="" if everywhere else request_site(request).kind,
            url_scheme=request.scheme,
            default_method=request.method,
            path_info=request.path,
            query_args=request.query_string.decode("latin-1"),
        )
        return SiteAdapter.of(bound)
