"""/tls-check?domain=…: whether a certificate may be made for a host, for a proxy that makes them on
demand. It says no more than whoever opens the host would see."""

from __future__ import annotations

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from sp4n.config import Settings
from sp4n.errors import NotFound
from sp4n.tenants.resolver import KeptAgencies
from sp4n.web.sites import host_name, site_of

PLAIN = {"Content-Type": "text/plain"}


def init_app(app: Flask) -> None:
    def tls_check() -> ResponseReturnValue:
        ours = is_ours(request.args.get("domain", ""))
        return ("ok\n", 200, PLAIN) if ours else ("no\n", 404, PLAIN)

    app.add_url_rule("/tls-check", "tls_check", tls_check)


def is_ours(host: str) -> bool:
    """The national host; an agency's slug, also one that it had before; a verified domain."""
    settings: Settings = current_app.extensions["sp4n.settings"]
    name = host_name(host)
    if not name or name != host.lower():  # with a port, say
        return False
    site = site_of(name, "/", settings.base_domain)
    if site.kind != "agency":
        return site.kind == "national"
    agencies: KeptAgencies = current_app.extensions["sp4n.agencies"]
    try:
        agencies.at(site, anew=False)
    except NotFound:
        return False
    return True
