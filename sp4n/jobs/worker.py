"""A worker process: one queue, one job at a time, in the process itself.

RQ's forking worker was measured beside this one (docs/decisions/0004): a fork a job costs more than
most of our jobs, and every child has to connect to PostgreSQL anew. What a fork would protect from,
a job that kills its process, is caught by the row's lease and its count of attempts.
"""

from __future__ import annotations

import logging
import os
import time

from flask import Flask
from redis import Redis, RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from sp4n.jobs import run, transport
from sp4n.jobs.queues import EXPORT, QUEUES, UPKEEP

log = logging.getLogger(__name__)

MAINTENANCE_SECONDS = 30
# RQ blocks this long less 15 s for the next job, and does its maintenance in between.
WORKER_SECONDS = 45
RETRY_SECONDS = 1
# What nobody waits for at a page gives way to the pages of who does, as `nice` says it: under load
# it gets a third of what a web worker gets, and all that is idle.
GIVING_WAY = (UPKEEP, EXPORT)
NICENESS = 5


class OneQueueWorker(SimpleWorker):
    """RQ's worker in this process, soon back when Redis is back."""

    max_connection_wait_time = 5.0
    asked_to_stop = False

    def handle_warm_shutdown_request(self) -> None:
        """RQ's place to say that SIGTERM or SIGINT came."""
        self.asked_to_stop = True


def make_worker(app: Flask, queue_name: str, connection: Redis) -> OneQueueWorker:
    """On one queue only: from two, RQ pops in a way that loses a job when it is killed then."""
    if queue_name not in QUEUES:
        raise ValueError(f"there is no queue {queue_name!r}")
    run.serve(app)
    return OneQueueWorker(
        [transport.queue(queue_name, connection)],
        connection=connection,
        serializer=JSONSerializer,
        default_result_ttl=0,
        maintenance_interval=MAINTENANCE_SECONDS,
        worker_ttl=WORKER_SECONDS,
        log_job_description=False,
    )


def work(app: Flask, queue_name: str) -> None:
    """Until SIGTERM or SIGINT, which let the job at hand end first. Its process is its own.

    RQ waits for a Redis that went while it listened, and gives up where that happened between two
    jobs; then this begins anew when Redis is back.
    """
    if queue_name in GIVING_WAY:
        os.nice(NICENESS)
    connection = transport.connect(app)
    worker, waits = None, False
    while worker is None or not worker.asked_to_stop:
        try:
            connection.ping()
            worker, waits = make_worker(app, queue_name, connection), False
            # WARNING: RQ's own lines would quote what stands in Redis; ours is written in run.py.
            worker.work(logging_level="WARNING")
        except StopRequested:  # asked while it waited
            return
        except RedisError as error:
            if not waits:
                log.warning("worker: %s; waiting for Redis", type(error).__name__)
            waits = True
        if worker is None or not worker.asked_to_stop:
            time.sleep(RETRY_SECONDS)
