"""What every fault works with: the house, a few agencies in it with an admin each, the ledger."""

from __future__ import annotations

import itertools
import math
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.faults.checker import Checker
from bench.faults.clients import Browser, Officer, Reporter
from bench.faults.house import House, Servers
from bench.faults.ledger import Ledger
from bench.scale import Scale
from sp4n.accounts.operations import invite, set_password
from sp4n.app import create_app
from sp4n.audit.actors import SYSTEM
from sp4n.config import load_settings
from sp4n.db import db
from sp4n.settings.operations import load_reference_data
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency

PASSWORD: Final = "perahu-kuning-di-tepi-danau"
AGENCIES: Final = 3
LONGEST_STILL: Final = 300.0  # two leases and two pauses, in which a queue may stand still


@dataclass(frozen=True)
class Place:
    """An agency and its admin."""

    id: int
    slug: str
    email: str


class Scene:
    def __init__(
        self, house: House, servers: Servers, scale: Scale, ledger: Ledger, places: list[Place]
    ) -> None:
        self.house = house
        self.servers = servers
        self.scale = scale
        self.ledger = ledger
        self.places = places
        self.calm = places[-1]  # nothing is owed there but by who asks for it
        self._turns = itertools.cycle(places[:-1])
        self.engine = servers.superuser()

    def browser(self, place: Place) -> Browser:
        return Browser(self.house.origin, place.slug, self.ledger)

    def reporter(self, place: Place | None = None) -> Reporter:
        """With a report that nobody has filed yet; at each agency in turn, or at this one."""
        place = place or next(self._turns)
        return Reporter(self.browser(place), self.ledger.new_filing(place.id))

    def officer(self, place: Place) -> Officer:
        return Officer(self.browser(place), place.email, PASSWORD)

    @contextmanager
    def checker(self) -> Iterator[Checker]:
        with self.engine.connect() as connection:
            yield Checker(connection, [place.id for place in self.places])

    def settle(self) -> float:
        """Wait until nothing is owed any more, or for long no less; the seconds that took."""
        begun = moved = time.monotonic()
        fewest: float = math.inf
        while time.monotonic() - moved < LONGEST_STILL:
            with self.checker() as checker:
                owed = len(checker.still_owed())
            if not owed:
                break
            if owed < fewest:
                fewest, moved = owed, time.monotonic()
            time.sleep(1)
        return time.monotonic() - begun


def furnish(servers: Servers) -> list[Place]:
    """Agencies as the register has them, and an admin for each: by the product's operations."""
    environ = {**servers.direct.environ(), "DATA_DIR": str(servers.data_dir), "SP4N_DEMO": "0"}
    app = create_app(load_settings(environ))
    with app.app_context(), edge(NATIONAL):
        load_reference_data(db.session())
        agencies = [_agency(number) for number in range(1, AGENCIES + 2)]
        db.session.add_all(agencies)
        db.session.flush()
        places = [Place(one.id, one.slug, f"admin@{one.slug}.example") for one in agencies]
    for place in places:
        with app.app_context(), agency_edge(place.id):
            admin = invite(
                db.session(), email=place.email, name="Admin Uji", role="admin", actor=SYSTEM
            )
            set_password(db.session(), person=admin, password=PASSWORD)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    return places


def _agency(number: int) -> Agency:
    return Agency(
        slug=f"ujicoba{number}kab",
        kind="kabupaten",
        name=f"Pemerintah Kabupaten Uji {number}",
        short_name=f"Pemkab Uji {number}",
        time_zone="Asia/Jakarta",
        colour="#0b6b5c",
        search_text=f"pemerintah kabupaten uji {number}",
    )


@contextmanager
def scene(scale: Scale, port: int, log: Path) -> Iterator[Scene]:
    """A house in a folder of its own, whole when this yields; nothing of it is left afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="sp4n-faults-") as folder,
        log.open("ab") as said,
        Servers(Path(folder)) as servers,
    ):
        house = House(servers, port, said)
        try:
            house.start()
            yield Scene(house, servers, scale, Ledger(), furnish(servers))
        finally:
            house.stop()


def seconds_since(begun: float) -> float:
    return time.monotonic() - begun
