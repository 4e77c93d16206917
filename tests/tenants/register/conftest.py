"""A database of its own, so that only what these tests put there is in the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.db import db
from sp4n.runtime.embedded import EmbeddedServers
from sp4n.runtime.roles import create_database
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.register.operations import seed_register
from sp4n.tenants.scope import opened
from tests.servers import migrate

TODAY = date(2026, 11, 22)


class Hooks:
    """Stand where the audit of a higher room is joined, and remember."""

    def __init__(self) -> None:
        self.acts: list[dict[str, Any]] = []

    def record(self, _session: Session, /, **entry: Any) -> None:
        self.acts.append(entry)


@pytest.fixture(scope="session")
def app(settings: Settings, database: EmbeddedServers) -> Flask:
    """On the same server, for the same roles."""
    name = f"{sa.make_url(database.database_url).database}_register"
    create_database(database.superuser_url, name)
    urls = {
        f"database{role}_url": moved(getattr(database, f"database{role}_url"), name)
        for role in ("", "_tenant", "_national", "_relay")
    }
    migrate(sa.make_url(urls["database_url"]), "head")
    return create_app(replace(settings, **urls))


def moved(url: str, database: str) -> str:
    return sa.make_url(url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture
def hooks() -> Hooks:
    return Hooks()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The national scope, rolled back at the end."""
    with app.app_context(), opened(NATIONAL):
        yield db.session()


@pytest.fixture(scope="module")
def seeded(app: Flask) -> Iterator[Session]:
    with app.app_context(), opened(NATIONAL):
        hooks = Hooks()
        seed_register(db.session(), today=TODAY, record=hooks.record)
        yield db.session()
