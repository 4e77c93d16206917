"""The one place where a refusal becomes a page, for people, that says what to do next."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from sp4n.db import db
from sp4n.errors import SP4NError, TooMany
from sp4n.web.faults import told
from sp4n.web.request_log import request_id

log = logging.getLogger(__name__)
PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 500, 503}


def error_page(
    status: int, message: str = "", retry_after: int | None = None
) -> ResponseReturnValue:
    """The page for `status`; rolls back first, so that it can be made from a clean session."""
    db.session.rollback()
    shown = status if status in PAGES else (400 if status < 500 else 500)
    incident = request_id() if shown >= 500 else None
    page = make_response(
        render_template(
            f"errors/{shown}.html", message=message, retry_after=retry_after, incident=incident
        ),
        status,
    )
    if retry_after is not None:
        page.headers["Retry-After"] = str(retry_after)
    return page


def init_app(app: Flask) -> None:
    app.register_error_handler(SP4NError, _refused)
    app.register_error_handler(CSRFError, lambda error: error_page(400, "csrf"))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, lambda error: error_page(409))
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(TimeoutError, lambda error: error_page(503, retry_after=5))
    app.register_error_handler(Exception, _unforeseen)
    # Flask's own, for what is raised after the view: by the commit, say.
    app.log_exception = _log  # type: ignore[method-assign, assignment]


def _log(raised: Any) -> None:
    log.error("unforeseen in %s: %s", request_id(), told(raised[1]))


def _refused(error: SP4NError) -> ResponseReturnValue:
    retry_after = error.retry_after if isinstance(error, TooMany) else None
    return error_page(error.status, error.message, retry_after)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, RequestEntityTooLarge):
        # Left unread, the rest of a large body would be taken for the next request.
        request.environ["wsgi.input_terminated"] = True
    page = make_response(error_page(status))
    if status == 405:
        page.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or [])
    return page


def _database(error: DBAPIError) -> ResponseReturnValue:
    if isinstance(error, OperationalError) or error.connection_invalidated:
        log.warning("the database is away in %s: %s", request_id(), type(error.orig).__name__)
        return error_page(503, retry_after=5)
    return _unforeseen(error)


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.error("unforeseen in %s: %s", request_id(), told(error))
    return error_page(500)
