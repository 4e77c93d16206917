"""Headers of every answer: a policy without inline anything, and nothing private in a cache."""

from __future__ import annotations

from flask import Flask, Response, request

from sp4n.web.everyones import FOR_ONE
from sp4n.web.sites import request_site

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
# A page that holds frames of its own site, and pages that such a one may hold.
WITH_OWN_FRAMES = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
IN_OWN_FRAMES = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
YEAR = 31_536_000


ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": FOR_ONE,
}


def init_app(app: Flask, *, https: bool) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        """What the page did not say itself."""
        said = set(response.headers.keys(lower=True))
        for name, value in ALWAYS.items():
            if name.lower() not in said:
                response.headers.add(name, value)
        if https:
            # What else is below a domain of an agency's own is not ours to decide.
            below = "" if request_site(request).domain else "; includeSubDomains"
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}{below}")
        return response
