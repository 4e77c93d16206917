"""Two at once: nobody waits in a circle, and who comes second sees what the first has done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.cases import operations
from sp4n.cases.following import CHANGED, DIGEST, tell_followers, tell_of_the_hour
from sp4n.cases.in_hand import cases_in_hand
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import FiledCase
from sp4n.cases.public_models import CaseFollower
from sp4n.errors import NotPossible
from sp4n.jobs.models import Outbox
from sp4n.jobs.registry import OutboxFacts
from sp4n.runtime.embedded import EmbeddedServers
from sp4n.workbench.models import BulkAct
from sp4n.workbench.operations import stop_bulk
from tests.scenes import Scene
from tests.servers import superuser_of

HELD = "SELECT 1 FROM case_record WHERE id = :case FOR UPDATE"


@pytest.fixture
def other(database: EmbeddedServers) -> Iterator[sa.Connection]:
    """Of another worker, which holds what it has locked until its transaction ends."""
    engine = sa.create_engine(superuser_of(database))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def until_it_waits(superuser: sa.Connection) -> None:
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _moment in range(500):
        if superuser.scalar(waiting):
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def grouped(scene: Scene, *filings: FiledCase) -> None:
    with scene.inside() as session:
        first, *rest = (scene.case(one, session) for one in filings)
        operations.group_cases(session, case=first, others=rest, actor=scene.admin)


def joins(scene: Scene, second: FiledCase, third: FiledCase) -> None:
    grouped(scene, third, second)


def leaves(scene: Scene, _second: FiledCase, third: FiledCase) -> None:
    scene.verify(third, supervision=True, publish=False)


@pytest.mark.parametrize(("act", "before"), [(joins, 2), (leaves, 3)])
def test_who_changes_a_group_holds_none_of_it_while_waiting_for_an_earlier_case(
    scene: Scene,
    superuser: sa.Connection,
    other: sa.Connection,
    act: Callable[[Scene, FiledCase, FiledCase], None],
    before: int,
) -> None:
    filings = [scene.filed() for _number in range(3)]
    grouped(scene, *filings[:before])
    first, second, third = filings
    other.execute(sa.text(HELD), {"case": first.case_id})
    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(act, scene, second, third)
        until_it_waits(superuser)
        try:
            other.execute(sa.text(f"{HELD} NOWAIT"), {"case": third.case_id})
        finally:
            other.rollback()
        doing.result(30)
    assert (scene.case(third).lead_id is None) == (act is leaves)


def test_what_is_over_by_now_is_not_stopped(scene: Scene, superuser: sa.Connection) -> None:
    with scene.inside() as session:
        by = {"account_id": scene.admin.id, "account_name": "", "total": 1}
        made = {"made_at": clock.now(), "starts_at": clock.now(), "asked": {}}
        bulk = BulkAct(act="answer", state="running", **by, **made)
        session.add(bulk)
        session.flush()
        bulk_id = bulk.id
    with scene.inside() as session:
        looked_at = session.get_one(BulkAct, (scene.agency.id, bulk_id))
        assert looked_at.state == "running"
        done = "UPDATE bulk_act SET state = 'done' WHERE id = :bulk"
        superuser.execute(sa.text(done), {"bulk": bulk_id})
        with pytest.raises(NotPossible):
            stop_bulk(session, bulk_id=bulk_id, actor=scene.admin)


def test_cases_in_hand_are_as_they_are_and_not_as_they_were_read(
    scene: Scene, superuser: sa.Connection
) -> None:
    filing, unit = scene.filed(), scene.unit()
    with scene.inside() as session:
        read_before = scene.case(filing, session)
        assert read_before.unit_id is None
        moved = "UPDATE case_record SET unit_id = :unit, version = version + 1 WHERE id = :case"
        superuser.execute(sa.text(moved), {"unit": unit, "case": filing.case_id})
        ids = [filing.case_id]
        with cases_in_hand(session, ids, actor=scene.admin, agency=scene.agency) as hand:
            assert hand.cases[filing.case_id].unit_id == unit


@pytest.mark.parametrize("kind", ["follow.tell", DIGEST])
def test_two_jobs_about_the_same_news_write_one_letter(
    scene: Scene, superuser: sa.Connection, kind: str
) -> None:
    filing = scene.answer(scene.verify(scene.filed()))
    with scene.inside() as session:
        who = {"address_hash": b"x", "sealed": b"x", "language": "id"}
        at = {"asked_at": clock.now(), "confirmed_at": clock.now()}
        follower = CaseFollower(case_id=filing.case_id, **who, **at)
        session.add(follower)
        session.flush()
        number = follower.id
    tell, about = tell_followers, filing.case_id
    if kind == DIGEST:
        tell, about = tell_of_the_hour, number
    owed = OutboxFacts(1, scene.agency.id, kind, about, None, 1)

    def again() -> None:
        with scene.inside() as session:
            tell(session, owed)

    with ThreadPoolExecutor(1) as pool:
        with scene.inside() as session:
            tell(session, owed)
            session.flush()
            doing = pool.submit(again)
            until_it_waits(superuser)
        doing.result(30)
    with scene.inside() as session:
        written = sa.select(sa.func.count()).where(Outbox.kind == CHANGED)
        assert session.scalar(written) == 1
        assert session.scalar(sa.select(sa.func.count(CaseRecord.id))) == 1
