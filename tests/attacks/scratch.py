"""A house of our own to take stones out of: a database and an application that nobody else uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.db import RoleSession, db
from sp4n.settings.operations import load_reference_data
from sp4n.tenants import scope
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.scope import Scope, opened
from tests.factories import make_agency
from tests.rules import canaries
from tests.rules.wall import PRIVATE
from tests.servers import servers, superuser_of


@dataclass
class Scratch:
    """`mine`, `theirs`: a row in every owned table of two agencies."""

    app: Flask
    superuser: sa.Connection
    mine: canaries.Planted
    theirs: canaries.Planted

    @contextmanager
    def inside(self, agency_id: int) -> Iterator[Session]:
        with self.app.app_context(), opened(Scope("tenant", agency_id)):
            yield db.session()

    @contextmanager
    def without_policies(self, tables: set[str] = PRIVATE) -> Iterator[None]:
        """The database lets everything pass; put back afterwards."""
        self._row_security("DISABLE", tables)
        try:
            yield
        finally:
            self._row_security("ENABLE", tables)

    def _row_security(self, word: str, tables: set[str]) -> None:
        for table in sorted(tables):
            self.superuser.exec_driver_sql(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


@contextmanager
def without_criterion() -> Iterator[None]:
    """The ORM neither filters nor stamps nor refuses."""
    listeners: list[tuple[str, Any]] = [
        ("do_orm_execute", scope._filter),
        ("before_flush", scope._stamp),
    ]
    for name, listener in listeners:
        event.remove(RoleSession, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.listen(RoleSession, name, listener)


@contextmanager
def house(settings: Settings, data_dir: Path, name: str) -> Iterator[tuple[Flask, sa.Connection]]:
    """An application on a database of its own, with the tables' reference data."""
    with servers(data_dir, name) as found:
        names = ("url", "tenant_url", "national_url", "relay_url")
        urls = {f"database_{name}": getattr(found, f"database_{name}") for name in names}
        app = create_app(replace(settings, **urls))
        app.testing = True
        with app.app_context(), edge(NATIONAL):
            load_reference_data(db.session())
        engine = sa.create_engine(superuser_of(found), isolation_level="AUTOCOMMIT")
        with engine.connect() as superuser:
            yield app, superuser
        dispose(app)
        engine.dispose()


def dispose(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@contextmanager
def scratch(settings: Settings, data_dir: Path) -> Iterator[Scratch]:
    with house(settings, data_dir, "sp4n_scratch") as (app, superuser):
        planted = [
            canaries.plant(superuser, make_agency(app).id, word) for word in ("merah", "biru")
        ]
        yield Scratch(app, superuser, *planted)
