"""The reporter's contact, when their case goes from agency to agency: by their word alone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases import operations
from sp4n.cases.handover_models import HandoverContact
from sp4n.cases.handover_queries import waits_for_consent
from sp4n.cases.models import CaseEvent, Identity, IdentityLook
from sp4n.cases.vault import identity_of
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import Between, between
from tests.scenes import Scene


@pytest.fixture
def two(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts, other_agency: AgencyFacts
) -> Between:
    return between(app, superuser, agency, other_agency)


def vault(scene: Scene) -> int:
    with scene.inside() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Identity)) or 0


def test_the_contact_stays_behind_unless_the_reporter_says_so(two: Between) -> None:
    filing = two.here.filed()
    two.hand_over(filing)
    assert vault(two.there) == 0
    with two.there.inside() as session:
        case = two.case(session, filing.reference)
        assert case is not None
        assert waits_for_consent(session, case)
        operations.allow_contact(session, case=case)
    two.work(again=True)
    assert vault(two.there) == 1
    with two.there.inside() as session:
        case = two.case(session, filing.reference)
        assert case is not None
        assert not waits_for_consent(session, case)
        sealer = two.app.extensions["sp4n.sealer"]
        who = identity_of(
            session, sealer=sealer, case=case, actor=two.there.admin, purpose="handling"
        )
        assert who is not None
        assert who.email == "made@contoh.id"
    for scene, looks in ((two.here, 0), (two.there, 1)):
        with scene.inside() as session:
            assert len(session.scalars(sa.select(IdentityLook)).all()) == looks
            assert session.scalars(sa.select(HandoverContact)).all() == []


def test_consent_on_the_way_takes_effect_on_acceptance_only(two: Between) -> None:
    filing = two.here.filed()
    sent = two.send(filing)
    with two.here.inside() as session:
        case = two.here.case(filing, session)
        assert waits_for_consent(session, case)
        operations.allow_contact(session, case=case)
        assert not waits_for_consent(session, case)
    two.work()
    assert vault(two.there) == 0
    two.accept(sent)
    two.work()
    assert vault(two.there) == 1


def test_an_anonymous_reporter_stays_one_and_a_traceless_one_is_asked_nothing(
    two: Between,
) -> None:
    nothing = {"reporter_name": "", "reporter_email": "", "reporter_phone": ""}
    anonymous = two.here.filed(anonymous=True)
    traceless = two.here.filed(anonymous=True, confidential=True, **nothing)
    for filing in (anonymous, traceless):
        two.hand_over(filing)
    with two.there.inside() as session:
        first, second = (two.case(session, one.reference) for one in (anonymous, traceless))
        assert first is not None
        assert second is not None
        assert (first.anonymous, second.anonymous, second.confidential) == (True, True, True)
        assert waits_for_consent(session, first)
        assert not waits_for_consent(session, second)
        assert second.received_at == clock.rounded_to_hour(second.received_at)
        events = sa.select(CaseEvent.at).where(CaseEvent.case_id == second.id)
        assert {at.minute for at in session.scalars(events)} == {0}
        operations.allow_contact(session, case=first)
    two.work()
    assert vault(two.there) == 1
