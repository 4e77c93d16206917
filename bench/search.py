"""Public search over all agencies: words, common, rare and mistyped, with places, topics, states,
times and further pages, in a mix that is always the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.building.database import built
from bench.growth import AGENCIES, data_dir
from bench.scale import Scale
from bench.table import Row
from sp4n import clock
from sp4n.app import create_app
from sp4n.cases.public_search import Asked, public_of_provinces, search_public
from sp4n.db import db
from sp4n.settings.queries import categories
from sp4n.tenants.edge import edge
from sp4n.tenants.register.placed import placed_agencies
from sp4n.tenants.scope import UNSCOPED

WORDS: Final = (
    *("jalan", "lampu", "sekolah", "rumah sakit", "paspor anak", "atap bocor", "pasar", "air"),
    *("jembatan rusak", "kuota rujukan", "imunisasi", "jalan vaksin", "T12345", "lanpu jalam"),
    *("guru honorer", "sampah melati", "bukanapapun"),
)
STATES: Final = ("closed", "closed", "in_progress", "awaiting_reply", "unhandled", "disputed")
WARM: Final = 40


def measure(scale: Scale) -> list[Row]:
    cases = scale.pick(20_000, 1_000_000)
    with built(data_dir(), agencies=AGENCIES, cases=cases) as made:
        app = create_app(made.settings)
        with app.app_context(), edge(UNSCOPED):
            session = db.session()
            public = session.scalar(sa.text("SELECT count(*) FROM public_case"))
            times = list(searches(session, scale.pick(300, 1_000)))[WARM:]
            start = perf_counter()
            public_of_provinces(session)
            counting = perf_counter() - start
    p95 = 1000 * quantiles(times, n=20, method="inclusive")[-1]
    return [
        Row.of("public cases", public or 0, ""),
        Row.of("public search over all agencies: median", 1000 * median(times), "ms"),
        Row.of("public search over all agencies: p95", p95, "ms", "<= 150"),
        Row.of("public search over all agencies: slowest", 1000 * max(times), "ms"),
        Row.of("counts of the map, once a minute", 1000 * counting, "ms"),
    ]


def searches(session: Session, number: int) -> Iterator[float]:
    rng, draw = Random(3), Drawn(session)
    for _search in range(number):
        asked = draw.asked(rng)
        start = perf_counter()
        found = search_public(session, asked, limit=20)
        yield perf_counter() - start
        if found.page.next is not None and rng.random() < 0.3:
            further = replace(asked, after=found.page.next)
            start = perf_counter()
            search_public(session, further, limit=20)
            yield perf_counter() - start


class Drawn:
    """Questions as people ask them: two thirds have words, large agencies are asked more often."""

    def __init__(self, session: Session) -> None:
        every = categories(session)
        below = {one.id: [c.id for c in every if c.parent_id == one.id] for one in every}
        self.topics = [(one, *found) for one, found in below.items()]
        self.agencies = sorted(one.id for one in placed_agencies(session))
        places: dict[str, list[int]] = {}
        for one in placed_agencies(session):
            places.setdefault(one.province, []).append(one.id)
        self.places = [tuple(places[code]) for code in sorted(places)]
        self.now = clock.now()

    def asked(self, rng: Random) -> Asked:
        asked: dict[str, Any] = {}
        if rng.random() < 0.65:
            asked["text"] = rng.choice(WORDS)
        if rng.random() < 0.3:
            asked["topics"] = rng.choice(self.topics)
        lot = rng.random()
        if lot < 0.2:
            asked["agencies"] = rng.choice(self.places)
        elif lot < 0.35:
            place = min(int(rng.paretovariate(0.6)), len(self.agencies)) - 1
            asked["agencies"] = (self.agencies[place],)
        if rng.random() < 0.25:
            asked["state"] = rng.choice(STATES)
        if rng.random() < 0.2:
            asked["since"] = self.now - timedelta(days=rng.choice((7, 30, 90, 365)))
        if rng.random() < 0.2:
            asked["oldest_first"] = True
        return Asked(**asked)
