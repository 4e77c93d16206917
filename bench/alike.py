"""How long it takes to find what is alike among a hundred thousand cases of one agency: for who is
filing, among what is public here and elsewhere, and for an officer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import sqlalchemy as sa

from bench.building.database import built
from bench.building.texts import Text, text_of
from bench.keeping import Agency, opened
from bench.scale import Scale
from bench.table import Row
from sp4n import clock
from sp4n.cases.alike import Told, cases_alike, public_alike, public_elsewhere
from sp4n.cases.models import CaseRecord
from sp4n.db import db

ASKED: Final = 40
FAR: Final = 650  # agencies that are not asked, of nearly 700
GOAL: Final = "<= 200"


def measure(scale: Scale) -> list[Row]:
    cases = scale.pick(8_000, 100_000)
    with (
        TemporaryDirectory(prefix="sp4n-alike-") as folder,
        built(Path(folder), agencies=1, cases=cases) as made,
    ):
        return list(asked(opened(made)))


def asked(agency: Agency) -> Iterator[Row]:
    rng = Random(7)
    texts = [text_of(rng.randrange(100_000), rng) for _number in range(ASKED)]
    with agency.inside():
        wanted = sa.select(CaseRecord.id).order_by(CaseRecord.filed_at.desc()).limit(ASKED * 50)
        ids = db.session.scalars(wanted).all()[::50]
    sides: dict[str, list[Callable[[], int]]] = {
        "while filing": [partial(filing, agency, one) for one in texts],
        "at the desk": [partial(at_desk, agency, one) for one in ids],
        "of other agencies": [partial(elsewhere, agency, one) for one in texts],
        "on the page of answers": [partial(page_of_answers, agency, one) for one in texts],
    }
    for name, visits in sides.items():
        visits[0]()
        times, found = [], 0
        for visit in visits:
            start = perf_counter()
            found += bool(visit())
            times.append(1000 * (perf_counter() - start))
        times.sort()
        yield Row.of(f"alike {name}: median", times[len(times) // 2], "ms")
        yield Row.of(f"alike {name}: p95", times[int(len(times) * 0.95)], "ms", GOAL)
        yield Row.of(f"alike {name}: found something", found / len(visits), "")


def filing(agency: Agency, text: Text) -> int:
    with agency.inside():
        told = Told(text.title, text.location)
        return len(public_alike(db.session(), told, agency_id=agency.id, limit=3))


def elsewhere(agency: Agency, text: Text, limit: int = 5, but_not: Collection[int] = ()) -> int:
    """Of whoever is not this one, which has them all: nobody's number stands for it."""
    with agency.inside():
        told, now = Told(text.title, text.location), clock.now()
        found = public_elsewhere(
            db.session(), told, agency_id=0, limit=limit, around=now, but_not=but_not
        )
        return len(found)


def page_of_answers(agency: Agency, text: Text) -> int:
    """Here, then elsewhere, without those that are far away or shut."""
    return filing(agency, text) + elsewhere(agency, text, limit=2, but_not=range(-FAR, 0))


def at_desk(agency: Agency, case_id: int) -> int:
    with agency.inside():
        case = db.session.scalars(sa.select(CaseRecord).where(CaseRecord.id == case_id)).one()
        return len(cases_alike(db.session(), case, actor=agency.admin(), limit=10))
