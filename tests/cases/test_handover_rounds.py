"""A case that has gone from agency to agency too often: a coordinator decides."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.cases import operations
from sp4n.cases.handover_models import Handover
from sp4n.cases.handover_queries import offers, undecided
from sp4n.cases.operations.settling import settle
from sp4n.db import db
from sp4n.errors import NotPossible
from sp4n.figures.queries import figures_of
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import Between, between, kinds
from tests.scenes import Scene


@pytest.fixture
def two(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts, other_agency: AgencyFacts
) -> Between:
    return between(app, superuser, agency, other_agency)


@pytest.fixture
def gone_round(two: Between) -> tuple[operations.FiledCase, list[Scene]]:
    """Accepted three times; the last one wants to be rid of it, too."""
    scenes = [two.here, two.there, two.another(), two.another()]
    filing = two.here.filed()
    for at, to in itertools.pairwise(scenes):
        two.hand_over(filing, at, to)
    return filing, scenes


def test_after_three_moves_a_coordinator_decides(
    two: Between, gone_round: tuple[operations.FiledCase, list[Scene]]
) -> None:
    filing, scenes = gone_round
    last, first = scenes[-1], scenes[0]
    sent = two.send(filing, last, scenes[1])
    with scenes[1].inside() as session:
        assert offers(session) == []
    assert two.tracked(filing) == (last.agency.id, None)
    with two.app.app_context(), edge(NATIONAL):
        assert sent in [one.handover_id for one in undecided(db.session())]
    with last.inside() as session:
        handover = session.scalars(sa.select(Handover).where(Handover.id == sent)).one()
        operations.decide_case(
            session, handover=handover, actor=last.admin, to=first.agency, words="Jalan kabupaten."
        )
    two.work(*scenes, again=True)
    assert two.tracked(filing) == (first.agency.id, None)
    assert two.state(first, filing) == "unverified"
    assert two.state(last, filing) == "forwarded"
    told = kinds(first, filing)
    assert told[0] == "filed"
    assert told.count("received") == 4
    assert told[-2:] == ["decided", "received"]
    assert figures(first) == (1, 1)


def figures(scene: Scene) -> tuple[int, int]:
    with scene.inside() as session:
        found = figures_of(session, scene.agency.id)
        return found.filed, found.open


def test_a_coordinator_may_leave_it_where_it_is(
    two: Between, gone_round: tuple[operations.FiledCase, list[Scene]]
) -> None:
    filing, scenes = gone_round
    last = scenes[-1]
    sent = two.send(filing, last, scenes[1])
    with last.inside() as session:
        handover = session.scalars(sa.select(Handover).where(Handover.id == sent)).one()
        about = {"handover": handover, "actor": last.admin, "to": None}
        operations.decide_case(session, **about, words="Tugas Anda.")
        with pytest.raises(NotPossible, match="sudah diputuskan"):
            operations.decide_case(session, **about, words="Tugas Anda.")
    two.work(*scenes)
    assert two.state(last, filing) == "unverified"
    assert kinds(last, filing)[-1] == "kept"


@pytest.mark.parametrize("status", ["suspended", "archived"])
def test_who_was_given_it_and_takes_no_reports_by_now_holds_nobody_up(
    two: Between, gone_round: tuple[operations.FiledCase, list[Scene]], status: str
) -> None:
    filing, scenes = gone_round
    last, first = scenes[-1], scenes[0]
    sent = two.send(filing, last, scenes[1])
    with last.inside() as session:
        handover = session.scalars(sa.select(Handover).where(Handover.id == sent)).one()
        about = {"handover": handover, "actor": last.admin, "words": "Jalan kabupaten."}
        operations.decide_case(session, to=first.agency, **about)
    becomes(two, first, status)
    for _time in range(2):
        two.work(last, again=True)
        with last.inside() as session:
            settle(session)
    assert two.tracked(filing) == (last.agency.id, None)
    assert two.state(last, filing) == "unverified"
    assert kinds(last, filing)[-2:] == ["decided", "kept"]
    sent = two.send(filing, last, scenes[1])  # and on it goes, by another decision
    with last.inside() as session:
        handover = session.scalars(sa.select(Handover).where(Handover.id == sent)).one()
        about = {"handover": handover, "actor": last.admin, "words": "Jalan kabupaten."}
        operations.decide_case(session, to=scenes[1].agency, **about)
    two.work(scenes[1], last)
    assert two.tracked(filing) == (scenes[1].agency.id, None)


def test_who_was_merged_while_it_was_asked_is_waited_for_no_longer(two: Between) -> None:
    filing = two.here.filed()
    sent = two.send(filing)
    becomes(two, two.there, "archived")
    with two.here.inside() as session:
        settle(session)
    assert two.tracked(filing) == (two.here.agency.id, None)
    assert kinds(two.here, filing) == ["filed", "offered", "kept"]
    with two.app.test_request_context(), pytest.raises(NotPossible):
        two.accept(sent)


def becomes(two: Between, scene: Scene, status: str) -> None:
    with two.app.app_context(), edge(NATIONAL):
        db.session.get_one(Agency, scene.agency.id).status = status
