"""How far a domain of an agency's own is trusted: what it showed, for as long as it shows it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.addresses.domains import CHECK
from sp4n.addresses.probing import PATH, Probe, Proof
from sp4n.db import db
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.tenants.models import AgencyDomain
from sp4n.tenants.resolver import AgencyFacts
from tests.addresses.conftest import World
from tests.addresses.test_domains import a_domain, added, page_at, proven, row_of, worked
from tests.scenes import Scene


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    run.serve(app)
    return Scene(app, agency)


def test_a_domain_that_the_dns_showed_is_let_go_by_the_dns_alone(
    scene: Scene, world: World
) -> None:
    """It points here: what we say of it ourselves shows nothing."""
    domain = proven(scene, world)
    assert page_at(scene.app, domain)[0] == 200
    assert page_at(scene.app, domain, PATH)[0] == 404


def test_a_domain_is_waited_for_in_no_transaction(
    scene: Scene, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = a_domain()
    added(scene, domain)
    seen = []

    def prove(_probe: Probe, _domain: str, _token: str) -> Proof:
        seen.append(db.session().in_transaction())
        return Proof("dns")

    monkeypatch.setattr(Probe, "prove", prove)
    worked(scene)
    assert seen == [False]
    assert row_of(scene, domain).verified_at is not None


def test_a_domain_that_was_removed_while_it_was_looked_at_stays_removed(
    scene: Scene, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = a_domain()
    added(scene, domain)

    def prove(_probe: Probe, _domain: str, _token: str) -> Proof:
        with scene.inside() as session:
            session.execute(sa.delete(AgencyDomain).where(AgencyDomain.domain == domain))
        return Proof("dns")

    monkeypatch.setattr(Probe, "prove", prove)
    worked(scene)
    with scene.inside() as session:
        assert domain not in session.scalars(sa.select(AgencyDomain.domain)).all()
        states = sa.select(Outbox.state).where(Outbox.kind == CHECK)
        assert session.scalars(states).all() == ["done"]
