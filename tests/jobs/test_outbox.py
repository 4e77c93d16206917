"""Owing: one row, in the transaction of what it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sp4n import clock
from sp4n.jobs.outbox import owe
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import Inside
from tests.jobs.conftest import Desk

NOON = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)


def test_what_is_owed_now_waits(desk: Desk, agency: AgencyFacts) -> None:
    desk.owe(agency, kind="test", object_id=7)
    assert (desk.row(agency).state, desk.row(agency).object_id) == ("waiting", 7)


def test_what_is_owed_later_is_scheduled(desk: Desk, agency: AgencyFacts) -> None:
    with clock.frozen(NOON):
        desk.owe(agency, due_at=NOON + timedelta(days=3))
    assert desk.row(agency).state == "scheduled"
    assert desk.row(agency).due_at == NOON + timedelta(days=3)


def test_a_row_does_not_tell_the_minute_in_which_it_was_written(
    desk: Desk, agency: AgencyFacts
) -> None:
    with clock.frozen(NOON):
        desk.owe(agency)
    assert desk.row(agency).due_at == NOON.replace(minute=0, second=0)


def test_nothing_is_owed_when_the_act_is_rolled_back(
    desk: Desk, inside: Inside, agency: AgencyFacts
) -> None:
    with pytest.raises(ZeroDivisionError), inside(agency) as session:
        owe(session, kind="test", object_id=None)
        session.flush()
        raise ZeroDivisionError
    assert desk.rows(agency) == []


def test_a_queue_that_no_worker_serves_is_refused(desk: Desk, agency: AgencyFacts) -> None:
    with pytest.raises(ValueError, match="no worker"):
        desk.owe(agency, queue="posta")
