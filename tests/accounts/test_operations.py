"""Getting in and out, links for one use, roles and units: for staff and for coordinators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts import operations, queries
from sp4n.accounts.models import Account, Credential
from sp4n.accounts.passwords import hash_password
from sp4n.accounts.people import Person, people_of
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.audit.models import AuditEntry, NationalAuditEntry
from sp4n.db import db
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.jobs.models import NationalOutbox, Outbox
from sp4n.organisation.operations import UnitAnswers, add_unit
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.people import PASSWORD, add_coordinator, add_staff
from tests.factories import Inside

OTHER_PASSWORD = "sayur lodeh tanpa garam"
Side = Callable[[], AbstractContextManager[Session]]
BOTH = ("staff", "coordinators")


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def side(kind: str, app: Flask, agency: AgencyFacts, inside: Inside) -> Side:
    """`with side() as session`: in an agency, or on the national level."""

    @contextmanager
    def national() -> Iterator[Session]:
        with app.app_context(), edge(NATIONAL):
            yield db.session()

    return (lambda: inside(agency)) if kind == "staff" else national


def add_person(session: Session) -> Person:
    return (
        add_staff(session) if people_of(session).key == "account_id" else add_coordinator(session)
    )


def last_act(session: Session) -> str | None:
    table = AuditEntry if people_of(session).key == "account_id" else NationalAuditEntry
    return session.scalar(sa.select(table.act).order_by(table.id.desc()).limit(1))


def owed(session: Session, person: Person) -> list[str]:
    table = Outbox if isinstance(person, Account) else NationalOutbox
    return list(session.scalars(sa.select(table.kind).where(table.object_id == person.id)))


def test_the_right_password_opens_a_session(side: Side) -> None:
    with side() as session:
        person = add_person(session)
        got = operations.sign_in(
            session, email=f" {person.email.upper()} ", password=PASSWORD, device="Firefox, Linux"
        )
        found = queries.visit(session, token=got.token)
        assert found is not None
        assert found.person is person
        assert found.session.device == "Firefox, Linux"
        assert last_act(session) == "account.sign_in"


@pytest.mark.parametrize("wrong", ["password", "email", "closed"])
def test_every_wrong_sign_in_gets_the_same_words(side: Side, wrong: str) -> None:
    with side() as session:
        person = add_person(session)
        email = "tak.dikenal@contoh.go.id" if wrong == "email" else person.email
        password = "bukan sandi yang benar" if wrong == "password" else PASSWORD
        person.active = wrong != "closed"
        session.flush()
        with pytest.raises(Invalid) as refusal:
            operations.sign_in(session, email=email, password=password)
    assert refusal.value.fields == {
        "": "Email atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi."
    }


@pytest.mark.usefixtures("real_passwords")
def test_an_unknown_address_takes_as_long_as_a_known_one(
    agency: AgencyFacts, inside: Inside
) -> None:
    def seconds(session: Session, email: str) -> float:
        before = perf_counter()
        with pytest.raises(Invalid):
            operations.sign_in(session, email=email, password="bukan sandi yang benar")
        return perf_counter() - before

    with inside(agency) as session:
        person = add_staff(session)
        email = person.email
        own = sa.update(Credential).where(Credential.account_id == person.id)
        session.execute(own.values(password_hash=hash_password(PASSWORD)))
        known, unknown = [], []
        for _ in range(9):
            known.append(seconds(session, email))
            unknown.append(seconds(session, "tak.dikenal@contoh.go.id"))
    assert 0.5 < median(known) / median(unknown) < 2


def test_a_session_ends_by_its_owner_by_rest_and_by_age(side: Side) -> None:
    with side() as session:
        person = add_person(session)
        start = clock.now()
        with clock.frozen(start):
            token = operations.open_session(session, person=person)
            assert queries.visit(session, token=token) is not None
        with clock.frozen(start + timedelta(hours=8, seconds=1)):
            assert queries.visit(session, token=token) is None
        row = queries.sessions_of(session, person_id=person.id)[0]
        row.last_seen_at = start + timedelta(days=7)
        session.flush()
        with clock.frozen(start + timedelta(days=7, seconds=1)):
            assert queries.visit(session, token=token) is None
        operations.sign_out(session, token=token)
        assert queries.visit(session, token=token) is None
        assert last_act(session) == "account.sign_out"


def test_a_closed_account_is_signed_out_at_once(side: Side) -> None:
    with side() as session:
        person = add_person(session)
        token = operations.open_session(session, person=person)
        person.active = False
        session.flush()
        assert queries.visit(session, token=token) is None


def test_an_owner_ends_one_session_or_all_others(side: Side) -> None:
    with side() as session:
        person, stranger = add_person(session), add_person(session)
        here, there, elsewhere = (operations.open_session(session, person=person) for _ in range(3))
        actor = queries.actor_of(session, person)
        visit = queries.visit(session, token=there)
        assert visit is not None
        with pytest.raises(NotFound):
            operations.end_session(
                session, person=stranger, session_id=visit.session.id, actor=actor
            )
        operations.end_session(session, person=person, session_id=visit.session.id, actor=actor)
        assert queries.visit(session, token=there) is None
        operations.end_all_sessions(session, person=person, but_token=here, actor=actor)
        assert queries.visit(session, token=elsewhere) is None
        assert queries.visit(session, token=here) is not None


def test_an_invited_person_sets_a_password_once(side: Side) -> None:
    with side() as session:
        role = people_of(session).roles[0]
        email = f"baru-{perf_counter()}@contoh.go.id"
        person = operations.invite(session, email=email, name="Baru", role=role, actor=SYSTEM)
        assert owed(session, person) == ["account.invitation"]
        link = operations.make_token(session, account_id=person.id, purpose="invitation")
        again = operations.make_token(session, account_id=person.id, purpose="invitation")
        operations.redeem_token(session, token=link, password=OTHER_PASSWORD)
        for used_up in (link, again):
            with pytest.raises(NotFound):
                operations.redeem_token(session, token=used_up, password=OTHER_PASSWORD)
        assert operations.sign_in(session, email=email, password=OTHER_PASSWORD).person is person


@pytest.mark.parametrize(
    ("purpose", "holds", "over"),
    [
        ("invitation", timedelta(days=6, hours=23), timedelta(days=7, seconds=1)),
        ("reset", timedelta(minutes=59), timedelta(hours=1, seconds=1)),
    ],
)
def test_a_link_works_for_its_time(
    side: Side, purpose: str, holds: timedelta, over: timedelta
) -> None:
    with side() as session:
        person, start = add_person(session), clock.now()
        with clock.frozen(start):
            late, good = (
                operations.make_token(session, account_id=person.id, purpose=purpose)
                for _ in range(2)
            )
        with clock.frozen(start + over), pytest.raises(NotFound):
            operations.redeem_token(session, token=late, password=OTHER_PASSWORD)
        with clock.frozen(start + holds):
            operations.redeem_token(session, token=good, password=OTHER_PASSWORD)
            assert operations.sign_in(session, email=person.email, password=OTHER_PASSWORD)


def test_a_reset_ends_every_session(side: Side) -> None:
    with side() as session:
        person = add_person(session)
        token = operations.open_session(session, person=person)
        link = operations.make_token(session, account_id=person.id, purpose="reset")
        operations.redeem_token(session, token=link, password=OTHER_PASSWORD)
        assert queries.visit(session, token=token) is None
        with pytest.raises(Invalid):
            operations.sign_in(session, email=person.email, password=PASSWORD)


def test_a_weak_password_does_not_use_up_the_link(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        person = add_staff(session, name="Wayan Sudarma")
        link = operations.make_token(session, account_id=person.id, purpose="reset")
    weak = f"WayanSudarma{agency.slug}"
    with pytest.raises(Invalid), inside(agency) as session:
        operations.redeem_token(session, token=link, password=weak)
    with inside(agency) as session:
        operations.redeem_token(session, token=link, password=OTHER_PASSWORD)


def test_a_link_of_one_agency_is_nothing_at_another(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        person = add_staff(session)
        link = operations.make_token(session, account_id=person.id, purpose="reset")
        token = operations.open_session(session, person=person)
        email = person.email
    with inside(other_agency) as session:
        with pytest.raises(NotFound):
            operations.redeem_token(session, token=link, password=OTHER_PASSWORD)
        assert queries.visit(session, token=token) is None
        with pytest.raises(Invalid):
            operations.sign_in(session, email=email, password=PASSWORD)


def test_asking_for_a_reset_writes_as_much_for_nobody(side: Side) -> None:
    with side() as session:
        person = add_person(session)
        operations.request_reset(session, email=person.email)
        assert owed(session, person) == ["account.reset"]
        assert last_act(session) == "account.reset_request"
        operations.request_reset(session, email="tak.dikenal@contoh.go.id")
        assert last_act(session) == "account.reset_request"


def test_a_changed_password_keeps_this_session_and_ends_the_others(side: Side) -> None:
    with side() as session:
        person = add_person(session)
        here, there = (operations.open_session(session, person=person) for _ in range(2))
        with pytest.raises(Invalid) as refusal:
            operations.change_password(
                session, person=person, current="salah", password=OTHER_PASSWORD, token=here
            )
        assert "current" in refusal.value.fields
        operations.change_password(
            session, person=person, current=PASSWORD, password=OTHER_PASSWORD, token=here
        )
        assert queries.visit(session, token=here) is not None
        assert queries.visit(session, token=there) is None


def test_the_last_admin_stays(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        first = add_staff(session, "admin")
        actor = queries.actor_of(session, first)
        with pytest.raises(NotPossible):
            operations.deactivate(session, person=first, actor=actor)
        with pytest.raises(NotPossible):
            operations.change_role(session, person=first, role="viewer", actor=actor)
        second = add_staff(session, "admin")
        operations.change_role(session, person=first, role="viewer", actor=actor)
        with pytest.raises(NotPossible):
            operations.deactivate(session, person=second, actor=actor)
        operations.deactivate(session, person=first, actor=actor)
        assert last_act(session) == "account.deactivate"


def test_a_closed_account_is_opened_again_by_an_invitation(side: Side) -> None:
    with side() as session:
        people = people_of(session)
        keeper, person = add_person(session), add_person(session)
        keeper.role = people.keeper
        session.flush()
        operations.deactivate(session, person=person, actor=SYSTEM)
        again = operations.invite(
            session, email=person.email, name="Lagi", role=people.roles[0], actor=SYSTEM
        )
        assert again is person
        assert person.active
        with pytest.raises(Invalid) as refusal:
            operations.invite(
                session, email=person.email, name="Dua", role=people.roles[0], actor=SYSTEM
            )
        assert "email" in refusal.value.fields


@pytest.mark.parametrize(
    ("field", "over"),
    [
        ("email", {"email": "bukan alamat"}),
        ("email", {"email": "a\x00b@@x"}),
        ("role", {"role": "super_admin"}),
    ],
)
def test_a_wrong_invitation_names_its_field(
    agency: AgencyFacts, inside: Inside, field: str, over: dict[str, str]
) -> None:
    values: dict[str, Any] = {
        "email": "baik@contoh.go.id",
        "name": "Baik",
        "role": "viewer",
        **over,
    }
    with pytest.raises(Invalid) as refusal, inside(agency) as session:
        operations.invite(session, actor=SYSTEM, **values)
    assert list(refusal.value.fields) == [field]


def test_a_liaison_answers_for_units_and_all_below_them(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(other_agency) as session:
        foreign = add_unit(session, answers=UnitAnswers("Tetangga"), actor=SYSTEM).id
    with inside(agency) as session:
        top = add_unit(session, answers=UnitAnswers("Dinas"), actor=SYSTEM)
        low = add_unit(session, answers=UnitAnswers("Bidang", parent_id=top.id), actor=SYSTEM)
        add_unit(session, answers=UnitAnswers("Lain"), actor=SYSTEM)
        liaison, viewer = add_staff(session, "liaison"), add_staff(session, "viewer")
        operations.set_units(session, account=liaison, unit_ids=[top.id], actor=SYSTEM)
        actor = queries.actor_of(session, liaison)
        assert actor == Actor(
            "staff", liaison.id, liaison.name, "liaison", frozenset({top.id, low.id})
        )
        for account, unit_id in ((viewer, top.id), (liaison, foreign)):
            with pytest.raises(Invalid):
                operations.set_units(session, account=account, unit_ids=[unit_id], actor=SYSTEM)
        assert [unit.id for unit in queries.units_of(session, account_id=liaison.id)] == [top.id]
        add_staff(session, "admin")
        operations.change_role(session, person=liaison, role="viewer", actor=SYSTEM)
        assert queries.units_of(session, account_id=liaison.id) == []


def test_what_is_long_over_is_forgotten(side: Side) -> None:
    with side() as session:
        person, now = add_person(session), clock.now()
        with clock.frozen(now - timedelta(days=60)):
            operations.open_session(session, person=person)
            operations.make_token(session, account_id=person.id, purpose="reset")
        kept = operations.open_session(session, person=person)
        operations.forget_old(session)
        people = people_of(session)
        mine = people.owner(people.session) == person.id
        rows = session.scalars(sa.select(people.session.token_hash).where(mine)).all()
        assert len(rows) == 1
        assert queries.visit(session, token=kept) is not None
        links = sa.select(people.token.id).where(people.owner(people.token) == person.id)
        assert session.scalars(links).all() == []
