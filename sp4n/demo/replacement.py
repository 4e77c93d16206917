"""Taking demo data out, all of it: the one thing in this house that empties tables.

Nobody's role may delete most of these rows, so the owner does it, in one transaction, and only
where every agency is marked as demo. Numbers are not used again: whatever still names an old one,
a cookie or a job, finds nothing instead of somebody else's.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import OperationalError

from sp4n.config import Settings
from sp4n.db import db
from sp4n.demo.refusals import DemoRefused
from sp4n.files.models import Attachment
from sp4n.files.storage import Storage
from sp4n.notices.gateways import FolderGateway, gateway
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.grants import GRANTS
from sp4n.tenants.scope import Scope, opened

# The same in every scenario, and remembered by processes that serve meanwhile.
KEPT = {
    *("region", "rule_set", "time_limit", "category", "national_setting"),
    *("road_map", "instrument_duty"),
}
PATIENCE = "10s"


def take_out(settings: Settings) -> None:
    """Rows, then attachments, then kept mail. Raises DemoRefused with nothing taken out."""
    if settings.production:
        raise DemoRefused("Demo data is neither loaded nor replaced in production.")
    if settings.database_url is None:
        raise DemoRefused("DATABASE_URL is missing; replacing demo data needs the owner's.")
    holders = _agencies_with_files()
    try:
        _empty_tables(settings.database_url)
    except OperationalError as error:
        raise DemoRefused("The tables are in use; try again, or stop `sp4n up`.") from error
    _delete_files(holders)
    sending = gateway()
    if isinstance(sending, FolderGateway):
        shutil.rmtree(sending.folder, ignore_errors=True)


def _empty_tables(owner_url: str) -> None:
    engine = sa.create_engine(owner_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        connection.exec_driver_sql("LOCK TABLE agency IN ACCESS EXCLUSIVE MODE")
        if connection.exec_driver_sql("SELECT EXISTS (SELECT FROM agency WHERE NOT demo)").scalar():
            raise DemoRefused("There are agencies here that are not demo data; they stay.")
        connection.exec_driver_sql(f"TRUNCATE {', '.join(sorted(GRANTS.keys() - KEPT))}")


def _agencies_with_files() -> list[int]:
    with opened(NATIONAL):
        return list(db.session.scalars(sa.select(Attachment.agency_id).distinct()))


def _delete_files(agency_ids: Iterable[int]) -> None:
    storage: Storage = current_app.extensions["sp4n.storage"]
    for agency_id in agency_ids:
        with opened(Scope("tenant", agency_id)):
            for file in storage.list():
                storage.delete(file.key)
