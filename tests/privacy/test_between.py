"""A case that has gone from agency to agency: erased at each, and proven at each."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.cases.models import Identity
from sp4n.cases.operations import allow_contact
from sp4n.jobs.run import run_outbox
from sp4n.privacy.operations import ask_erasure
from tests.cases.between import Between
from tests.factories import make_agency
from tests.scenes import Scene
from tests.seals.test_pages import checked
from tests.seals.test_sealing import seal


@pytest.fixture
def between(app: Flask, scene: Scene, superuser: sa.Connection) -> Between:
    return Between(app, superuser, scene, Scene(app, make_agency(app)))


def identities(scene: Scene) -> int:
    with scene.inside() as session:
        return len(session.scalars(sa.select(Identity.case_id)).all())


def test_an_erasure_reaches_every_agency_that_had_the_case(
    between: Between, superuser: sa.Connection
) -> None:
    filing = between.here.filed()
    between.hand_over(filing)
    with between.there.inside() as session:
        case = between.case(session, filing.reference)
        assert case is not None
        allow_contact(session, case=case)
    between.work()
    assert (identities(between.here), identities(between.there)) == (1, 1)
    with between.there.inside() as session:
        case = between.case(session, filing.reference)
        assert case is not None
        assert ask_erasure(session, case=case)
    for _time in range(2):  # and once more, as after a worker was killed
        for row in between.owed(between.there.agency, "privacy.%"):
            run_outbox(row.agency_id, row.id)
        superuser.exec_driver_sql("UPDATE outbox SET state = 'waiting' WHERE kind ~ '^privacy'")
    assert (identities(between.here), identities(between.there)) == (0, 0)


def test_the_events_of_the_former_custodian_stay_provable(
    between: Between, superuser: sa.Connection
) -> None:
    filing = between.here.filed()
    seal(between.here)
    between.hand_over(filing)
    for one in (between.here, between.there):
        seal(one)
        assert checked(one, filing) == "intact"
    page = between.here.browser().open("/periksa")
    assert page.status == 200
    superuser.execute(
        sa.text("UPDATE case_event SET data = '{}' WHERE agency_id = :a AND kind = 'forwarded'"),
        {"a": between.here.agency.id},
    )
    assert checked(between.here, filing) == "changed"
    assert checked(between.there, filing) == "intact"
