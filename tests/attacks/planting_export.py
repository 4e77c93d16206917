"""An export of one of the attacks' agencies, with its file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.exports.links import link_token
from sp4n.exports.models import AgencyExport
from sp4n.files.storage import new_export_key

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


def an_export(app: Flask, session: Session, planted: Planted) -> None:
    """One that is ready to be taken along, and whose file is there."""
    key, at = new_export_key(), clock.now()
    content = planted.canary("", "ekspor").encode()
    with app.extensions["sp4n.storage"].writing(key) as file:
        file.write(content)
    export = AgencyExport(
        state="ready",
        requested_at=at,
        requested_by=planted.accounts["admin"],
        requested_by_name=planted.canary("petugas", "admin"),
        storage_key=key,
        size=len(content),
        finished_at=at,
        expires_at=at + timedelta(days=3),
    )
    session.add(export)
    session.flush()
    planted.export_id = export.id
    planted.export_token = link_token(export, secret=app.extensions["sp4n.settings"].secret_key)
