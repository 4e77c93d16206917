"""What a worker calls: run one row of the outbox, or the upkeep, inside the right agency.

Three transactions at most: begin (counts the attempt, so that a row that kills its worker is
counted too), the handler's work, and done. Where nothing goes to the outside world the work and
done are one transaction: it happens once. An effect happens at least once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from sp4n import clock
from sp4n.db import db
from sp4n.jobs.failures import MOST_ATTEMPTS, in_short, pause_after
from sp4n.jobs.models import NationalOutbox, Outbox
from sp4n.jobs.registry import (
    Effect,
    NeverPossible,
    OutboxFacts,
    UpkeepStep,
    frequent_steps,
    handler_of,
    national_steps,
    upkeep_steps,
)
from sp4n.jobs.transport import JOB_SECONDS
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.models import Agency
from sp4n.tenants.scope import Scope
from sp4n.web.request_log import Line, milliseconds_since

log = logging.getLogger(__name__)

RELAY = Scope("relay")
WORK_LEASE = timedelta(seconds=JOB_SECONDS + 30)
PATIENCE_FOR_DONE = (0.5, 1.0, 2.0, 4.0, 8.0, 10.0)  # seconds; with the mail itself, within a job's

Table = type[Outbox] | type[NationalOutbox]

_app: Flask | None = None


class NoLongerOurs(Exception):
    """Our lease ended while we worked, and another worker has begun: what we did is undone."""


class JobFailed(Exception):
    """What RQ gets to see of a failure that could not be written to the row."""


def serve(app: Flask) -> None:
    """The application of this worker process; every job gets a context of its own in it."""
    global _app
    _app = app


def run_outbox(agency_id: int, outbox_id: int) -> None:
    _run(Scope("tenant", _checked(agency_id)), Outbox, _checked(outbox_id))


def run_national_outbox(outbox_id: int) -> None:
    _run(Scope("national"), NationalOutbox, _checked(outbox_id))


def run_upkeep(agency_id: int) -> None:
    """Each step in a transaction of its own; one that fails does not stop the others."""
    _take_steps(_checked(agency_id), upkeep_steps())


def run_national_upkeep() -> None:
    with _served().app_context():
        for name, step in national_steps().items():
            try:
                with edge(Scope("national")):
                    step(db.session())
            except Exception as error:
                log.warning("national upkeep %s: %s", name, in_short(error))


def run_frequent() -> None:
    """Those of every agency in turn, in one job: most have nothing to do."""
    with _served().app_context(), edge(RELAY):
        agencies = list(db.session.scalars(sa.select(Agency.id).order_by(Agency.id)))
    for agency_id in agencies:
        _take_steps(agency_id, frequent_steps())


def _take_steps(agency_id: int, steps: Mapping[str, UpkeepStep]) -> None:
    with _served().app_context():
        for name, step in steps.items():
            try:
                with agency_edge(agency_id):
                    step(db.session())
            except Exception as error:
                log.warning("upkeep %s of agency %d: %s", name, agency_id, in_short(error))


def _checked(number: object) -> int:
    """Ids come out of Redis, which anybody may have written to."""
    if type(number) is not int or number <= 0:
        raise JobFailed("not an id")
    return number


def _served() -> Flask:
    if _app is None:
        raise JobFailed("no application serves jobs in this process")
    return _app


def _run(scope: Scope, table: Table, outbox_id: int) -> None:
    with _served().app_context():
        try:
            job = _begin(scope, table, outbox_id)
            if job is not None:
                _work_and_tell(scope, table, job)
        except Exception as error:
            # RQ keeps an exception's text in Redis: it gets one without anybody's data.
            raise JobFailed(in_short(error)) from None


def _begin(scope: Scope, table: Table, outbox_id: int) -> OutboxFacts | None:
    """None when there is no such row in this scope, it is done, or another worker has it."""
    now = clock.now()
    free = sa.or_(
        table.state.in_(("waiting", "leased")),
        sa.and_(table.state == "sending", table.leased_until < now),
    )
    begun = (
        sa.update(table)
        .where(table.id == outbox_id, free, table.attempts < MOST_ATTEMPTS)
        .values(state="sending", attempts=table.attempts + 1, leased_until=now + WORK_LEASE)
        .returning(table.kind, table.object_id, table.recipient_id, table.attempts)
    )
    with edge(scope):
        row = db.session.execute(begun).one_or_none()
    return OutboxFacts(outbox_id, scope.agency_id, *row) if row else None


def _work_and_tell(scope: Scope, table: Table, job: OutboxFacts) -> None:
    """One line in the log for each attempt, by numbers: nobody's data, and no error's text."""
    began = time.perf_counter()
    result = "unmarked"
    try:
        result = _work(scope, table, job)
    finally:
        log.info(
            Line(
                event="job",
                kind=job.kind,
                outbox_id=job.id,
                agency_id=job.agency_id,
                attempt=job.attempt,
                result=result,
                ms=milliseconds_since(began),
            )
        )


def _work(scope: Scope, table: Table, job: OutboxFacts) -> str:
    """The state that the row was left in, or "taken over"."""
    try:
        effect = _handle(scope, table, job)
        if effect is not None:
            effect()
            _note_done(scope, table, job)
    except NoLongerOurs:
        log.warning("%s: another worker took over", job.effect_id)
        return "taken over"
    except Exception as error:
        log.warning(
            "%s (%s), attempt %d: %s", job.effect_id, job.kind, job.attempt, in_short(error)
        )
        failed = _failed(job, error)
        with suppress(NoLongerOurs), edge(scope):
            _mark(table, job, **failed)
        return str(failed["state"])
    return "done"


def _note_done(scope: Scope, table: Table, job: OutboxFacts) -> None:
    """The mail is out. Were this not written down it would go out again, so a database that is
    away just now is waited for."""
    for pause in PATIENCE_FOR_DONE:
        try:
            with edge(scope):
                _mark(table, job, **_done())
        except DBAPIError as error:
            log.warning("%s is out; it waits to be noted: %s", job.effect_id, in_short(error))
            time.sleep(pause)
        else:
            return
    with edge(scope):
        _mark(table, job, **_done())


def _handle(scope: Scope, table: Table, job: OutboxFacts) -> Effect | None:
    with edge(scope):
        effect = handler_of(job.kind)(db.session(), job)
        if effect is None:
            _mark(table, job, **_done())
        else:
            _mark(table, job, leased_until=clock.now() + WORK_LEASE)
    return effect


def _mark(table: Table, job: OutboxFacts, **values: Any) -> None:
    """Only while the attempt is ours: its number is the fence between two workers."""
    ours = (table.id == job.id, table.state == "sending", table.attempts == job.attempt)
    marked = sa.update(table).where(*ours).values(**values).returning(table.id)
    if db.session.execute(marked).one_or_none() is None:
        raise NoLongerOurs


def _done() -> dict[str, Any]:
    # By the hour, and nothing finer kept, for the same reason as in `owe`.
    done_at = clock.rounded_to_hour(clock.now())
    return {
        "state": "done",
        "done_at": done_at,
        "due_at": None,
        "leased_until": None,
        "last_error": "",
    }


def _failed(job: OutboxFacts, error: Exception) -> dict[str, Any]:
    dead = isinstance(error, NeverPossible) or job.attempt >= MOST_ATTEMPTS
    return {
        "state": "dead" if dead else "scheduled",
        "due_at": None if dead else clock.now() + pause_after(job.attempt),
        "done_at": clock.rounded_to_hour(clock.now()) if dead else None,
        "leased_until": None,
        "last_error": in_short(error),
    }
