"""The scheduler's ticks: what is due wakes, what was lost comes back, upkeep starts."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from redis import Redis

from sp4n import clock
from sp4n.db import db
from sp4n.jobs import registry, scheduler, transport
from sp4n.jobs.failures import MOST_ATTEMPTS
from sp4n.jobs.relay import RELAY
from sp4n.tenants.edge import edge
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import current_agency_id
from tests import factories
from tests.jobs.conftest import Desk


def settle(app: Flask) -> bool:
    with app.app_context(), edge(RELAY):
        return scheduler.settle(db.session())


def lose_worker(desk: Desk, *, attempts: int) -> None:
    desk.superuser.exec_driver_sql(
        f"UPDATE outbox SET state = 'sending', attempts = {attempts},"
        " leased_until = now() - interval '1 second' WHERE state = 'waiting'"
    )


def test_a_scheduled_row_sleeps_until_it_is_due(
    desk: Desk, app: Flask, redis: Redis, agency: AgencyFacts
) -> None:
    due_at = clock.now() + timedelta(hours=1)
    desk.owe(agency, due_at=due_at)
    settle(app)
    assert desk.relay(redis) == 0
    with clock.frozen(due_at):
        settle(app)
        assert desk.relay(redis) == 1


def test_a_lease_that_still_runs_is_left_alone(
    desk: Desk, app: Flask, redis: Redis, agency: AgencyFacts
) -> None:
    desk.owe(agency)
    desk.relay(redis)
    settle(app)
    assert desk.row(agency).state == "leased"


def test_a_row_whose_worker_was_lost_is_tried_again_after_a_pause(
    desk: Desk, app: Flask, agency: AgencyFacts
) -> None:
    desk.owe(agency)
    lose_worker(desk, attempts=2)
    settle(app)
    row = desk.row(agency)
    assert (row.state, row.attempts) == ("scheduled", 2)
    assert timedelta(seconds=60) < row.due_at - clock.now() < timedelta(seconds=120)


def test_a_row_that_kills_its_workers_is_dead_in_the_end(
    desk: Desk, app: Flask, agency: AgencyFacts
) -> None:
    desk.owe(agency)
    lose_worker(desk, attempts=MOST_ATTEMPTS)
    settle(app)
    assert desk.row(agency).state == "dead"
    assert desk.row(agency).last_error == "the worker did not come back"


def test_the_national_outbox_is_settled_as_well(app: Flask, superuser: sa.Connection) -> None:
    superuser.exec_driver_sql(
        "INSERT INTO national_outbox (queue, kind, state, due_at)"
        " VALUES ('mail', 'test', 'scheduled', now() - interval '1 second')"
    )
    settle(app)
    newest = "SELECT state FROM national_outbox ORDER BY id DESC LIMIT 1"
    assert superuser.exec_driver_sql(newest).scalar() == "waiting"


def test_only_one_scheduler_works_at_a_time(
    app: Flask, superuser: sa.Connection, desk: Desk, agency: AgencyFacts
) -> None:
    superuser.exec_driver_sql(f"SELECT pg_advisory_lock({scheduler.ADVISORY_LOCK})")
    try:
        assert settle(app) is False
    finally:
        superuser.exec_driver_sql(f"SELECT pg_advisory_unlock({scheduler.ADVISORY_LOCK})")
    assert settle(app) is True


def test_upkeep_of_every_agency_starts_once_each_half_hour(
    desk: Desk, app: Flask, redis: Redis, agency: AgencyFacts
) -> None:
    suspended = factories.make_agency(app, status="suspended")
    now = clock.now()
    for minutes in (0, 1, 30):
        with clock.frozen(now + timedelta(minutes=minutes)):
            scheduler.tick(app, redis)
    jobs = transport.queue("upkeep", redis).jobs
    started = Counter(job.args[0] for job in jobs if job.args)
    every = desk.superuser.exec_driver_sql("SELECT id FROM agency")
    assert started == dict.fromkeys(every.scalars(), 2)
    assert started[agency.id] == started[suspended.id] == 2


def test_what_is_done_more_often_is_one_job_every_few_minutes(
    app: Flask, redis: Redis, agency: AgencyFacts
) -> None:
    now = clock.now().replace(minute=10, second=0)
    for minutes in (0, 1, 4, 5):
        with clock.frozen(now + timedelta(minutes=minutes)):
            scheduler.tick(app, redis)
    names = Counter(job.func_name for job in transport.queue("upkeep", redis).jobs if not job.args)
    assert names["sp4n.jobs.run.run_frequent"] == 2
    assert names["sp4n.jobs.run.run_national_upkeep"] == 1


def test_a_worker_does_the_upkeep_that_was_started(
    desk: Desk, redis: Redis, agency: AgencyFacts
) -> None:
    kept: list[int] = []
    registry.register_upkeep("test", lambda _session: kept.append(current_agency_id()))
    transport.queue("upkeep", redis).enqueue("sp4n.jobs.run.run_upkeep", agency.id)
    desk.work(redis, "upkeep")
    assert kept == [agency.id]
