"""Dead letters: an operator sees them and owes them once more."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis

from sp4n.db import db
from sp4n.jobs import operations, queries
from sp4n.jobs.queries import DeadLetter, QueueState
from sp4n.jobs.relay import RELAY
from sp4n.tenants.edge import edge
from sp4n.tenants.resolver import AgencyFacts
from tests.jobs.conftest import Desk


@pytest.fixture
def dead(desk: Desk, superuser: sa.Connection, agency: AgencyFacts) -> list[DeadLetter]:
    """A national one, then the agency's two, newest first."""
    desk.owe(agency, times=2)
    superuser.exec_driver_sql(
        "UPDATE outbox SET state = 'dead', attempts = 8, last_error = 'Boom'"
        " WHERE state = 'waiting'"
    )
    superuser.exec_driver_sql(
        "INSERT INTO national_outbox (queue, kind, state) VALUES ('mail', 'nasional', 'dead')"
    )
    return dead_letters(desk.app)


def dead_letters(app: Flask) -> list[DeadLetter]:
    with app.app_context(), edge(RELAY):
        found = queries.dead_letters(db.session())
    return sorted(found, key=lambda letter: letter.agency_id is not None)


def replay(app: Flask, letter: DeadLetter | None = None) -> int:
    with app.app_context(), edge(RELAY):
        return operations.replay(db.session(), letter=letter)


def test_dead_letters_are_listed_over_all_agencies(
    dead: list[DeadLetter], agency: AgencyFacts
) -> None:
    assert [(d.agency_id, d.kind) for d in dead] == [
        (None, "nasional"),
        (agency.id, "test"),
        (agency.id, "test"),
    ]
    assert (dead[1].attempts, dead[1].last_error) == (8, "Boom")


def test_one_dead_letter_is_replayed_and_the_others_stay(
    desk: Desk, redis: Redis, dead: list[DeadLetter]
) -> None:
    desk.handles("test")
    assert replay(desk.app, dead[1]) == 1
    desk.relay(redis)
    desk.work(redis)
    assert [job.id for job in desk.seen] == [dead[1].id]
    assert dead_letters(desk.app) == [dead[0], dead[2]]


def test_a_national_letter_is_replayed_by_itself(desk: Desk, dead: list[DeadLetter]) -> None:
    assert replay(desk.app, dead[0]) == 1
    assert dead_letters(desk.app) == dead[1:]


def test_all_are_replayed_at_once(desk: Desk, dead: list[DeadLetter]) -> None:
    assert replay(desk.app) == 3
    assert dead_letters(desk.app) == []


def test_the_queues_state_counts_what_waits_is_under_way_and_dead(
    desk: Desk, redis: Redis, dead: list[DeadLetter], agency: AgencyFacts
) -> None:
    desk.owe(agency)
    desk.relay(redis)
    desk.owe(agency)
    oldest = desk.rows(agency)[-1].due_at
    with desk.app.app_context(), edge(RELAY):
        assert queries.queue_state(db.session()) == QueueState(1, 1, 3, oldest, 0)
