"""The session cookie: host-only, of one site, and nothing at another.

Over HTTPS it is `__Host-…`; in the path form all sites share an origin, so the cookie's path is the
site's and its name says which.
"""

from __future__ import annotations

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from sp4n.web.sites import request_site


class SiteSessions(SecureCookieSessionInterface):
    signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made once: it follows from the application's key."""
        if self.signer is None:
            self.signer = super().get_signing_serializer(app)
        return self.signer

    def get_cookie_name(self, app: Flask) -> str:
        site = request_site(request)
        name = f"sp4n-{site.slug}" if site.prefix else "sp4n"
        if not self.get_cookie_secure(app):
            return name
        return f"__Secure-{name}" if site.prefix else f"__Host-{name}"

    def get_cookie_domain(self, app: Flask) -> str | None:
        return None

    def get_cookie_path(self, app: Flask) -> str:
        return request_site(request).prefix + "/"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        session = super().open_session(app, request)
        if session and session.get("site") != request_site(request).name:
            return self.session_class()
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session and session.modified:
            session["site"] = request_site(request).name
        super().save_session(app, session, response)
