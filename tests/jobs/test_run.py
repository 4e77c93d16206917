"""Running a row: once where it can be, at least once where it cannot, never beside the wall."""

from __future__ import annotations

from datetime import timedelta
from threading import Timer
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.jobs import registry
from sp4n.jobs.failures import MOST_ATTEMPTS
from sp4n.jobs.outbox import owe, owe_national
from sp4n.jobs.registry import Effect, NeverPossible, OutboxFacts
from sp4n.jobs.run import JobFailed, run_national_outbox, run_outbox, run_upkeep
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import current_agency_id, current_scope
from tests.jobs.conftest import Desk


def run(agency: AgencyFacts, row: Any) -> None:
    run_outbox(agency.id, row.id)


def test_a_row_is_done_by_the_handler_of_its_kind(desk: Desk, agency: AgencyFacts) -> None:
    desk.handles("test")
    desk.owe(agency, object_id=7)
    run(agency, desk.row(agency))
    row = desk.row(agency)
    assert desk.seen == [OutboxFacts(row.id, agency.id, "test", 7, None, 1)]
    assert (row.state, row.attempts, row.leased_until) == ("done", 1, None)


def test_a_row_delivered_twice_is_done_once(desk: Desk, agency: AgencyFacts) -> None:
    desk.handles("test")
    desk.owe(agency)
    run(agency, desk.row(agency))
    run(agency, desk.row(agency))
    assert len(desk.seen) == 1


def test_a_handlers_work_and_done_are_one_transaction(desk: Desk, agency: AgencyFacts) -> None:
    def owes_two_more_and_fails(session: Session, _job: OutboxFacts) -> None:
        owe(session, kind="other", object_id=1)
        session.flush()
        raise ZeroDivisionError

    desk.handles("test", owes_two_more_and_fails)
    desk.owe(agency)
    run(agency, desk.row(agency))
    assert [row.kind for row in desk.rows(agency)] == ["test"]


def test_an_effect_that_happened_while_the_database_went_away_is_noted_when_it_is_back(
    desk: Desk, agency: AgencyFacts
) -> None:
    name = desk.superuser.scalar(sa.text("SELECT current_database()"))
    back = Timer(0.8, let_in, (desk.superuser.engine, name, -1))

    def effect(job: OutboxFacts) -> None:
        desk.seen.append(job)
        let_in(desk.superuser.engine, name, 0)
        back.start()

    desk.sends("test", effect)
    desk.owe(agency)
    run(agency, desk.row(agency))
    back.join()
    assert (desk.row(agency).state, len(desk.seen)) == ("done", 1)


def let_in(engine: sa.Engine, database: str, most: int) -> None:
    """How many sessions the database takes; at 0 those of agencies end, too."""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {database} CONNECTION LIMIT {most}")
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND usename = 'sp4n_tenant' AND {most} = 0"
        )


def test_an_effect_sees_its_row_marked_and_no_scope_open(desk: Desk, agency: AgencyFacts) -> None:
    states = []
    desk.sends("test", lambda _job: states.append((desk.row(agency).state, current_scope())))
    desk.owe(agency)
    run(agency, desk.row(agency))
    assert states == [("sending", None)]
    assert desk.row(agency).state == "done"


def test_what_the_handler_wrote_is_there_when_its_effect_fails(
    desk: Desk, agency: AgencyFacts
) -> None:
    def fails() -> None:
        raise ConnectionError

    def handler(session: Session, _job: OutboxFacts) -> Effect:
        owe(session, kind="other", object_id=1)
        return fails

    desk.handles("test", handler)
    desk.owe(agency)
    run(agency, desk.row(agency))
    assert [row.kind for row in desk.rows(agency)] == ["test", "other"]
    assert desk.rows(agency)[0].state == "scheduled"


def test_a_failure_is_tried_again_later_and_later(desk: Desk, agency: AgencyFacts) -> None:
    desk.handles("test", lambda _session, _job: 1 / 0)  # type: ignore[arg-type, return-value]
    desk.owe(agency)
    row, pauses = desk.row(agency), []
    for _ in range(3):
        before = clock.now()
        run(agency, row)
        pauses.append(desk.row(agency).due_at - before)
        desk.superuser.exec_driver_sql("UPDATE outbox SET state = 'waiting' WHERE state <> 'done'")
    assert timedelta(seconds=20) < pauses[0] < pauses[1] < pauses[2] < timedelta(minutes=7)


def test_a_row_that_waits_for_its_next_try_is_not_run_before(
    desk: Desk, agency: AgencyFacts
) -> None:
    desk.handles("test", lambda _session, _job: 1 / 0)  # type: ignore[arg-type, return-value]
    desk.owe(agency)
    run(agency, desk.row(agency))
    run(agency, desk.row(agency))
    assert desk.row(agency).attempts == 1


def test_poison_is_dead_after_eight_attempts(desk: Desk, agency: AgencyFacts) -> None:
    desk.handles("test", lambda _session, _job: 1 / 0)  # type: ignore[arg-type, return-value]
    desk.owe(agency)
    for _ in range(MOST_ATTEMPTS + 2):
        run(agency, desk.row(agency))
        desk.superuser.exec_driver_sql(
            "UPDATE outbox SET state = 'waiting' WHERE state = 'scheduled'"
        )
    row = desk.row(agency)
    assert (row.state, row.attempts) == ("dead", MOST_ATTEMPTS)
    assert row.last_error.startswith("ZeroDivisionError")


def test_what_can_never_work_is_dead_at_once(desk: Desk, agency: AgencyFacts) -> None:
    def handler(_session: Session, _job: OutboxFacts) -> None:
        raise NeverPossible("no such mailbox")

    desk.handles("test", handler)
    desk.owe(agency)
    run(agency, desk.row(agency))
    row = desk.row(agency)
    assert (row.state, row.last_error) == ("dead", "NeverPossible: no such mailbox")


def test_an_unknown_kind_is_a_failure_that_is_seen(desk: Desk, agency: AgencyFacts) -> None:
    desk.owe(agency, kind="nobody.knows")
    run(agency, desk.row(agency))
    assert desk.row(agency).state == "scheduled"
    assert desk.row(agency).last_error.startswith("UnknownKind")


def test_the_text_of_an_error_is_not_kept(
    desk: Desk, agency: AgencyFacts, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(_session: Session, _job: OutboxFacts) -> None:
        raise RuntimeError("made@example.org does not exist")

    desk.handles("test", handler)
    desk.owe(agency)
    run(agency, desk.row(agency))
    assert "example" not in desk.row(agency).last_error + caplog.text
    assert "RuntimeError" in desk.row(agency).last_error


def test_a_worker_whose_lease_has_ended_writes_nothing_more(
    desk: Desk, agency: AgencyFacts
) -> None:
    def overtaken(session: Session, _job: OutboxFacts) -> None:
        owe(session, kind="other", object_id=1)
        desk.superuser.exec_driver_sql("UPDATE outbox SET attempts = 2 WHERE state = 'sending'")

    desk.handles("test", overtaken)
    desk.owe(agency)
    run(agency, desk.row(agency))
    assert [(row.kind, row.state) for row in desk.rows(agency)] == [("test", "sending")]


def test_a_row_in_another_workers_hands_is_left_alone_until_its_lease_ends(
    desk: Desk, agency: AgencyFacts
) -> None:
    desk.handles("test")
    desk.owe(agency)
    desk.superuser.exec_driver_sql(
        "UPDATE outbox SET state = 'sending', attempts = 1, leased_until = now() + '1 minute'"
        " WHERE state = 'waiting'"
    )
    run(agency, desk.row(agency))
    assert desk.seen == []
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        run(agency, desk.row(agency))
    assert [job.attempt for job in desk.seen] == [2]


def test_a_job_of_one_agency_leaves_nothing_open_for_the_next_ones(
    desk: Desk, agency: AgencyFacts, other_agency: AgencyFacts
) -> None:
    looks: list[tuple[int, int, list[int]]] = []

    def looks_around(session: Session, job: OutboxFacts) -> None:
        found = session.scalars(sa.text("SELECT DISTINCT agency_id FROM outbox")).all()
        looks.append((job.agency_id or 0, current_agency_id(), list(found)))

    desk.handles("test", looks_around)
    for one in (agency, other_agency):
        desk.owe(one, times=2)
    for mine, theirs in zip(desk.rows(agency), desk.rows(other_agency), strict=True):
        run(agency, mine)
        run(other_agency, theirs)
        assert current_scope() is None
    expected = [(a.id, a.id, [a.id]) for a in (agency, other_agency)]
    assert looks == expected * 2


def test_a_failed_job_leaves_no_scope(desk: Desk, app: Flask, agency: AgencyFacts) -> None:
    desk.handles("test", lambda _session, _job: 1 / 0)  # type: ignore[arg-type, return-value]
    desk.owe(agency)
    with app.app_context():
        run(agency, desk.row(agency))
        assert current_scope() is None


def test_another_agencys_row_is_not_run_for_this_one(
    desk: Desk, agency: AgencyFacts, other_agency: AgencyFacts
) -> None:
    desk.handles("test")
    desk.owe(other_agency)
    run(agency, desk.row(other_agency))
    assert desk.seen == []
    assert desk.row(other_agency).state == "waiting"


@pytest.mark.parametrize("forged", [None, True, 0, -1, "1", 1.0, [1], {"id": 1}])
def test_a_forged_id_is_refused(desk: Desk, agency: AgencyFacts, forged: Any) -> None:
    desk.handles("test")
    desk.owe(agency)
    for agency_id, row_id in ((forged, desk.row(agency).id), (agency.id, forged)):
        with pytest.raises(JobFailed):
            run_outbox(agency_id, row_id)
    with pytest.raises(JobFailed):
        run_upkeep(forged)
    assert desk.seen == []


def test_an_agency_that_is_not_there_has_no_rows(desk: Desk, agency: AgencyFacts) -> None:
    desk.handles("test")
    desk.owe(agency)
    run_outbox(2**31 - 1, desk.row(agency).id)
    assert desk.seen == []


def test_national_rows_are_run_in_the_national_scope(desk: Desk, app: Flask) -> None:
    scopes: list[Any] = []
    desk.handles("nasional", lambda _session, job: scopes.append((current_scope(), job.agency_id)))
    with app.app_context(), edge(NATIONAL) as _:
        from sp4n.db import db

        owe_national(db.session(), kind="nasional", object_id=3)
    select = "SELECT id, state FROM national_outbox ORDER BY id DESC LIMIT 1"
    row = desk.superuser.exec_driver_sql(select).one()
    run_national_outbox(row.id)
    assert scopes == [(NATIONAL, None)]
    assert desk.superuser.exec_driver_sql(select).one().state == "done"


def test_upkeep_takes_each_step_in_the_agencys_scope_and_survives_a_bad_one(
    agency: AgencyFacts,
) -> None:
    taken: list[int] = []
    registry.register_upkeep("first", lambda _session: 1 / 0)
    registry.register_upkeep("second", lambda session: taken.append(current_agency_id()))
    run_upkeep(agency.id)
    assert taken == [agency.id]


def test_a_registered_kind_is_found_and_named() -> None:
    registry.register("a.kind", lambda _session, _job: None)
    assert registry.kinds() == {"a.kind"}
    with pytest.raises(registry.UnknownKind, match=r"other\.kind"):
        registry.handler_of("other.kind")


def test_the_agency_table_is_readable_in_a_job(desk: Desk, agency: AgencyFacts) -> None:
    names: list[str] = []
    desk.handles(
        "test",
        lambda session, job: names.append(
            session.scalars(sa.select(Agency.slug).where(Agency.id == job.agency_id)).one()
        ),
    )
    desk.owe(agency)
    run(agency, desk.row(agency))
    assert names == [agency.slug]
