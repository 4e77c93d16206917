"""A photo of a public case, as everyone may see it."""

from __future__ import annotations

from flask import Response, current_app, send_file

from sp4n.cases.photo_queries import public_photo
from sp4n.db import db
from sp4n.files.serving import HEADERS
from sp4n.portal.blueprints import agency as bp


@bp.get("/laporan/<reference>/foto/<photo>")
def photo(reference: str, photo: str) -> Response:
    """Kept by nobody: the next moment it may be another one, or none."""
    found = public_photo(db.session(), reference=reference, token=photo)
    storage = current_app.extensions["sp4n.storage"]
    response = send_file(
        storage.open(found.storage_key), mimetype="image/jpeg", conditional=False, etag=False
    )
    response.content_length = found.size
    response.headers.update(HEADERS)
    return response
