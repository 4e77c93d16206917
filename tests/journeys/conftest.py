"""A house that really runs: the web server, the relay and the mail worker as processes of their
own beside the tests' database, and a real browser that visits it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser

from bench.surroundings import becomes, environ, free_port
from sp4n.config import Settings, settings_to_environ
from sp4n.notices.gateways import FolderGateway, KeptMail
from sp4n.runtime.embedded import EmbeddedServers
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import make_agency
from tests.journeys.chromium import chromium_path, running_chromium
from tests.journeys.visitor import PHONE, Device, Visitor, visiting
from tests.scenes import Scene
from tests.servers import superuser_of

if TYPE_CHECKING:
    from tests.journeys.gallery import Gallery

PROCESSES = (("web",), ("relay",), ("worker", "mail"))
Visit = Callable[[Device], Visitor]


@dataclass(frozen=True)
class House:
    origin: str
    mail: FolderGateway

    def site(self, agency: AgencyFacts) -> str:
        scheme, _, host = self.origin.partition("://")
        return f"{scheme}://{agency.slug}.{host}"

    def letter(self, site: str, to: str, about: str) -> KeptMail:
        """Waits for it: a letter goes out some time after the commit that owes it."""
        found: list[KeptMail] = []

        def arrived() -> bool:
            found[:] = [m for m in self.mail.kept(site, 50) if to in m.to and about in m.subject]
            return bool(found)

        assert becomes(arrived, 20), [(m.to, m.subject) for m in self.mail.kept(site, 50)]
        return found[0]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "no Chromium: set CHROMIUM, or put chromium or google-chrome on PATH"
        )
    with running_chromium(path) as browser:
        yield browser


# Gone after the last journey: its relay would take what the tests of other rooms owe.
@pytest.fixture(scope="package")
def house(app: Flask, database: EmbeddedServers, settings: Settings) -> Iterator[House]:
    """`app`: its database is furnished before anybody comes. What tests before these owed is
    nobody's any more: doing it took a tenth of all the suite's time."""
    forget_what_is_owed(database)
    own = replace(settings, port=free_port(), web_workers=1, database_url=None)
    with ExitStack() as running:
        for arguments in PROCESSES:
            running.enter_context(process(own, *arguments))
        assert becomes(lambda: answers(f"{own.public_origin}/readyz"), 120), (
            "the house is not ready"
        )
        yield House(own.public_origin, FolderGateway(own.data_dir / "mail", sender=""))


@pytest.fixture(scope="module")
def gallery(app: Flask, house: House, tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    from tests.journeys.gallery import furnished  # which knows the house

    return furnished(app, house, tmp_path_factory.mktemp("gallery"))


def forget_what_is_owed(database: EmbeddedServers) -> None:
    engine = sa.create_engine(superuser_of(database))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'done' WHERE state <> 'done'")
    engine.dispose()


@contextmanager
def process(settings: Settings, *arguments: str) -> Iterator[None]:
    log = settings.data_dir / f"{'-'.join(arguments)}.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "sp4n.cli", *arguments],
            env=environ(settings.data_dir, **settings_to_environ(settings)),
            stdout=output,
            stderr=output,
        )
    try:
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def visit(chromium: Browser, house: House) -> Iterator[Visit]:
    """`visit(Device(…))`: another person, at a browser of their own."""
    with ExitStack() as open_browsers:
        yield lambda device: open_browsers.enter_context(visiting(chromium, house.origin, device))


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app, make_agency(app))


@pytest.fixture
def site(scene: Scene, house: House) -> str:
    """Of the agency that the scene is about."""
    return house.site(scene.agency)


@pytest.fixture
def reporter(visit: Visit) -> Visitor:
    """A citizen with a telephone."""
    return visit(Device(PHONE))
