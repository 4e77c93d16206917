"""Redis and RQ: they carry ids to a worker, and may forget them at any time."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from sp4n.config import Settings
from sp4n.jobs.queues import EXPORT

JOB_SECONDS = 60
UPKEEP_SECONDS = 600
# Of queues whose jobs are long; these keep their own lease while they work.
LONG_SECONDS = {EXPORT: 6 * 3600}
# A failed job's record is for looking at; the outbox row is what is tried again.
FAILURE_SECONDS = 600
PATIENCE_SECONDS = 5


def connect(app: Flask) -> Redis:
    settings: Settings = app.extensions["sp4n.settings"]
    if settings.redis_url is None:
        raise RuntimeError("no Redis is set for this process")
    return Redis.from_url(
        settings.redis_url,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 2),
    )


def queue(name: str, connection: Redis) -> Queue:
    return Queue(
        name,
        connection=connection,
        serializer=JSONSerializer,
        default_timeout=LONG_SECONDS.get(name, JOB_SECONDS),
    )


def hand_over(to: Queue, function: str, *ids: int, job_id: str) -> None:
    """Put `function(*ids)` on the queue, unless it stands there already.

    RQ calls a job a duplicate as long as its record exists, which a killed worker leaves behind.
    The row's lease has ended, or we would not be here: so what is not in the queue is a leftover.
    """
    try:
        _enqueue(to, function, ids, job_id)
    except DuplicateJobError:
        if to.get_job_position(job_id) is not None:
            return
        if (leftover := to.fetch_job(job_id)) is not None:
            _forget_executions(leftover, to)
            leftover.delete()
        _enqueue(to, function, ids, job_id)


def known(connection: Redis, job_ids: Sequence[str]) -> set[str]:
    """Those whose record Redis has: in line, or in a worker's hands."""
    with connection.pipeline(transaction=False) as asked:
        for job_id in job_ids:
            asked.exists(Job.key_for(job_id))
        return {one for one, there in zip(job_ids, asked.execute(), strict=True) if there}


def _forget_executions(job: Job, to: Queue) -> None:
    """RQ 3.0.0 reads each execution before it deletes it, and raises where its record has run out,
    which it does a minute before its entry in the job's list."""
    listed = job.execution_registry
    if ids := listed.get_execution_ids():
        to.connection.zrem(to.started_job_registry.key, *(f"{job.id}:{one}" for one in ids))
    to.connection.delete(listed.key)


def _enqueue(to: Queue, function: str, ids: tuple[int, ...], job_id: str) -> None:
    to.enqueue_call(
        function,
        ids,
        job_id=job_id,
        unique=True,
        timeout=LONG_SECONDS.get(to.name, JOB_SECONDS),
        result_ttl=0,
        failure_ttl=FAILURE_SECONDS,
    )
