"""The country's days off change: open cases of all agencies are counted anew, and readers read on.

The database is thrown away, because a recount changes it: an ordinary one, with as many open cases
more as are wanted, each like one of its own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import psycopg
import sqlalchemy as sa
from flask import Flask

from bench.building.database import Built, built
from bench.pages import superuser_url
from bench.scale import Scale
from bench.table import Row
from bench.visitor import Visitor, visitor
from sp4n import clock
from sp4n.app import create_app
from sp4n.calendars import working_days
from sp4n.cases.operations import recount, recount_batch, recount_by_the_nation
from sp4n.cases.recount_models import DueRecount
from sp4n.cases.searching import words_sql
from sp4n.db import db
from sp4n.jobs.worker import NICENESS
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency

READ: Final = ("desk list", "one case", "tracking", "public list", "agency front page")
WINDOW: Final = 2.0  # seconds of work, and of rest, in turns
WINDOWS: Final = 12
WORDS: Final = "ix_case_record_words"
# Alike those that are open now and not late, and so would move; in turn, over all agencies.
MORE: Final = """
WITH alike AS (
  SELECT c.*, row_number() OVER (ORDER BY c.id) AS place, count(*) OVER () AS number
  FROM case_record c WHERE c.due_at > now() + interval '2 days'
)
INSERT INTO case_record (agency_id, reference, access_code_hash, classification, title, description,
  location, category_id, anonymous, confidential, state, unit_id, rule_set_id, filed_at,
  verified_at, first_answered_at, verify_due_at, answer_due_at, complete_due_at, due_at, updated_at)
SELECT agency_id, 'Z' || n, access_code_hash, classification, title || ' ' || n, description,
  location, category_id, anonymous, confidential, state, unit_id, rule_set_id, filed_at,
  verified_at, first_answered_at, verify_due_at, answer_due_at, complete_due_at, due_at, updated_at
FROM generate_series(1, %s) n JOIN alike ON place = 1 + n %% number
"""


@dataclass
class Job:
    """As the workers do it, at their priority: batch by batch, agency after agency; `gate`: whether
    it may go on."""

    app: Flask
    agencies: list[int]
    gate: threading.Event = field(default_factory=threading.Event)
    worked: float = 0.0
    batches: list[float] = field(default_factory=list)

    def run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        waiting = list(self.agencies)
        while waiting:
            for agency_id in list(waiting):
                self.gate.wait()
                start = perf_counter()
                with self.app.app_context(), agency_edge(agency_id):
                    newest = db.session().scalar(sa.select(sa.func.max(DueRecount.id)))
                    more = recount_batch(db.session(), recount_id=newest or 0)
                self.batches.append(perf_counter() - start)
                if not more:
                    waiting.remove(agency_id)


def measure(scale: Scale) -> list[Row]:
    agencies, cases, more = scale.pick((12, 4_000, 6_000), (690, 10_000, 1_000_000))
    with (
        TemporaryDirectory(prefix="sp4n-recounting-") as folder,
        built(Path(folder), agencies=agencies, cases=cases) as made,
    ):
        fill(made, more)
        app = create_app(made.settings)
        with app.app_context(), edge(NATIONAL):
            job = Job(app, list(db.session().scalars(sa.select(Agency.id).order_by(Agency.id))))
        owe(job)  # what cases were counted by until now
        with visitor(made.settings) as asked:
            change()
            return list(counted(job, asked))


def fill(made: Built, more: int) -> None:
    with psycopg.connect(superuser_url(made.settings)) as connection:
        connection.autocommit = True
        connection.execute(f"DROP INDEX {WORDS}")
        connection.execute(MORE, [more])
        connection.execute(
            f"CREATE INDEX {WORDS} ON case_record USING gin "
            f"(agency_id, ({words_sql('title', 'description')})) WITH (fastupdate = off)"
        )
        connection.execute("VACUUM (ANALYZE) case_record")


def owe(job: Job) -> float:
    start = perf_counter()
    for agency_id in job.agencies:
        with job.app.app_context(), agency_edge(agency_id):
            recount_by_the_nation(db.session())
    return perf_counter() - start


def change() -> None:
    """In this process: a day off more, the next one that is none."""
    known, day_off = working_days.days_off, frozenset({workday(clock.now().date())})
    working_days.days_off = lambda year: known(year) | day_off  # type: ignore[assignment]
    working_days._day_after.cache_clear()
    recount.mark_of_days_off = lambda: "another"  # type: ignore[attr-defined,assignment]


def workday(day: date) -> date:
    day += timedelta(days=1)
    return day if working_days.is_working_day(day) else workday(day)


def counted(job: Job, asked: Visitor) -> Iterator[Row]:
    yield Row.of("agencies that are owed a recount", len(job.agencies), "")
    yield Row.of("owing it to them", owe(job), "s")
    for page in READ:
        asked.visit(page)
    busy: dict[str, list[float]] = {page: [] for page in READ}
    still: dict[str, list[float]] = {page: [] for page in READ}
    worker = threading.Thread(target=job.run)
    start, rested = perf_counter(), 0.0
    worker.start()
    for _window in range(WINDOWS):
        job.gate.set()
        window(asked, busy, worker)
        if not worker.is_alive():
            break
        job.gate.clear()
        rest = perf_counter()
        window(asked, still, None)
        rested += perf_counter() - rest
    job.gate.set()
    yield Row.of("cases told as counted on the way", told(job)[0], "")
    worker.join()
    seconds = perf_counter() - start - rested
    seen, moved = told(job)
    yield Row.of("cases counted anew", seen, "")
    yield Row.of("of these, moved", moved, "", ">= 1")
    yield Row.of("counting them, on one worker", seconds, "s")
    yield Row.of("cases a second", seen / seconds, "")
    yield Row.of("a batch: p95", 1000 * p95(job.batches), "ms")
    yield from beside(busy, still)


def window(asked: Visitor, into: dict[str, list[float]], worker: threading.Thread | None) -> None:
    end = perf_counter() + WINDOW
    while perf_counter() < end and (worker is None or worker.is_alive()):
        for page in READ:
            into[page].append(asked.visit(page))


def told(job: Job) -> tuple[int, int]:
    """By their settings' pages: how many were seen, and how many moved."""
    numbers = sa.select(sa.func.sum(DueRecount.seen), sa.func.sum(DueRecount.moved))
    with job.app.app_context(), edge(NATIONAL):
        row = db.session().execute(numbers).one()
    return int(row[0] or 0), int(row[1] or 0)


def beside(busy: dict[str, list[float]], still: dict[str, list[float]]) -> Iterator[Row]:
    for page in READ:
        if len(busy[page]) > 2 and len(still[page]) > 2:
            ratio = median(busy[page]) / median(still[page])
            yield Row.of(f"{page} meanwhile / at rest: p50", ratio, "x")
            yield Row.of(
                f"{page} meanwhile / at rest: p95", p95(busy[page]) / p95(still[page]), "x"
            )


def p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
