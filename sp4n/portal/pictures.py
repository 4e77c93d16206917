"""An agency's own pictures, under its own address and kept there for good: what changes is their
name. Drafted ones are for its admins alone."""

from __future__ import annotations

from contextlib import suppress

from flask import Response, current_app, g, send_file

from sp4n.accounts.login import signed_in
from sp4n.accounts.permissions import Permission
from sp4n.configuration.queries import shows_picture
from sp4n.db import db
from sp4n.errors import NotFound
from sp4n.files.drawing import NAME, VARIANTS
from sp4n.files.pictures import picture_named
from sp4n.files.serving import HEADERS
from sp4n.files.storage import StorageFailed
from sp4n.portal.blueprints import agency as bp
from sp4n.web.assets import YEAR

ROUTE = f"/gambar/<picture>/<any({', '.join(VARIANTS)}):variant>"
FOR_GOOD = f"public, max-age={YEAR}, immutable"


@bp.get(ROUTE)
def picture(picture: str, variant: str) -> Response:
    """Asked of the database, not of what this process knows of the agency: a page that was made a
    moment ago by another process names what has just been published."""
    if not NAME.fullmatch(picture):
        raise NotFound
    public = shows_picture(db.session(), name=picture)
    person = None if public else signed_in()
    if not public and not (person and person.may(Permission.SETTINGS_EDIT)):
        raise NotFound
    found = picture_named(db.session(), name=picture, variant=variant)
    response = send_file(
        current_app.extensions["sp4n.storage"].open(found.storage_key),
        mimetype=found.media_type,
        conditional=False,
        etag=False,
    )
    response.content_length = found.size
    response.headers.update(HEADERS)
    if public:
        response.headers["Cache-Control"] = FOR_GOOD
    return response


def printed_logo() -> bytes:
    """For a document; none where there is none, or where the storage is away: the document is
    more than its sign."""
    if g.agency.logo:
        with suppress(NotFound, StorageFailed):
            found = picture_named(db.session(), name=g.agency.logo, variant="print")
            with current_app.extensions["sp4n.storage"].open(found.storage_key) as file:
                return bytes(file.read())
    return b""
