"""How far a domain of an agency's own is trusted: what it showed, for as long as it shows it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.accounts.operations import invite, request_reset
from sp4n.accounts.queries import person_by_id
from sp4n.addresses.domains import CHECK, ask_for_due_checks
from sp4n.addresses.probing import PATH, Probe, Proof
from sp4n.db import db
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.notices.account_letters import INVITATION, RESET
from sp4n.notices.gateways import kept_mail
from sp4n.tenants.models import AgencyDomain
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from tests.addresses.conftest import World
from tests.addresses.test_domains import HOME, a_domain, added, page_at, proven, row_of, worked
from tests.scenes import Scene


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    run.serve(app)
    return Scene(app, agency)


def test_a_link_that_sets_a_password_never_leads_to_a_domain_of_ones_own(
    scene: Scene, world: World
) -> None:
    """Who shows the DNS to be theirs may have it lead anywhere."""
    domain = proven(scene, world)
    admin = scene.desk()
    admin.send(admin.open(f"{HOME}domain/{row_of(scene, domain).id}").form("utama"))
    with scene.inside() as session:
        email = person_by_id(session, person_id=scene.person("viewer").id or 0).email
        request_reset(session, email=email)
        invite(session, email=f"b.{email}", name="Ketut", role="viewer", actor=scene.admin)
    worked(scene, RESET, INVITATION)
    with scene.app.app_context():
        mails = kept_mail(scene.agency.slug)
    links = [link for mail in mails for link in re.findall(r"https?://\S+/atur-sandi/", mail.text)]
    assert len(links) == 2
    assert set(links) == {f"http://{scene.agency.slug}.localhost:8000/atur-sandi/"}


def test_a_domain_whose_proof_is_gone_is_named_nowhere_until_it_is_back(
    scene: Scene, world: World
) -> None:
    domain = proven(scene, world)
    admin = scene.desk()
    admin.send(admin.open(f"{HOME}domain/{row_of(scene, domain).id}").form("utama"))
    texts = dict(world.texts)
    for day, said, named in ((1, {}, ""), (2, texts, domain)):
        world.texts.clear()
        world.texts.update(said)
        with clock.frozen(clock.now() + timedelta(days=day)):
            with scene.inside() as session:
                ask_for_due_checks(session)
            worked(scene)
        with scene.inside():
            facts = agency_by_id(scene.agency.id)
            assert facts is not None
            assert facts.domain == named


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
