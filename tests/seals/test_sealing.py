"""Seals hold: what is altered afterwards shows, what is removed by rule does not break them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from sp4n import clock
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import FiledCase
from sp4n.jobs.models import Outbox
from sp4n.jobs.run import run_frequent, serve
from sp4n.seals import operations
from sp4n.seals.chain import faults_of
from sp4n.seals.checking import Proof, proof_of
from sp4n.seals.models import EventSeal, SealLink
from sp4n.seals.operations import drop_salts, seal_new
from tests.cases.making import MONDAY
from tests.scenes import Scene

NOBODY = {"anonymous": True, "reporter_name": "", "reporter_email": "", "reporter_phone": ""}


def seal(scene: Scene) -> int:
    with scene.inside() as session:
        return seal_new(session, secret=scene.app.config["SECRET_KEY"])


def proof(scene: Scene, filed: FiledCase) -> Proof:
    with scene.inside() as session:
        case = scene.case(filed, session)
        return proof_of(session, case=case, secret=scene.app.config["SECRET_KEY"])


def faults(scene: Scene, kept: dict[int, str] | None = None) -> list[str]:
    with scene.inside() as session:
        secret = scene.app.config["SECRET_KEY"]
        return list(faults_of(session, secret=secret, kept=kept or {}))


@pytest.fixture
def filed(scene: Scene) -> FiledCase:
    """Verified, answered and sealed."""
    filing = scene.answer(scene.verify(scene.filed()))
    assert seal(scene) == 3
    return filing


def test_a_case_is_unsealed_then_intact_and_so_is_what_follows(scene: Scene) -> None:
    filing = scene.filed()
    assert proof(scene, filing).verdict == "unsealed"
    assert seal(scene) == 1
    assert proof(scene, filing).verdict == "intact"
    scene.verify(filing)
    found = proof(scene, filing)
    assert (found.verdict, found.waiting) == ("intact", 1)
    assert (seal(scene), seal(scene)) == (1, 0)
    assert proof(scene, filing).head is not None
    assert faults(scene) == []


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("UPDATE case_record SET title = 'Lain' WHERE id = :case", "filed"),
        ("UPDATE case_record SET classification = 'aspirasi' WHERE id = :case", "filed"),
        ("UPDATE case_record SET filed_at = filed_at - interval '1 d' WHERE id = :case", "filed"),
        ("UPDATE case_event SET body = '' WHERE case_id = :case AND body <> ''", "answered"),
        ("UPDATE case_event SET to_state = 'x' WHERE case_id = :case AND body <> ''", "answered"),
        ("DELETE FROM seal_salt s USING case_event e WHERE s.event_id = e.id"
         " AND case_id = :case AND kind = 'answered'", "answered"),
    ],
)  # fmt: skip
def test_who_alters_the_database_is_found_out(
    scene: Scene, filed: FiledCase, superuser: sa.Connection, sql: str, kind: str
) -> None:
    superuser.execute(sa.text(sql), {"case": filed.case_id})
    found = proof(scene, filed)
    assert found.verdict == "changed"
    assert [step.kind for step in found.changed] == [kind]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM event_seal WHERE agency_id = :agency AND place = 1",
        "UPDATE event_seal SET leaf = words WHERE agency_id = :agency AND place = 1",
        "UPDATE seal_link SET head = root WHERE agency_id = :agency",
        "UPDATE seal_link SET signature = root WHERE agency_id = :agency",
        "UPDATE seal_link SET at = at + interval '1 day' WHERE agency_id = :agency",
    ],
)
def test_who_alters_the_seals_is_found_out(
    scene: Scene, filed: FiledCase, superuser: sa.Connection, sql: str
) -> None:
    superuser.execute(sa.text(sql), {"agency": scene.agency.id})
    assert proof(scene, filed).verdict == "changed"
    assert faults(scene)


def test_a_chain_made_anew_is_another_than_the_published_one(
    scene: Scene, filed: FiledCase, superuser: sa.Connection
) -> None:
    """By who has database and secret: the copies that others kept tell."""
    head = superuser.scalar(sa.select(SealLink.head).where(SealLink.agency_id == scene.agency.id))
    kept = {1: bytes(head).hex()}
    assert faults(scene, kept) == []
    for table in ("seal_salt", "event_seal", "seal_link"):
        superuser.execute(
            sa.text(f"DELETE FROM {table} WHERE agency_id = :agency"), {"agency": scene.agency.id}
        )
    seal(scene)
    assert proof(scene, filed).verdict == "intact"
    assert faults(scene, kept) == ["link 1: another head was published"]
    assert faults(scene, {**kept, 7: "00"})[-1] == "link 7: was published, and is gone"


@pytest.mark.parametrize("table", ["seal_link", "event_seal"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET agency_id = agency_id", "DELETE FROM {}"])
def test_nobody_changes_or_takes_away_a_seal(
    scene: Scene, filed: FiledCase, table: str, verb: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), scene.inside() as session:
        session.execute(sa.text(verb.format(table)))


def test_no_agency_adds_to_the_chain_of_another(
    scene: Scene, other_agency: Any, filed: FiledCase
) -> None:
    values = {"number": 2, "at": clock.now(), "events": 0, "through": 0}
    hashes = dict.fromkeys(("root", "previous", "head", "signature"), bytes(32))
    with pytest.raises(ProgrammingError, match="row-level security"), scene.inside() as session:
        session.execute(
            sa.insert(SealLink.__table__), {"agency_id": other_agency.id, **values, **hashes}
        )


def test_those_without_a_name_wait_until_their_hour_is_over(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        nobody = scene.filed(at=MONDAY, **NOBODY)
        named = scene.filed(at=MONDAY)
        assert seal(scene) == 1
        assert proof(scene, named).verdict == "intact"
    with clock.frozen(clock.next_hour(MONDAY)):
        assert seal(scene) == 1
        assert proof(scene, nobody).verdict == "intact"
        assert faults(scene) == []


def test_nothing_is_passed_over_when_the_job_was_away_for_days(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        nobody = scene.filed(at=MONDAY, **NOBODY)
        scene.filed(at=MONDAY)
        seal(scene)
    with clock.frozen(MONDAY + timedelta(days=9)):
        scene.filed()
        seal(scene)
        assert proof(scene, nobody).verdict == "intact"


def test_more_than_one_link_holds_goes_on_in_the_next(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "AT_ONCE", 2)
    for _ in range(3):
        scene.filed()
    assert seal(scene) == 2
    with scene.inside() as session:
        kinds = session.scalars(sa.select(Outbox.kind).where(Outbox.kind == operations.GO_ON))
        assert list(kinds) == [operations.GO_ON]
    assert (seal(scene), seal(scene)) == (1, 0)
    assert faults(scene) == []


def test_every_agency_is_gone_round_in_one_job(app: Flask, scene: Scene) -> None:
    filing = scene.filed()
    serve(app)
    run_frequent()
    assert proof(scene, filing).verdict == "intact"


def test_a_salt_that_goes_with_an_event_that_says_so_breaks_nothing(
    scene: Scene, filed: FiledCase, superuser: sa.Connection
) -> None:
    with scene.inside() as session:
        own = sa.select(EventSeal.event_id).where(EventSeal.case_id == filed.case_id)
        drop_salts(session, event_ids=list(session.scalars(own)))
        session.add(
            CaseEvent(
                case_id=filed.case_id,
                at=clock.now(),
                kind="expired",
                public=True,
                actor_kind="system",
                data={"parts": ["text"]},
            )
        )
    superuser.execute(
        sa.text("UPDATE case_record SET description = '' WHERE id = :case"), {"case": filed.case_id}
    )
    seal(scene)
    assert proof(scene, filed).verdict == "partly_removed"
    assert faults(scene) == []


def test_the_command_finds_what_was_altered(
    scene: Scene, filed: FiledCase, superuser: sa.Connection
) -> None:
    runner, asked = scene.app.test_cli_runner(), ["seals", "verify", "--agency"]
    told = runner.invoke(args=[*asked, scene.agency.slug])
    assert (told.exit_code, told.output) == (0, "1 chains, 0 faults\n")
    superuser.execute(
        sa.text("UPDATE case_event SET actor_id = 77 WHERE case_id = :case AND kind = 'verified'"),
        {"case": filed.case_id},
    )
    told = runner.invoke(args=[*asked, scene.agency.slug])
    assert told.exit_code == 1
    assert f"{filed.reference} was changed" in told.output
