"""The relay: everything owed goes out, to each queue, fairly, whatever Redis does meanwhile."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis, RedisError
from rq.executions import Execution

from bench.surroundings import becomes
from sp4n import clock
from sp4n.db import db
from sp4n.jobs import relay, scheduler, transport
from sp4n.jobs.relay import BATCH, DEPTH, LEAST_SHARE, RELAY, Leased
from sp4n.tenants.edge import edge
from sp4n.tenants.resolver import AgencyFacts
from tests import factories
from tests.jobs.conftest import Desk
from tests.jobs.redis_server import RedisServer

FILL = sa.text("""
INSERT INTO outbox (agency_id, queue, kind, attempts, last_error, state, due_at, done_at)
SELECT :agency, 'idle', 'test', 0, '', CASE WHEN n % 10 = 0 THEN 'scheduled' ELSE 'done' END,
    now() + interval '1 year', CASE WHEN n % 10 > 0 THEN now() END
FROM generate_series(1, 30000) n
""")


def on_queue(redis: Redis, name: str = "mail") -> list[str]:
    return transport.queue(name, redis).get_job_ids()


def leased_now(app: Flask, queue: str = "mail") -> list[Leased]:
    with app.app_context(), edge(RELAY):
        return relay.lease(db.session(), queue)


@contextmanager
def relaying(app: Flask) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=relay.run, args=(app, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def owe_many(superuser: sa.Connection, agency: AgencyFacts, count: int) -> None:
    superuser.execute(
        sa.text(
            "INSERT INTO outbox (agency_id, queue, kind, attempts, last_error)"
            " SELECT :agency, 'mail', 'test', 0, '' FROM generate_series(1, :count)"
        ),
        {"agency": agency.id, "count": count},
    )


def test_what_is_owed_is_put_on_its_queue_and_done(
    desk: Desk, redis: Redis, agency: AgencyFacts
) -> None:
    desk.handles("test")
    desk.owe(agency)
    desk.owe(agency, queue="upkeep")
    assert desk.relay(redis) == 2
    mail, upkeep = desk.rows(agency)
    assert on_queue(redis) == [f"outbox-{agency.id}-{mail.id}"]
    assert on_queue(redis, "upkeep") == [f"outbox-{agency.id}-{upkeep.id}"]
    desk.work(redis)
    desk.work(redis, "upkeep")
    assert [row.state for row in desk.rows(agency)] == ["done", "done"]


def test_redis_holds_ids_and_nothing_after_a_job(
    desk: Desk, redis: Redis, agency: AgencyFacts
) -> None:
    desk.handles("test")
    desk.owe(agency, object_id=4711)
    desk.relay(redis)
    job = transport.queue("mail", redis).jobs[0]
    assert tuple(job.args) == (agency.id, desk.row(agency).id)
    assert b"4711" not in b"".join(redis.hgetall(job.key).values())
    desk.work(redis)
    assert redis.exists(job.key) == 0


def test_a_leased_row_is_not_handed_over_again(
    desk: Desk, redis: Redis, agency: AgencyFacts
) -> None:
    desk.owe(agency)
    assert (desk.relay(redis), desk.relay(redis)) == (1, 0)
    assert len(on_queue(redis)) == 1


def test_national_rows_go_out_too(desk: Desk, redis: Redis, superuser: sa.Connection) -> None:
    desk.handles("nasional")
    superuser.exec_driver_sql(
        "INSERT INTO national_outbox (queue, kind) VALUES ('mail', 'nasional')"
    )
    assert desk.relay(redis) == 1
    desk.work(redis)
    assert [job.agency_id for job in desk.seen] == [None]


def test_two_relays_at_once_hand_each_row_over_once(desk: Desk, redis: Redis, app: Flask) -> None:
    agencies = [factories.make_agency(app) for _ in range(5)]
    for agency in agencies:
        desk.owe(agency, times=2)
    taken: list[Leased] = []
    together = Barrier(2)

    def one_relay() -> None:
        for _ in range(4):
            together.wait()
            taken.extend(leased_now(app))

    threads = [Thread(target=one_relay) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 10


def test_every_agencys_first_row_goes_before_anybodys_second(
    desk: Desk, app: Flask, superuser: sa.Connection
) -> None:
    agencies = [factories.make_agency(app) for _ in range(3)]
    for agency in agencies:
        owe_many(superuser, agency, 3)
    order = [row.agency_id for row in leased_now(app)]
    ids = [agency.id for agency in agencies]
    assert order == ids * 3


def test_an_agency_with_a_long_line_has_only_its_share_on_the_queue(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts
) -> None:
    owe_many(superuser, agency, 3 * DEPTH)
    assert len(leased_now(app)) == DEPTH
    assert leased_now(app) == []


def test_the_queue_is_shared_out_among_the_agencies_with_work(
    app: Flask, superuser: sa.Connection
) -> None:
    agencies = [factories.make_agency(app) for _ in range(20)]
    for agency in agencies:
        owe_many(superuser, agency, 10)
    shares = Counter(row.agency_id for row in leased_now(app))
    assert shares == {agency.id: LEAST_SHARE for agency in agencies}


def test_one_batch_is_bounded_and_the_next_goes_on_with_the_rest(
    app: Flask, superuser: sa.Connection
) -> None:
    agencies = [factories.make_agency(app) for _ in range(BATCH + 20)]
    for agency in agencies:
        owe_many(superuser, agency, LEAST_SHARE)
    first, second = leased_now(app), leased_now(app)
    assert len(first) == BATCH
    assert len(second) == 20


def test_twenty_thousand_notices_of_one_agency_do_not_delay_anothers(
    desk: Desk,
    redis: Redis,
    superuser: sa.Connection,
    agency: AgencyFacts,
    other_agency: AgencyFacts,
) -> None:
    desk.handles("test")
    owe_many(superuser, agency, 20_000)
    desk.relay(redis)
    desk.owe(other_agency)
    before = clock.now()
    desk.relay(redis)
    assert clock.now() - before < timedelta(seconds=5)
    # Behind it at most what the crowded queue may hold: at 0.2 s a mail it is out in 5 s.
    assert on_queue(redis).index(f"outbox-{other_agency.id}-{desk.row(other_agency).id}") <= DEPTH
    desk.work(redis)
    assert desk.row(other_agency).state == "done"


def test_a_job_lost_by_redis_is_handed_over_again_when_its_lease_ends(
    desk: Desk, redis: Redis, app: Flask, agency: AgencyFacts
) -> None:
    desk.handles("test")
    desk.owe(agency)
    desk.relay(redis)
    redis.flushall()
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        scheduler.tick(app, redis)
        assert desk.relay(redis) == 1
    desk.work(redis)
    assert (desk.row(agency).state, desk.row(agency).attempts) == ("done", 1)


def test_a_row_whose_job_still_stands_in_line_is_not_put_there_twice(
    desk: Desk, redis: Redis, app: Flask, agency: AgencyFacts
) -> None:
    desk.owe(agency)
    for minutes in range(0, 6, 2):
        with clock.frozen(clock.now() + timedelta(minutes=minutes)):
            scheduler.tick(app, redis)
            assert desk.relay(redis) == 1
    assert len(on_queue(redis)) == 1
    assert desk.row(agency).attempts == 0


def test_a_job_popped_by_a_worker_that_was_killed_then_is_handed_over_again(
    desk: Desk, redis: Redis, app: Flask, agency: AgencyFacts
) -> None:
    desk.handles("test")
    desk.owe(agency)
    desk.relay(redis)
    queue = transport.queue("mail", redis)
    redis.lmove(queue.key, queue.intermediate_queue_key)
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        scheduler.tick(app, redis)
        desk.relay(redis)
    desk.work(redis)
    assert desk.row(agency).state == "done"


def test_a_job_begun_by_a_worker_that_was_killed_then_is_handed_over_again(
    desk: Desk, redis: Redis, app: Flask, agency: AgencyFacts
) -> None:
    """Its record of having been begun runs out before the list that names it: RQ stumbles there."""
    desk.handles("test")
    desk.owe(agency)
    desk.relay(redis)
    queue = transport.queue("mail", redis)
    job = queue.fetch_job(queue.pop_job_id())
    with redis.pipeline() as pipeline:
        job.prepare_for_execution("a worker", pipeline)
        execution = Execution.create(job, ttl=100, pipeline=pipeline)
        pipeline.execute()
    redis.delete(execution.key)
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        scheduler.tick(app, redis)
        assert desk.relay(redis) == 1
    assert queue.started_job_registry.get_job_and_execution_ids(cleanup=False) == []
    desk.work(redis)
    assert desk.row(agency).state == "done"


def test_while_redis_is_away_nothing_is_leased_and_when_it_is_back_all_goes_out(
    desk: Desk,
    redis: Redis,
    redis_server: RedisServer,
    app: Flask,
    agency: AgencyFacts,
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk.handles("test")
    redis_server.stop()
    try:
        with caplog.at_level(logging.WARNING), relaying(app):
            desk.owe(agency, times=3)
            Event().wait(2)
            assert {row.state for row in desk.rows(agency)} == {"waiting"}
            redis_server.start()
            for _ in range(60):
                if {row.state for row in desk.rows(agency)} == {"leased"}:
                    break
                Event().wait(0.1)
    finally:
        redis_server.start()
    assert [record.message.split(";")[0] for record in caplog.records] == [
        "relay: ConnectionError",
        "relay: back at work",
    ]
    desk.work(redis)
    assert {row.state for row in desk.rows(agency)} == {"done"}


def test_a_row_leased_as_redis_went_away_is_owed_still(
    desk: Desk, redis: Redis, redis_server: RedisServer, app: Flask, agency: AgencyFacts
) -> None:
    desk.owe(agency)
    leased = leased_now(app)
    redis_server.stop()
    try:
        with pytest.raises(RedisError):
            relay.hand_over(redis, "mail", leased)
    finally:
        redis_server.start()
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        scheduler.tick(app, redis)
        assert desk.relay(redis) == 1


def test_what_a_killed_relay_had_leased_goes_out_at_once(
    desk: Desk, redis: Redis, app: Flask, agency: AgencyFacts
) -> None:
    desk.handles("test")
    desk.owe(agency)
    assert len(leased_now(app)) == 1  # and then it died
    assert desk.relay(redis) == 0
    assert relay.take_back(app, redis) == 1
    assert desk.relay(redis) == 1
    desk.work(redis)
    assert (desk.row(agency).state, desk.row(agency).attempts) == ("done", 1)


def test_what_stands_in_line_or_is_worked_at_is_not_taken_back(
    desk: Desk, redis: Redis, app: Flask, agency: AgencyFacts, superuser: sa.Connection
) -> None:
    desk.owe(agency)
    superuser.exec_driver_sql("INSERT INTO national_outbox (queue, kind) VALUES ('mail', 'test')")
    assert desk.relay(redis) == 2
    queue = transport.queue("mail", redis)
    redis.lmove(queue.key, queue.intermediate_queue_key)  # a worker has it
    assert relay.take_back(app, redis) == 0
    redis.flushall()
    assert relay.take_back(app, redis) == 2


def test_a_relay_begins_with_what_the_one_before_it_left(
    desk: Desk, redis: Redis, app: Flask, agency: AgencyFacts
) -> None:
    desk.owe(agency)
    leased_now(app)
    with relaying(app):
        assert becomes(lambda: on_queue(redis), 10), "it waits for the end of the lease"


def test_the_relay_asks_little_of_the_database_when_nothing_is_owed(
    app: Flask, agency: AgencyFacts, superuser: sa.Connection
) -> None:
    """Behind 30,000 rows that are done or owed later, with statistics, on any server."""
    superuser.exec_driver_sql("BEGIN")
    try:
        superuser.execute(FILL, {"agency": agency.id})
        superuser.exec_driver_sql("ANALYZE outbox")
        asked = {
            "queue": "idle",
            "now": clock.now(),
            "until": clock.now(),
            "depth": DEPTH,
            "least": LEAST_SHARE,
            "batch": BATCH,
        }
        explain = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + str(relay.LEASE_FAIRLY)
        plan = superuser.execute(sa.text(explain), asked).scalar_one()[0]["Plan"]
    finally:
        superuser.exec_driver_sql("ROLLBACK")
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 30
