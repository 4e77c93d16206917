"""Sealed identities: who may look, and the trace of each look."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from sp4n.audit.actors import REPORTER, SYSTEM, Actor
from sp4n.cases.models import Identity, IdentityLook
from sp4n.cases.queries import IdentityFacts, identity_of
from sp4n.db import db
from sp4n.errors import NotAllowed
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import (
    ADMIN,
    COORDINATOR,
    HEAD,
    SEALER,
    VIEWER,
    a_case,
    case_of,
    filed,
    liaison,
    traceless,
)
from tests.factories import Inside

MADE = IdentityFacts("Made Wirawan", "made@contoh.id", "081234567890")


@pytest.mark.parametrize("actor", [ADMIN, liaison(1)])
def test_who_answers_cases_may_look_and_the_look_is_kept(
    agency: AgencyFacts, inside: Inside, actor: Actor
) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        seen = identity_of(session, sealer=SEALER, case=case, actor=actor, purpose="Menelepon")
        assert seen == MADE
    with inside(agency) as session:
        look = session.scalars(sa.select(IdentityLook)).one()
        assert (look.actor_kind, look.actor_id, look.purpose) == ("staff", actor.id, "Menelepon")


@pytest.mark.parametrize("actor", [HEAD, VIEWER, COORDINATOR, REPORTER, SYSTEM])
def test_nobody_else_may_look(agency: AgencyFacts, inside: Inside, actor: Actor) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        with pytest.raises(NotAllowed):
            identity_of(session, sealer=SEALER, case=case, actor=actor, purpose="ingin tahu")
        assert session.scalars(sa.select(IdentityLook)).all() == []


@pytest.mark.parametrize("actor", [ADMIN, liaison(1), HEAD, COORDINATOR])
@pytest.mark.parametrize("purpose", ["Menelepon", "mail"])
def test_an_anonymous_reporter_is_opened_to_nobody(
    agency: AgencyFacts, inside: Inside, actor: Actor, purpose: str
) -> None:
    with inside(agency) as session:
        case = a_case(session, agency, anonymous=True)
        with pytest.raises(NotAllowed):
            identity_of(session, sealer=SEALER, case=case, actor=actor, purpose=purpose)


def test_the_mailing_job_may_open_an_anonymous_address(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = a_case(session, agency, anonymous=True, reporter_name="", reporter_phone="")
        seen = identity_of(session, sealer=SEALER, case=case, actor=SYSTEM, purpose="mail")
        assert seen == IdentityFacts("", "made@contoh.id", "")
        look = session.scalars(sa.select(IdentityLook)).one()
        assert (look.actor_kind, look.purpose) == ("system", "mail")


def test_where_none_was_given_there_is_none(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = case_of(session, filed(session, agency, traceless()))
        seen = identity_of(session, sealer=SEALER, case=case, actor=SYSTEM, purpose="mail")
        assert seen is None


def test_the_national_role_cannot_read_the_vault(
    app: Flask, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        a_case(session, agency)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        app.app_context(),
        edge(NATIONAL),
    ):
        db.session.scalars(sa.select(Identity)).all()
