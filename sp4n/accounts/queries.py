"""Reads of people: who is signed in, on which devices, for which units. No HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.lifetimes import ABSOLUTE, IDLE
from sp4n.accounts.models import Account, AccountUnit
from sp4n.accounts.people import STAFF, Person, PersonSession, people_of
from sp4n.accounts.secrecy import token_hash
from sp4n.audit.actors import Actor
from sp4n.errors import NotFound
from sp4n.organisation.models import Unit
from sp4n.organisation.queries import ids_with_below


@dataclass(frozen=True)
class Visit:
    """A sign-in that holds: who, and on which row."""

    person: Person
    session: PersonSession


def address_key(email: str) -> str:
    """The form in which addresses are stored and compared."""
    return email.replace("\x00", "").strip().lower()


def person_by_id(session: Session, *, person_id: int) -> Person:
    table = people_of(session).person
    person: Person | None = session.scalar(sa.select(table).where(table.id == person_id))
    if person is None:
        raise NotFound
    return person


def person_by_email(session: Session, *, email: str) -> Person | None:
    table = people_of(session).person
    wanted = sa.select(table).where(table.email == address_key(email))
    person: Person | None = session.scalar(wanted)
    return person


def person_with_password(session: Session, *, email: str) -> tuple[Person | None, str | None]:
    """Who may sign in with this address, and the stored password: one query, found or not."""
    people = people_of(session)
    table = people.credential
    found = session.execute(
        sa.select(people.person, table.password_hash)
        .outerjoin(table, _owned_by_person(session, table))
        .where(people.person.email == address_key(email), people.person.active)
    ).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def visit(session: Session, *, token: str) -> Visit | None:
    """None when it was ended, by its owner or by time, or its owner may no longer sign in."""
    people = people_of(session)
    found = session.execute(
        sa.select(people.person, people.session)
        .join(people.session, _owned_by_person(session, people.session))
        .where(
            people.session.token_hash == token_hash(token), people.person.active, *_lives(session)
        )
    ).one_or_none()
    return Visit(*found) if found else None


def owner_of_token(session: Session, *, token: str) -> int | None:
    """Whose sign-in it was, though it may have ended: to give typed words back to no other."""
    people = people_of(session)
    return session.scalar(
        sa.select(people.owner(people.session)).where(
            people.session.token_hash == token_hash(token)
        )
    )


def address_of_link(session: Session, *, token: str) -> str | None:
    """Whose link it is; None when it is used up, too old, or nobody's."""
    people = people_of(session)
    table = people.token
    address: str | None = session.scalar(
        sa.select(people.person.email)
        .join(table, _owned_by_person(session, table))
        .where(
            table.token_hash == token_hash(token),
            table.used_at.is_(None),
            table.expires_at > clock.now(),
            people.person.active,
        )
    )
    return address


def sessions_of(session: Session, *, person_id: int) -> list[PersonSession]:
    """Those that hold, the last used first."""
    people = people_of(session)
    return list(
        session.scalars(
            sa.select(people.session)
            .where(people.owner(people.session) == person_id, *_lives(session))
            .order_by(people.session.last_seen_at.desc(), people.session.id.desc())
        )
    )


def actor_of(session: Session, account: Person) -> Actor:
    """As operations want it; a liaison's units with all those below them."""
    unit_ids = unit_ids_of(session, account_id=account.id, role=account.role)
    return Actor(people_of(session).actor_kind, account.id, account.name, account.role, unit_ids)


def unit_ids_of(session: Session, *, account_id: int, role: str) -> frozenset[int]:
    """Only a liaison has any."""
    if role != "liaison":
        return frozenset()
    own = sa.select(AccountUnit.agency_id, AccountUnit.unit_id)
    return ids_with_below(session, unit_ids=own.where(AccountUnit.account_id == account_id))


def units_of(session: Session, *, account_id: int) -> list[Unit]:
    """The units that a liaison was given, not those below them."""
    given = sa.and_(
        AccountUnit.agency_id == Unit.agency_id,
        AccountUnit.unit_id == Unit.id,
        AccountUnit.account_id == account_id,
    )
    return list(session.scalars(sa.select(Unit).join(AccountUnit, given).order_by(Unit.name)))


def people_of_units(session: Session, *, unit_ids: Iterable[int]) -> int:
    """How many people with an account that is open answer for one of these units."""
    wanted = (
        sa.select(sa.func.count(sa.distinct(AccountUnit.account_id)))
        .join(
            Account,
            sa.and_(
                Account.agency_id == AccountUnit.agency_id, Account.id == AccountUnit.account_id
            ),
        )
        .where(AccountUnit.unit_id.in_(list(unit_ids)), Account.active)
    )
    return session.scalar(wanted) or 0


def _owned_by_person(session: Session, table: type[Any]) -> sa.ColumnElement[bool]:
    people = people_of(session)
    same_person: sa.ColumnElement[bool] = people.owner(table) == people.person.id
    if people is not STAFF:
        return same_person
    same_agency: sa.ColumnElement[bool] = table.agency_id == people.person.agency_id
    return sa.and_(same_person, same_agency)


def _lives(session: Session) -> tuple[sa.ColumnElement[bool], ...]:
    table, now = people_of(session).session, clock.now()
    return (
        table.ended_at.is_(None),
        table.last_seen_at > now - IDLE,
        table.created_at > now - ABSOLUTE,
    )
