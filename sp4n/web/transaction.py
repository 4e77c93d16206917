"""The edge of a request: it commits, once, and only when the answer is not a refusal.

The one exception is a draft: what a refused form (422) brought along is kept until it is right.
"""

from __future__ import annotations

from flask import Flask, Response, g

from sp4n.db import SHARED, database_role, db


def keep_although_refused() -> None:
    """For drafts only: commit what was written although the form is shown again."""
    g.keep_although_refused = True


def init_app(app: Flask) -> None:
    @app.after_request
    def commit(response: Response) -> Response:
        if database_role() == SHARED:
            return response  # by who can write nothing
        kept = response.status_code == 422 and g.get("keep_although_refused", False)
        if response.status_code < 400 or kept:
            db.session.commit()
        else:
            db.session.rollback()
        return response
