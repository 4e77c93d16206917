"""Databases of their own: demo data goes only where there is nothing else. The whole of it is put
in once, and interrupted once on the way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.db import db
from sp4n.demo.loading import REGISTER, load, put_in
from sp4n.demo.marks import demo_data_is_in
from sp4n.demo.scenarios import TODAY, Scenario, scenario_named
from sp4n.runtime.embedded import EmbeddedServers
from sp4n.runtime.roles import create_database
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import agency_by_slug
from sp4n.tenants.scope import Scope, opened
from tests.servers import migrate

SECOND_AGENCY = REGISTER + 40

numbers = itertools.count(1)
MakeApp = Callable[[], Flask]


class Interrupted(Exception):
    pass


@dataclass(frozen=True)
class Furnished:
    """`was_in`: what /readyz was told before, after the interruption, and at the end."""

    app: Flask
    words: str
    was_in: tuple[bool, bool, bool]


@pytest.fixture(scope="session")
def make_demo_app(
    settings: Settings, database: EmbeddedServers, tmp_path_factory: pytest.TempPathFactory
) -> MakeApp:
    """An application on an empty database, with a folder of its own."""

    def make() -> Flask:
        name = f"{sa.make_url(database.database_url).database}_demo{next(numbers)}"
        create_database(database.superuser_url, name)
        urls = {
            f"database{role}_url": moved(getattr(database, f"database{role}_url"), name)
            for role in ("", "_tenant", "_national", "_relay")
        }
        migrate(sa.make_url(urls["database_url"]), "head")
        folder: Path = tmp_path_factory.mktemp("demo")
        here = replace(settings, data_dir=folder, demo=True)
        return create_app(replace(here, **urls))  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def furnished(make_demo_app: MakeApp) -> Furnished:
    app = make_demo_app()
    with app.app_context():
        before = demo_data_is_in()
        with pytest.raises(Interrupted):
            put_in(scenario_named(TODAY), begun=False, progress=interrupt_at(SECOND_AGENCY))
        between = demo_data_is_in()
        words = load()
        return Furnished(app, words, (before, between, demo_data_is_in()))


@pytest.fixture
def demo_app(furnished: Furnished) -> Flask:
    return furnished.app


@pytest.fixture
def national_view(demo_app: Flask) -> Iterator[Session]:
    with demo_app.app_context(), opened(NATIONAL):
        yield db.session()


@contextmanager
def inside_agency(app: Flask, slug: str) -> Iterator[Session]:
    """Nothing that is done there stays."""
    with app.app_context():
        with opened(Scope("tenant")):
            agency = agency_by_slug(slug)
        assert agency is not None, slug
        with opened(Scope("tenant", agency.id)):
            yield db.session()


def small(**over: object) -> Scenario:
    """The whole register, one agency with a few cases."""
    return Scenario(
        **{  # type: ignore[arg-type]
            "name": TODAY,
            "as_of": clock.now(),
            "agencies": ("jayapurakota",),
            "goes_on": True,
            "cases": 11,
            **over,
        }
    )


def interrupt_at(count: int) -> Callable[[int], None]:
    seen = itertools.accumulate(itertools.repeat(1))

    def progress(steps: int) -> None:
        if max(next(seen) for _ in range(steps)) >= count:
            raise Interrupted

    return progress


def moved(url: str, database: str) -> str:
    return sa.make_url(url).set(database=database).render_as_string(hide_password=False)
