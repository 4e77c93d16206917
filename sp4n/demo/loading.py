"""Putting demo data in: once, whole, and over nothing that is not demo.

One transaction for the national level, then one for each agency with cases, then the mark that all
is there. Whoever is interrupted is continued by the next: what is there is not made again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
import sqlalchemy as sa
from flask import current_app

from sp4n.accounts.models import Coordinator
from sp4n.config import Settings
from sp4n.db import db
from sp4n.demo.between import agency_named, furnish_between
from sp4n.demo.content import agency_content
from sp4n.demo.furnishing import furnish_agency, furnish_national_level
from sp4n.demo.marks import Mark, latest_mark, set_mark
from sp4n.demo.refusals import DemoRefused
from sp4n.demo.replacement import take_out
from sp4n.demo.scenarios import TODAY, Scenario, scenario_named
from sp4n.demo.specials import told
from sp4n.demo.welcome import welcome
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from sp4n.tenants.scope import opened

ADVISORY_LOCK = 5_140_003
# What the register takes, in the time of a case.
REGISTER = 40

Progress = Callable[[int], object]


def load(scenario: str | None = None) -> str:
    """The words for whoever started it. Without a scenario: today's, where nothing is in yet.

    A scenario that is asked for by name replaces what is in. Raises DemoRefused.
    """
    with alone():
        mark = _checked_mark()
        if scenario is not None and mark is not None:
            take_out(_settings())
            mark = None
        if mark is None or not mark.loaded:
            wanted = _continued(mark) if mark else scenario_named(scenario or TODAY)
            with _shown(wanted) as progress:
                put_in(wanted, begun=mark is not None, progress=progress)
            mark = Mark(wanted.name, wanted.as_of, loaded=True)
    return welcome(mark)


def put_in(scenario: Scenario, *, begun: bool, progress: Progress = int) -> None:
    """`begun`: the register is there already, and maybe some of the agencies."""
    if not begun:
        with edge(NATIONAL):
            furnish_national_level(db.session(), scenario)
    progress(REGISTER)
    for slug in scenario.agencies:
        agency = agency_named(slug)
        with agency_edge(agency.id):
            furnish_agency(db.session(), agency, scenario, on_filed=lambda: progress(1))
    if scenario.with_specials:
        furnish_between(scenario)
    with edge(NATIONAL):
        set_mark(db.session(), Mark(scenario.name, scenario.as_of, loaded=True))


@contextmanager
def alone() -> Iterator[None]:
    """Two that load at once would each make half; the second waits and finds it done."""
    engine = db.engines["national"].execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(ADVISORY_LOCK)))
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(ADVISORY_LOCK)))


def _checked_mark() -> Mark | None:
    """Raises DemoRefused where there is anything that no demo put here."""
    if _settings().production:
        raise DemoRefused("Demo data is neither loaded nor replaced in production.")
    with opened(NATIONAL):
        session = db.session()
        mark = latest_mark(session)
        real = sa.exists().where(sa.not_(Agency.demo)).select()
        people = sa.exists(sa.select(Coordinator.id)).select()
        if mark is None and (session.scalar(real) or session.scalar(people)):
            raise DemoRefused(
                "There is data here that is not demo data; SP4N_DEMO=0 starts without demo data."
            )
    return mark


def _continued(mark: Mark) -> Scenario:
    """Where time goes on it has gone on since the register was made: cases lie around now."""
    scenario = scenario_named(mark.scenario)
    return scenario if scenario.goes_on else replace(scenario, as_of=mark.as_of)


@contextmanager
def _shown(scenario: Scenario) -> Iterator[Progress]:
    cases = sum(_number_of_cases(scenario, slug) for slug in scenario.agencies)
    with click.progressbar(length=REGISTER + cases, label="Demo data", file=sys.stderr) as bar:
        yield bar.update


def _number_of_cases(scenario: Scenario, slug: str) -> int:
    rare = len(told(slug)) if scenario.with_specials else 0
    return (scenario.cases or agency_content(slug).cases) + rare


def _settings() -> Settings:
    settings: Settings = current_app.extensions["sp4n.settings"]
    return settings
