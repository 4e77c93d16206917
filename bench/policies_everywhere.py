"""The end of a quarter at every agency, as the jobs that it is: owed by the upkeep, handed out by
the relay, done by a worker that is killed twice on the way; figures held against a direct count.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Final

import psycopg
import sqlalchemy as sa
from flask import Flask

from bench.building.database import built
from bench.counting import statements
from bench.pages import settings_to_environ, superuser_url
from bench.policies import crowded, in_force, vacuumed
from bench.scale import Scale
from bench.surroundings import high_water
from bench.table import Row
from sp4n import clock
from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.db import db
from sp4n.jobs.scheduler import settle
from sp4n.national.policy_progress import progress_lines, published
from sp4n.policies.due import owe_due
from sp4n.policies.periods import Period, PeriodKind, period_at
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from sp4n.tenants.scope import Scope

RELAY: Final = Scope("relay")
# Parts of the work after which the worker is killed.
KILLED_AT: Final = (0.25, 0.6)
PATIENCE: Final = 3600
DONE: Final = (
    "SELECT count(*), coalesce(sum(proposed), 0), coalesce(sum(judged), 0) FROM policy_run"
)
TWICE: Final = """
SELECT count(*) FROM (SELECT 1 FROM policy_proposal
  GROUP BY agency_id, run_id, rule->>'number', unit_id HAVING count(*) > 1) twice
"""
# Counted from the cases themselves, in a way that the figures know nothing of.
WRONG: Final = """
WITH direct AS (
  SELECT agency_id, unit_id, 'cases' AS measure, count(*) AS number FROM case_record
  WHERE reference LIKE 'UKUR%%' AND verified_at >= %(from)s AND verified_at < %(until)s
  GROUP BY agency_id, unit_id
  UNION ALL
  SELECT r.agency_id, c.unit_id, 'rating', count(*) FROM rating r
  JOIN case_record c ON c.agency_id = r.agency_id AND c.id = r.case_id
  WHERE c.reference LIKE 'UKUR%%' AND r.at >= %(from)s AND r.at < %(until)s
  GROUP BY r.agency_id, c.unit_id
)
SELECT count(*) FILTER (WHERE (p.measured->>'number')::int IS DISTINCT FROM d.number), count(*)
FROM policy_proposal p JOIN unit u ON u.agency_id = p.agency_id AND u.id = p.unit_id
LEFT JOIN direct d ON (d.agency_id, d.unit_id, d.measure)
  = (p.agency_id, p.unit_id, p.rule->>'measure')
WHERE p.rule->>'measure' IN ('cases', 'rating')
"""


def everywhere(scale: Scale) -> Iterator[Row]:
    agencies, units, cases = scale.pick((20, 5, 200), (690, 20, 500))
    period = period_at(PeriodKind.QUARTER, date(2026, 4, 1))
    with (
        TemporaryDirectory(prefix="sp4n-policies-") as folder,
        built(Path(folder), agencies=agencies, cases=1_000) as made,
    ):
        app = create_app(made.settings)
        with app.app_context(), edge(NATIONAL):
            ids = list(db.session().scalars(sa.select(Agency.id).order_by(Agency.id)))
        with psycopg.connect(superuser_url(made.settings)) as connection:
            for agency_id in ids:
                crowded(connection, agency_id, period, units, cases)
            connection.commit()
            vacuumed(connection)
            yield Row.of("agencies with a policy", len(ids), "")
            yield Row.of("cases of the quarter at all of them", len(ids) * cases, "")
            start = perf_counter()
            for agency_id in ids:
                with app.app_context(), agency_edge(agency_id):
                    in_force(db.session(), period)
                with app.app_context(), agency_edge(agency_id):
                    owe_due(db.session())
            yield Row.of("owed by the upkeep of all", perf_counter() - start, "s")
            yield from worked_off(app, made.settings, connection, len(ids))
            yield from held_against(connection, app, period, len(ids) * units)


def worked_off(
    app: Flask, settings: Settings, connection: psycopg.Connection, number: int
) -> Iterator[Row]:
    start, kills = perf_counter(), [round(number * part) for part in KILLED_AT]
    killed = 0
    with ExitStack() as running:
        running.enter_context(process(settings, "relay"))
        worker = running.enter_context(process(settings, "worker", "upkeep"))
        while (done := how_many(connection)) < number:
            if kills and done >= kills[0]:
                kills.pop(0)
                worker.kill()
                worker.wait()
                killed += 1
                worker = running.enter_context(process(settings, "worker", "upkeep"))
            if perf_counter() - start > PATIENCE:
                raise RuntimeError(f"{done} of {number} after an hour")
            with app.app_context(), edge(RELAY):
                settle(db.session())
            sleep(0.5)
        memory = high_water(worker.pid)
    yield Row.of("worker killed on the way", killed, "times", ">= 2")
    yield Row.of("measured at all of them", perf_counter() - start, "s")
    yield Row.of("the worker's memory at most", memory, "MB")


def how_many(connection: psycopg.Connection) -> int:
    found = connection.execute("SELECT count(*) FROM policy_run").fetchone()
    connection.rollback()
    return int(found[0]) if found else 0


@contextmanager
def process(settings: Settings, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    environ = {**os.environ, **settings_to_environ(settings)}
    with subprocess.Popen(
        [sys.executable, "-m", "sp4n.cli", *command], env=environ, stderr=subprocess.DEVNULL
    ) as one:
        try:
            yield one
        finally:
            one.terminate()


def held_against(
    connection: psycopg.Connection, app: Flask, period: Period, units: int
) -> Iterator[Row]:
    zone = clock.CAPITAL
    runs, proposed, judged = connection.execute(DONE).fetchone() or (0, 0, 0)
    (twice,) = connection.execute(TWICE).fetchone() or (0,)
    first, until = period.bounds(zone)
    about = {"from": first, "until": until}
    wrong, looked = connection.execute(WRONG, about).fetchone() or (0, 0)
    yield Row.of("periods measured", runs, "")
    yield Row.of("units judged, of all", int(judged) / units, "x", ">= 1")
    yield Row.of("proposals", int(proposed), "")
    yield Row.of("proposals made twice", twice, "", "<= 0")
    yield Row.of("figures held against a direct count", looked, "", ">= 1")
    yield Row.of("of these, others than the count", wrong, "", "<= 0")
    today = clock.today(zone)
    with app.app_context(), edge(NATIONAL), statements() as sent:
        start = perf_counter()
        lines = progress_lines(db.session(), published(db.session()), period, today)
        seconds = perf_counter() - start
    yield Row.of("agencies on the console's page", len(lines), "")
    yield Row.of("its reads", 1000 * seconds, "ms")
    yield Row.of("its statements", len(sent), "", "<= 4")
