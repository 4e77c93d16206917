"""Reads of people: who is signed in, on which devices, for which units. No HTTP."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.deputies import Standing, read_standings, standings, stood_in_for
from sp4n.accounts.lifetimes import ABSOLUTE, IDLE
from sp4n.accounts.models import Account, AccountUnit, IdentityProvider
from sp4n.accounts.people import STAFF, People, Person, PersonSession, people_of
from sp4n.accounts.secrecy import token_hash
from sp4n.audit.actors import Actor
from sp4n.db import moment
from sp4n.errors import NotFound
from sp4n.organisation.models import Unit
from sp4n.organisation.queries import ids_with_below
from sp4n.settings.models import NationalSetting
from sp4n.tenants.models import Agency


@dataclass(frozen=True)
class Visit:
    """A sign-in that holds: who, on which row, and who stands in for whom meanwhile."""

    person: Person
    session: PersonSession
    standings: tuple[Standing, ...] = ()
    factor_due: bool = False


def address_key(email: str) -> str:
    """The form in which addresses are stored and compared."""
    return email.replace("\x00", "").strip().lower()


def person_by_id(session: Session, *, person_id: int) -> Person:
    table = people_of(session).person
    person: Person | None = session.scalar(sa.select(table).where(table.id == person_id))
    if person is None:
        raise NotFound
    return person


def locked_accounts(session: Session, *, ids: Collection[int]) -> dict[int, Account]:
    """An agency's accounts, as they are now and until the transaction ends; in order of their ids,
    so that two who lock the same never wait for each other."""
    wanted = sa.select(Account).where(Account.id.in_(ids)).order_by(Account.id)
    locked = wanted.with_for_update().execution_options(populate_existing=True)
    return {person.id: person for person in session.scalars(locked)}


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
    found = session.execute(
        _visiting(people_of(session)), {"token_hash": token_hash(token)}
    ).one_or_none()
    if found is None:
        return None
    person, row, standing, factor_due = found
    return Visit(person, row, read_standings(standing), factor_due)


@cache
def _visiting(people: People) -> sa.Select[Any]:
    """Built once: each request of somebody who signed in begins with it."""
    standing_in = standings() if people is STAFF else sa.null()
    token = sa.bindparam("token_hash", type_=people.session.token_hash.type)
    return (
        sa.select(people.person, people.session, standing_in, factor_is_due(people))
        .join(people.session, _owned_by(people, people.session))
        .where(people.session.token_hash == token, people.person.active, *_lives(people))
    )


def factor_is_due(people: People) -> sa.ColumnElement[bool]:
    """A column of a statement about `people.person`: whether one must be set up first."""
    return sa.and_(factor_is_asked(people), ~has_factor(people))


def factor_is_asked(people: People) -> sa.ColumnElement[bool]:
    """Of an agency's admins, and of coordinators, each where the national level says so; never at a
    demo agency."""
    asked = sa.exists().where(
        NationalSetting.key == people.factor_asked.key, NationalSetting.amount == 1
    )
    if people is not STAFF:
        return asked
    demo = sa.exists().where(Agency.id == Account.agency_id, Agency.demo)
    return sa.and_(Account.role == "admin", asked, ~demo)


def has_factor(people: People) -> sa.ColumnElement[bool]:
    """A column of a statement about `people.person`: whether signing in asks for a second step."""
    app = sa.exists().where(
        _owned_by(people, people.factor), people.factor.confirmed_at.is_not(None)
    )
    return sa.or_(app, sa.exists().where(_owned_by(people, people.passkey)))


def provider_of(session: Session) -> IdentityProvider | None:
    """The agency's own, in use or not."""
    return session.scalar(sa.select(IdentityProvider))


def owner_of_token(session: Session, *, token: str) -> int | None:
    """Whose sign-in it was, though it may have ended: to give typed words back to no other."""
    people = people_of(session)
    return session.scalar(
        sa.select(people.owner(people.session)).where(
            people.session.token_hash == token_hash(token)
        )
    )


def account_ids_named(session: Session, *, name: str, limit: int) -> Sequence[int]:
    """Of an agency's staff whose name or address has these letters in it."""
    has = (column.icontains(name, autoescape=True) for column in (Account.name, Account.email))
    return session.scalars(sa.select(Account.id).where(sa.or_(*has)).limit(limit)).all()


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
            .where(people.owner(people.session) == person_id, *_lives(people_of(session)))
            .order_by(people.session.last_seen_at.desc(), people.session.id.desc())
        )
    )


def password_stamp(session: Session, *, account_id: int) -> str:
    """Another one as soon as the password is changed."""
    people = people_of(session)
    table = people.credential
    wanted = sa.select(table.changed_at).where(people.owner(table) == account_id)
    changed_at = session.scalar(wanted)
    return changed_at.isoformat() if changed_at else ""


def actor_of(session: Session, account: Person) -> Actor:
    """As operations want it; a liaison's units, and of those they stand in for, with all below."""
    unit_ids = unit_ids_of(session, account_id=account.id, role=account.role)
    return Actor(people_of(session).actor_kind, account.id, account.name, account.role, unit_ids)


def unit_ids_of(session: Session, *, account_id: int, role: str) -> frozenset[int]:
    """Only a liaison has any: those they were given, and of whom they stand in for."""
    if role != "liaison":
        return frozenset()
    whose = AccountUnit.account_id
    theirs = sa.or_(whose == account_id, whose.in_(stood_in_for(account_id)))
    return _units_below(session, theirs)


def own_unit_ids_of(session: Session, *, account_id: int) -> frozenset[int]:
    """Those that they were given, with all below."""
    return _units_below(session, AccountUnit.account_id == account_id)


def _units_below(session: Session, which: sa.ColumnElement[bool]) -> frozenset[int]:
    given = sa.select(AccountUnit.agency_id, AccountUnit.unit_id).where(which)
    return ids_with_below(session, unit_ids=given)


def units_of(session: Session, *, account_id: int) -> list[Unit]:
    """The units that a liaison was given, not those below them."""
    given = sa.and_(
        AccountUnit.agency_id == Unit.agency_id,
        AccountUnit.unit_id == Unit.id,
        AccountUnit.account_id == account_id,
    )
    return list(session.scalars(sa.select(Unit).join(AccountUnit, given).order_by(Unit.name)))


def units_answered_for(session: Session) -> frozenset[int]:
    """Those that a liaison with an open account was given, with all below."""
    return _units_below(session, AccountUnit.account_id.in_(_open_accounts("liaison")))


def has_safe_admin(session: Session) -> bool:
    """Whether an admin has what is asked of admins: a second factor, where the national level says
    so."""
    admin = _open_accounts("admin").where(~factor_is_due(STAFF))
    return session.scalar(sa.select(admin.exists())) or False


def open_accounts(session: Session, *, role: str) -> int:
    wanted = _open_accounts(role).with_only_columns(sa.func.count())
    return session.scalar(wanted) or 0


def _open_accounts(role: str) -> sa.Select[int]:
    return sa.select(Account.id).where(Account.active, Account.role == role)


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
    return _owned_by(people_of(session), table)


def _owned_by(people: People, table: type[Any]) -> sa.ColumnElement[bool]:
    same_person: sa.ColumnElement[bool] = people.owner(table) == people.person.id
    if people is not STAFF:
        return same_person
    same_agency: sa.ColumnElement[bool] = table.agency_id == people.person.agency_id
    return sa.and_(same_person, same_agency)


def _lives(people: People) -> tuple[sa.ColumnElement[bool], ...]:
    table = people.session
    return (
        table.ended_at.is_(None),
        table.last_seen_at > moment(lambda: clock.now() - IDLE),
        table.created_at > moment(lambda: clock.now() - ABSOLUTE),
    )
