"""What every test can ask for. Real servers, agencies of its own for each test, no mail, no net."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from sp4n.accounts import passwords
from sp4n.app import create_app
from sp4n.config import Settings, load_settings
from sp4n.runtime.embedded import EmbeddedServers
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from tests import factories
from tests.rules.translations import compile_english
from tests.scenes import Scene
from tests.servers import servers, superuser_of

# The same in all but its cost: signing in is done thousands of times.
REAL, QUICK = passwords.HASHER, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class ByHouse(LoadFileScheduling):
    """Files go to the workers one by one; those of the demo together, for it is loaded in each."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/demo" if nodeid.startswith("tests/demo/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByHouse | None:
    return ByHouse(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def database(data_dir: Path) -> Iterator[EmbeddedServers]:
    """The servers' URLs; the database is this worker's own."""
    with servers(data_dir, "sp4n_test") as found:
        yield found


@pytest.fixture(scope="session")
def settings(data_dir: Path, database: EmbeddedServers) -> Settings:
    return load_settings(
        {
            **database.environ(),
            "DATA_DIR": str(data_dir),
            "SP4N_DEMO": "0",
            "SP4N_KEPT_SECONDS": "0",
            "SECRET_KEY": "a secret of the tests, long enough 0123456789",
        }
    )


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    compile_english()
    passwords.HASHER = QUICK  # `real_passwords` takes the real one back
    gc.set_threshold(20_000, 20, 20)  # it took a fourteenth of all the suite's time
    app = create_app(settings)
    app.testing = True
    with app.app_context(), edge(NATIONAL):
        from sp4n.db import db

        try:
            from sp4n.settings.operations import load_reference_data
        except ModuleNotFoundError:  # until that room is opened
            return app
        load_reference_data(db.session())
    return app


@pytest.fixture
def real_passwords(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", REAL)


@pytest.fixture
def superuser(database: EmbeddedServers) -> Iterator[sa.Connection]:
    """Past every wall: for looking at what is really there."""
    engine = sa.create_engine(superuser_of(database), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def agency(app: Flask) -> AgencyFacts:
    return factories.make_agency(app)


@pytest.fixture
def other_agency(app: Flask) -> AgencyFacts:
    return factories.make_agency(app)


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    return Scene(app, agency)


@pytest.fixture
def inside(app: Flask) -> factories.Inside:
    """`with inside(agency) as session: …` — committed at the end, in that agency's scope."""
    return factories.Inside(app)


@pytest.fixture
def client_for(app: Flask) -> factories.ClientFor:
    """`client_for(agency)`, `client_for(None)` for the national site: a browser without scripts."""
    return factories.ClientFor(app)


@pytest.fixture
def national(client_for: factories.ClientFor) -> FlaskClient:
    return client_for(None)
