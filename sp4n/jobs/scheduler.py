"""The scheduler: thin ticks under an advisory lock, so that any number of schedulers may run.

It wakes rows whose time has come, takes back rows whose lease has ended, and starts the upkeep of
every agency each half hour, and what is done more often every few minutes. Nothing depends on a
tick having run on time.
"""

from __future__ import annotations

import logging
from threading import Event

import sqlalchemy as sa
from flask import Flask
from redis import Redis, RedisError
from rq import Queue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.db import db
from sp4n.jobs import failures, transport
from sp4n.jobs.queues import UPKEEP
from sp4n.jobs.relay import RELAY
from sp4n.tenants.edge import edge
from sp4n.tenants.models import Agency

log = logging.getLogger(__name__)

TICK_SECONDS = 15
UPKEEP_EVERY_SECONDS = 1800
FREQUENT_EVERY_SECONDS = 300
ADVISORY_LOCK = 5_140_002

WAKE = """
UPDATE {table} SET state = 'waiting' WHERE state = 'scheduled' AND due_at <= :now
"""
# Handed over, but no worker began: Redis forgot it, or workers are behind. No attempt was made.
TAKE_BACK = """
UPDATE {table} SET state = 'waiting', leased_until = NULL
WHERE state = 'leased' AND leased_until < :now
"""
# A worker began and was never heard of again: killed, or the row kills workers.
GIVE_UP_WAITING = """
UPDATE {table} SET
    state = CASE WHEN attempts >= :most THEN 'dead' ELSE 'scheduled' END,
    due_at = CASE WHEN attempts >= :most THEN NULL ELSE :now + make_interval(secs =>
        least(:longest, :first * 3 ^ (attempts - 1)) * (1 - :jitter + 2 * :jitter * random())) END,
    leased_until = NULL,
    last_error = 'the worker did not come back'
WHERE state = 'sending' AND leased_until < :now
"""


def settle(session: Session) -> bool:
    """One tick over both outboxes; False when another scheduler is at it."""
    if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(ADVISORY_LOCK))):
        return False
    about = {
        "now": clock.now(),
        "most": failures.MOST_ATTEMPTS,
        "first": failures.FIRST_PAUSE_SECONDS,
        "longest": failures.LONGEST_PAUSE_SECONDS,
        "jitter": failures.JITTER,
    }
    for table in ("outbox", "national_outbox"):
        for statement in (TAKE_BACK, GIVE_UP_WAITING, WAKE):
            session.execute(sa.text(statement.format(table=table)), about)
    return True


def start_upkeep(session: Session, connection: Redis) -> int:
    """Once each half hour, whichever scheduler comes first: how many agencies were put in line."""
    if not _first_in(connection, "upkeep", UPKEEP_EVERY_SECONDS):
        return 0
    # Suspended ones, too: what is to be forgotten by a certain time is forgotten there as well.
    agencies = sa.select(Agency.id).order_by(Agency.id)
    jobs = [
        Queue.prepare_data(
            "sp4n.jobs.run.run_upkeep",
            [agency_id],
            timeout=transport.UPKEEP_SECONDS,
            # Not begun within the half hour: the next one is already in line behind it.
            ttl=UPKEEP_EVERY_SECONDS,
            result_ttl=0,
            failure_ttl=transport.FAILURE_SECONDS,
        )
        for agency_id in session.scalars(agencies)
    ]
    transport.queue(UPKEEP, connection).enqueue_many(jobs)
    return len(jobs)


def start_frequent(connection: Redis) -> bool:
    """One job for all agencies, once every few minutes; one that is late is not made up for."""
    return _start_once(connection, "frequent", "run_frequent", FREQUENT_EVERY_SECONDS)


def start_national(connection: Redis) -> bool:
    """What the national level does by itself, once each half hour."""
    return _start_once(connection, "national", "run_national_upkeep", UPKEEP_EVERY_SECONDS)


def _start_once(connection: Redis, what: str, function: str, seconds: int) -> bool:
    if not _first_in(connection, what, seconds):
        return False
    job = Queue.prepare_data(
        f"sp4n.jobs.run.{function}",
        timeout=transport.UPKEEP_SECONDS,
        ttl=seconds,
        result_ttl=0,
        failure_ttl=transport.FAILURE_SECONDS,
    )
    transport.queue(UPKEEP, connection).enqueue_many([job])
    return True


def _first_in(connection: Redis, what: str, seconds: int) -> bool:
    slot = int(clock.now().timestamp()) // seconds
    return bool(connection.set(f"sp4n:{what}:{slot}", 1, nx=True, ex=2 * seconds))


def tick(app: Flask, connection: Redis) -> None:
    with app.app_context():
        with edge(RELAY):
            if not settle(db.session()):
                return
        with edge(RELAY):
            start_upkeep(db.session(), connection)
        start_frequent(connection)
        start_national(connection)


def run(app: Flask, stop: Event) -> None:
    """Until `stop` is set, beginning with a tick at once."""
    connection = transport.connect(app)
    away = False
    while True:
        try:
            tick(app, connection)
            away = False
        except (RedisError, DBAPIError) as error:
            if not away:
                log.warning("scheduler: %s; tried again every tick", type(error).__name__)
            away = True
        if stop.wait(TICK_SECONDS):
            return
