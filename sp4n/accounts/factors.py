"""What a person signs in with beside the password, whatever its kind: whether there is any, and
whether it may go; and whether the password alone may do. The same for staff and coordinators."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts import queries
from sp4n.accounts.models import Account, ProviderSubject
from sp4n.accounts.people import Person, people_of
from sp4n.errors import NotPossible


def has_factor(session: Session, *, account_id: int) -> bool:
    """`account_id`: of a coordinator, on the national side."""
    people = people_of(session)
    table = people.person
    return bool(session.scalar(sa.select(queries.has_factor(people)).where(table.id == account_id)))


def is_asked_of(session: Session, *, account: Person) -> bool:
    """Whether the national level asks for a second factor of this person."""
    people = people_of(session)
    table = people.person
    asked = queries.factor_is_asked(people)
    return bool(session.scalar(sa.select(asked).where(table.id == account.id)))


def is_last_asked(session: Session, *, account: Person) -> bool:
    """Whether what there is must stay."""
    return number_of(session, account=account) == 1 and is_asked_of(session, account=account)


def number_of(session: Session, *, account: Person) -> int:
    people = people_of(session)
    wanted = (
        sa.select(sa.func.count()).where(people.owner(table) == account.id, *conditions)
        for table, conditions in (
            (people.factor, [people.factor.confirmed_at.is_not(None)]),
            (people.passkey, []),
        )
    )
    return sum(session.scalar(one) or 0 for one in wanted)


def lock_factors(session: Session, *, account: Person) -> None:
    """Until the transaction ends: so that of two that go in the same moment one sees the other."""
    table = people_of(session).person
    session.execute(sa.select(table.id).where(table.id == account.id).with_for_update())


def check_factor_may_go(session: Session, *, account: Person) -> None:
    """Not the last one of who must have one. The factors are locked already."""
    if number_of(session, account=account) <= 1 and is_asked_of(session, account=account):
        raise NotPossible(
            _(
                "Ini satu-satunya langkah kedua Anda, dan peran Anda wajib memakainya. Tambahkan "
                "kunci sandi atau aplikasi kode lain dahulu, atau minta admin lain menyetel ulang."
            )
        )


def check_password_may_do(session: Session, person: Person) -> None:
    """Where an agency leaves passwords to its admins. Said only to who has shown the right one."""
    if not isinstance(person, Account) or person.role == "admin":
        return
    provider = queries.provider_of(session)
    if provider is not None and provider.enabled and provider.admins_only:
        raise NotPossible(
            _(
                "Petugas instansi ini masuk lewat %(name)s atau kunci sandi, bukan kata sandi.",
                name=provider.name,
            )
        )


def forget_ways_in(session: Session, *, account: Person) -> None:
    """No act of its own: password, code app, passkeys, recovery codes, the provider's subject."""
    people = people_of(session)
    gone: list[type[Any]] = [people.recovery, people.factor, people.passkey]
    if isinstance(account, Account):
        gone.append(ProviderSubject)
    for table in gone:
        session.execute(sa.delete(table).where(people.owner(table) == account.id))
    password = people.credential
    none_left = sa.update(password).where(people.owner(password) == account.id)
    session.execute(none_left.values(password_hash="", changed_at=clock.now()))
