"""Indonesian first, English by `?lang=en` or the switch on every page; kept in a cookie."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
COOKIE = "bahasa"
HALF_YEAR = 15_552_000


def chosen_language() -> str:
    """Of the request: the address, then the cookie, then Indonesian."""
    asked = request.args.get("lang") or request.cookies.get(COOKIE, "")
    return asked if asked in LANGUAGES else "id"


def current_language() -> str:
    locale = get_locale()
    return locale.language if locale else "id"


def language_url(language: str) -> str:
    """This page in another language; on this host, however strangely it was asked for."""
    args = {name: value for name, value in request.args.items() if name != "lang"}
    path = quote(f"{request.script_root}/{_path_of_page().lstrip('/')}")
    return f"{path}?{urlencode({**args, 'lang': language})}"


def _path_of_page() -> str:
    """What can be opened: a form shown again stands at its act's address, below its page's."""
    rule = request.url_rule
    shown_again = rule is not None and rule.methods is not None and "GET" not in rule.methods
    return request.path.rpartition("/")[0] if shown_again else request.path


def init_app(app: Flask) -> None:
    Babel(app, default_locale="id", locale_selector=_select, default_translation_directories=None)
    app.jinja_env.globals.update(
        current_language=current_language, language_url=language_url, languages=LANGUAGES
    )

    @app.after_request
    def remember(response: Response) -> Response:
        asked = request.args.get("lang")
        if asked in LANGUAGES and request.cookies.get(COOKIE) != asked:
            response.set_cookie(
                COOKIE,
                asked,
                max_age=HALF_YEAR,
                path="/",
                secure=request.is_secure,
                httponly=True,
                samesite="Lax",
            )
        return response


def _select() -> str:
    """A job renders in the language it set on `g`; a request in the chosen one."""
    forced: str | None = g.get("language")
    return forced or (chosen_language() if request else "id")
