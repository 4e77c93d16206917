"""The relay: takes what is owed out of the outbox and puts its ids on the queues, fairly.

A row that is on a queue is leased: should Redis or a worker lose it, the lease ends and it is
handed over again. Each agency has only a few rows on a queue at a time, so that one agency's
20,000 notices stand in the outbox and not in front of another agency's one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import sqlalchemy as sa
from flask import Flask
from redis import Redis, RedisError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.db import db
from sp4n.jobs import transport
from sp4n.jobs.queues import QUEUES
from sp4n.tenants.edge import edge
from sp4n.tenants.scope import Scope

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
BUSY_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0
LEASE = timedelta(seconds=60)
BATCH = 100
# How many rows of all agencies should stand on a queue, shared among those with work. At 0.2 s a
# mail the last of them waits 2.4 s; 24 took somebody else's notice past 5 s on a busy machine.
DEPTH = 12
LEAST_SHARE = 1

RELAY = Scope("relay")


@dataclass(frozen=True)
class Leased:
    """`agency_id` is None for a row of the national outbox."""

    agency_id: int | None
    id: int

    @property
    def job_id(self) -> str:
        return f"outbox-{self.agency_id or 'national'}-{self.id}"

    @property
    def function(self) -> str:
        name = "run_national_outbox" if self.agency_id is None else "run_outbox"
        return f"sp4n.jobs.run.{name}"

    @property
    def ids(self) -> tuple[int, ...]:
        return (self.id,) if self.agency_id is None else (self.agency_id, self.id)


# `lanes` hops from agency to agency along the index of waiting rows, so that a long line of one
# agency costs no more than a short one. `turn` is a row's place in its own agency's line, rows
# already on the queue included: sorted by it, every agency's first comes before any's second.
LEASE_FAIRLY = sa.text("""
WITH RECURSIVE lanes(agency_id) AS (
    (SELECT agency_id FROM outbox
     WHERE queue = :queue AND state = 'waiting' ORDER BY agency_id LIMIT 1)
    UNION ALL
    SELECT (SELECT o.agency_id FROM outbox o
            WHERE o.queue = :queue AND o.state = 'waiting' AND o.agency_id > lanes.agency_id
            ORDER BY o.agency_id LIMIT 1)
    FROM lanes WHERE lanes.agency_id IS NOT NULL
), out_there AS (
    SELECT agency_id, count(*) AS n FROM outbox
    WHERE queue = :queue AND state = 'leased' AND leased_until > :now
    GROUP BY agency_id
), share AS (
    SELECT greatest(:least, :depth / greatest(1, count(agency_id))) AS n FROM lanes
), picked AS MATERIALIZED (
    SELECT line.agency_id, line.id,
        coalesce(out_there.n, 0)
        + row_number() OVER (PARTITION BY line.agency_id ORDER BY line.id) AS turn
    FROM lanes
    CROSS JOIN share
    LEFT JOIN out_there ON out_there.agency_id = lanes.agency_id
    CROSS JOIN LATERAL (
        SELECT o.agency_id, o.id FROM outbox o
        WHERE o.queue = :queue AND o.state = 'waiting' AND o.agency_id = lanes.agency_id
        ORDER BY o.id LIMIT greatest(0, share.n - coalesce(out_there.n, 0))
        FOR UPDATE SKIP LOCKED
    ) AS line
)
UPDATE outbox SET state = 'leased', leased_until = :until
FROM (SELECT * FROM picked ORDER BY turn, id LIMIT :batch) AS first
WHERE outbox.agency_id = first.agency_id AND outbox.id = first.id
RETURNING outbox.agency_id, outbox.id, first.turn
""")

LEASE_NATIONAL = sa.text("""
WITH picked AS MATERIALIZED (
    SELECT id FROM national_outbox WHERE queue = :queue AND state = 'waiting'
    ORDER BY id LIMIT greatest(0, :depth - (
        SELECT count(*) FROM national_outbox
        WHERE queue = :queue AND state = 'leased' AND leased_until > :now))
    FOR UPDATE SKIP LOCKED
)
UPDATE national_outbox SET state = 'leased', leased_until = :until
FROM picked WHERE national_outbox.id = picked.id RETURNING national_outbox.id
""")

LEASED_NOW = "SELECT {owner}, id FROM {table} WHERE state = 'leased' AND leased_until > :now"
TAKE_BACK = """
UPDATE {table} SET state = 'waiting', leased_until = NULL
WHERE state = 'leased' AND id = ANY(:lost)
"""


def lease(session: Session, queue: str) -> list[Leased]:
    """Mark as leased what may go on the queue now; the first in the list goes first."""
    now = clock.now()
    about = {"queue": queue, "now": now, "until": now + LEASE, "depth": DEPTH}
    national = session.scalars(LEASE_NATIONAL, about).all()
    rows = session.execute(LEASE_FAIRLY, {**about, "least": LEAST_SHARE, "batch": BATCH}).all()
    rows = sorted(rows, key=lambda row: (row.turn, row.id))
    return [
        *(Leased(None, row_id) for row_id in sorted(national)),
        *(Leased(row.agency_id, row.id) for row in rows),
    ]


def relay_once(app: Flask, connection: Redis) -> int:
    """How many rows went out. Redis is asked first: while it is away nothing is leased."""
    connection.ping()
    sent = 0
    for name in QUEUES:
        with app.app_context(), edge(RELAY):
            leased = lease(db.session(), name)
        hand_over(connection, name, leased)
        sent += len(leased)
    return sent


def hand_over(connection: Redis, name: str, leased: Sequence[Leased]) -> None:
    if not leased:
        return
    to = transport.queue(name, connection)
    for row in leased:
        transport.hand_over(to, row.function, *row.ids, job_id=row.job_id)


def take_back(app: Flask, connection: Redis) -> int:
    """What is leased and Redis knows nothing of, as a relay that was killed leaves it, or a Redis
    that began anew: it waits again at once, and takes no places until its lease ends. A relay
    beside us may be handing some of it over just now; what stands in line twice is done once."""
    taken = 0
    for table, owner in (("outbox", "agency_id"), ("national_outbox", "NULL::bigint")):
        with app.app_context(), edge(RELAY):
            found = sa.text(LEASED_NOW.format(table=table, owner=owner))
            rows = [Leased(*row) for row in db.session().execute(found, {"now": clock.now()})]
            known = transport.known(connection, [row.job_id for row in rows])
            lost = [row.id for row in rows if row.job_id not in known]
            if lost:
                db.session().execute(sa.text(TAKE_BACK.format(table=table)), {"lost": lost})
        taken += len(lost)
    return taken


def run(app: Flask, stop: Event) -> None:
    """Until `stop` is set. What Redis did not take stays owed, and goes out when it is back."""
    connection = transport.connect(app)
    pause, away, begun = POLL_SECONDS, False, False
    while not stop.wait(pause):
        try:
            if not begun:
                take_back(app, connection)
            sent = relay_once(app, connection)
        except (RedisError, DBAPIError) as error:
            if not away:
                log.warning("relay: %s; what is owed waits", type(error).__name__)
            pause, away, begun = min(LONGEST_WAIT_SECONDS, pause * 2), True, False
            continue
        if away:
            log.warning("relay: back at work")
        pause, away, begun = (BUSY_SECONDS if sent else POLL_SECONDS), False, True
