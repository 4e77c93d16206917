"""What people do to get in and out, and what their keepers do to accounts: staff in an agency's
scope and coordinators in the national one, by the same functions. One act, one audit entry."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts import passwords
from sp4n.accounts.factors import check_password_may_do, forget_ways_in
from sp4n.accounts.lifetimes import ABSOLUTE, FORGOTTEN_AFTER, LINKS
from sp4n.accounts.models import Account, AccountUnit
from sp4n.accounts.people import Person, note, people_of
from sp4n.accounts.queries import (
    actor_of,
    address_key,
    has_factor,
    person_by_email,
    person_by_id,
    person_with_password,
)
from sp4n.accounts.secrecy import new_token, token_hash
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.organisation.models import Unit
from sp4n.tenants.models import Agency

LONGEST_NAME = 120


@dataclass(frozen=True)
class SignIn:
    """`token` is what the browser will show; it is stored nowhere. "": a second step is due."""

    token: str
    person: Person


def sign_in(session: Session, *, email: str, password: str, device: str = "") -> SignIn:
    """Invalid, with the same words after the same time, whether there is such an account or not."""
    person, stored = person_with_password(session, email=email)
    if not passwords.password_matches(stored, password) or person is None:
        raise Invalid(
            fields={"": _("Email atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi.")}
        )
    check_password_may_do(session, person)
    if stored and passwords.is_outdated(stored):
        _store_password(session, person.id, password)
    if has_second_step(session, person=person):
        return SignIn("", person)
    token = open_session(session, person=person, device=device)
    _record(session, actor_of(session, person), "sign_in", person, {"device": device})
    return SignIn(token, person)


def has_second_step(session: Session, *, person: Person) -> bool:
    people = people_of(session)
    table = people.person
    wanted = sa.select(has_factor(people)).where(table.id == person.id)
    return bool(session.scalar(wanted))


def open_session(session: Session, *, person: Person, device: str = "") -> str:
    """Without asking for a password: for `sign_in`, and for tests."""
    people, token, now = people_of(session), new_token(), clock.now()
    values = {people.key: person.id, "token_hash": token_hash(token), "device": device}
    session.add(people.session(**values, created_at=now, last_seen_at=now))
    person.last_seen_at = now
    session.flush()
    return token


def sign_out(session: Session, *, token: str) -> None:
    people = people_of(session)
    person_id = _end(session, people.session.token_hash == token_hash(token))
    if person_id is not None:
        person = person_by_id(session, person_id=person_id)
        _record(session, actor_of(session, person), "sign_out", person)


def end_session(session: Session, *, person: Person, session_id: int, actor: Actor) -> None:
    people = people_of(session)
    own = sa.and_(people.owner(people.session) == person.id, people.session.id == session_id)
    if _end(session, own) is None:
        raise NotFound
    _record(session, actor, "session_end", person, {"session_id": session_id})


def end_all_sessions(
    session: Session, *, person: Person, actor: Actor, but_token: str = ""
) -> None:
    """`but_token`: the sign-in that asks for it stays."""
    end_every_session(session, person, but_token)
    _record(session, actor, "sessions_end", person)


def invite(
    session: Session,
    *,
    email: str,
    name: str,
    role: str,
    actor: Actor,
    unit_ids: Collection[int] = (),
) -> Person:
    """A new account without a password, or one that was closed, opened again; its link is owed."""
    people, address = people_of(session), valid_address(email)
    _check_role(session, role)
    person = person_by_email(session, email=address)
    if person is None:
        person = _add(session, people.person(email=address, name=name, role=role))
    elif person.active:
        raise Invalid(fields={"email": _("Alamat email ini sudah mempunyai akun.")})
    else:
        forget_ways_in(session, account=person)
        person.active, person.name, person.role = True, name, role
    _replace_units(session, person, unit_ids)
    people.owe(session, kind="account.invitation", object_id=person.id)
    _record(session, actor, "invite", person, {"role": role, "unit_ids": sorted(unit_ids)})
    return person


def invite_first_keeper(session: Session, *, email: str, name: str, actor: Actor) -> Person:
    """By the national level, for an agency that nobody keeps (any more); its own admins do the
    rest."""
    people = people_of(session)
    table = people.person
    kept = sa.select(table.id).where(table.role == people.keeper, table.active).limit(1)
    if session.scalar(kept) is not None:
        raise NotPossible(_("Instansi ini sudah mempunyai admin, yang mengundang petugas lain."))
    return invite(session, email=email, name=name, role=people.keeper, actor=actor)


def invite_again(session: Session, *, person: Person, actor: Actor) -> None:
    """Another link for someone who has none that works."""
    if not person.active or _stored_password(session, person.id):
        raise NotPossible(_("Orang ini sudah membuat kata sandi, atau akunnya sudah ditutup."))
    people_of(session).owe(session, kind="account.invitation", object_id=person.id)
    _record(session, actor, "invite_again", person)


def request_reset(session: Session, *, email: str) -> None:
    """Says nothing of whether there is such an account, and writes in either case."""
    people, person = people_of(session), person_by_email(session, email=email)
    known = person if person and person.active else None
    if known is not None:
        people.owe(session, kind="account.reset", object_id=known.id)
    actor = actor_of(session, known) if known else SYSTEM
    _record(session, actor, "reset_request", known)


def make_token(session: Session, *, account_id: int, purpose: str) -> str:
    """The secret of a mailed link: made by the job that mails it, for it is stored only as a hash.

    `account_id`: of a coordinator, on the national side. NotFound when the account was closed.
    """
    people, person, token = people_of(session), person_by_id(session, person_id=account_id), ""
    if not person.active:
        raise NotFound
    token = new_token()
    values = {people.key: person.id, "token_hash": token_hash(token), "purpose": purpose}
    session.add(people.token(**values, expires_at=clock.now() + LINKS[purpose]))
    _record(session, SYSTEM, "link", person, {"purpose": purpose})
    return token


def redeem_token(session: Session, *, token: str, password: str) -> Person:
    """Sets the password once; all sign-ins and all other links of the account end with it."""
    people = people_of(session)
    person_id = _spend(session, people.token.token_hash == token_hash(token))
    person = person_by_id(session, person_id=person_id) if person_id is not None else None
    if person is None or not person.active:
        raise NotFound
    set_password(session, person=person, password=password)
    _spend(session, people.owner(people.token) == person.id)
    _record(session, actor_of(session, person), "password_set", person)
    return person


def change_password(
    session: Session, *, person: Person, current: str, password: str, token: str
) -> None:
    """By its owner, whose sign-in `token` stays; every other ends."""
    check_current_password(session, person=person, password=current)
    set_password(session, person=person, password=password, but_token=token)
    _record(session, actor_of(session, person), "password_change", person)


def check_current_password(
    session: Session, *, person: Person, password: str, field: str = "current"
) -> None:
    """That it is really them, before what cannot be taken back. `field`: where it was typed."""
    if not passwords.password_matches(_stored_password(session, person.id), password):
        raise Invalid(fields={field: _("Kata sandi sekarang tidak cocok. Ketik sekali lagi.")})


def set_password(session: Session, *, person: Person, password: str, but_token: str = "") -> None:
    """No act of its own: the rules, the hash, the end of sign-ins under the old one."""
    passwords.refuse_weak(password, about=_known_of(session, person))
    _store_password(session, person.id, password)
    end_every_session(session, person, but_token)


def change_role(session: Session, *, person: Person, role: str, actor: Actor) -> None:
    _check_role(session, role)
    if role != people_of(session).keeper:
        check_keeper_stays(session, person)
    before, person.role = person.role, role
    if isinstance(person, Account) and role != "liaison":
        _replace_units(session, person, ())
    _record(session, actor, "role", person, {"from": before, "to": role})


def deactivate(session: Session, *, person: Person, actor: Actor) -> None:
    """Closed, not deleted: what the person did stays theirs."""
    check_keeper_stays(session, person)
    shut_out(session, person=person)
    _record(session, actor, "deactivate", person)


def shut_out(session: Session, *, person: Person) -> None:
    """No act of its own: the account closes, its links and sign-ins end, and no way in is left for
    whoever had it, should the address be invited again for somebody else."""
    people, person.active = people_of(session), False
    forget_ways_in(session, account=person)
    _spend(session, people.owner(people.token) == person.id)
    end_every_session(session, person)


def set_units(
    session: Session, *, account: Account, unit_ids: Collection[int], actor: Actor
) -> None:
    """The units that a liaison answers for."""
    _replace_units(session, account, unit_ids)
    _record(session, actor, "units", account, {"unit_ids": sorted(unit_ids)})


def forget_old(session: Session) -> None:
    """Upkeep: sign-ins and links that have been over for a while."""
    people, before = people_of(session), clock.now() - FORGOTTEN_AFTER
    table = people.session
    over = sa.or_(table.ended_at < before, table.created_at < before - ABSOLUTE)
    session.execute(sa.delete(table).where(over))
    session.execute(sa.delete(people.token).where(people.token.expires_at < before))


def _stored_password(session: Session, person_id: int) -> str | None:
    people = people_of(session)
    table = people.credential
    wanted = sa.select(table.password_hash).where(people.owner(table) == person_id)
    stored: str | None = session.scalar(wanted)
    return stored


def _store_password(session: Session, person_id: int, password: str) -> None:
    people = people_of(session)
    table = people.credential
    row = session.scalar(sa.select(table).where(people.owner(table) == person_id))
    if row is None:
        row = table(**{people.key: person_id})
        session.add(row)
    row.password_hash, row.changed_at = passwords.hash_password(password), clock.now()
    session.flush()


def _known_of(session: Session, person: Person) -> list[str]:
    about = [person.email, person.name]
    agency = session.get(Agency, person.agency_id) if isinstance(person, Account) else None
    return [*about, agency.name, agency.short_name, agency.slug] if agency else about


def _end(session: Session, which: sa.ColumnElement[bool]) -> int | None:
    """Ends at most one; gives its owner."""
    people = people_of(session)
    table = people.session
    row = session.scalar(sa.select(table).where(which, table.ended_at.is_(None)))
    if row is None:
        return None
    row.ended_at = clock.now()
    session.flush()
    owner: int = getattr(row, people.key)
    return owner


def end_every_session(session: Session, person: Person, but_token: str = "") -> None:
    people = people_of(session)
    table = people.session
    session.execute(
        sa.update(table)
        .where(
            people.owner(table) == person.id,
            table.ended_at.is_(None),
            table.token_hash != token_hash(but_token),
        )
        .values(ended_at=clock.now())
    )


def _spend(session: Session, which: sa.ColumnElement[bool]) -> int | None:
    """Marks links as used, in one statement, so that of two at once one finds nothing."""
    people = people_of(session)
    table, now = people.token, clock.now()
    spent = session.execute(
        sa.update(table)
        .where(which, table.used_at.is_(None), table.expires_at > now)
        .values(used_at=now)
        .returning(people.owner(table))
    ).scalars()
    return next(iter(spent.all()), None)


def _add(session: Session, person: Person) -> Person:
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:  # invited twice in the same moment
        message = _("Alamat email ini sudah mempunyai akun.")
        raise Invalid(fields={"email": message}) from error
    return person


def valid_address(email: str) -> str:
    try:
        checked = validate_email(
            address_key(email), check_deliverability=False, allow_smtputf8=False
        )
    except EmailNotValidError as error:
        raise Invalid(
            fields={"email": _("Alamat email itu belum lengkap. Tulis seperti nama@contoh.id.")}
        ) from error
    return (checked.ascii_email or checked.normalized).lower()


def _check_role(session: Session, role: str) -> None:
    if role not in people_of(session).roles:
        raise Invalid(fields={"role": _("Pilih salah satu peran.")})


def check_keeper_stays(session: Session, person: Person) -> None:
    """The keepers are locked, so that two of them cannot close each other in the same moment."""
    people = people_of(session)
    table = people.person
    keepers = set(
        session.scalars(
            sa.select(table.id)
            .where(table.role == people.keeper, table.active)
            .order_by(table.id)
            .with_for_update()
        )
    )
    if keepers == {person.id}:
        raise NotPossible(_("Ini satu-satunya admin. Jadikan orang lain admin lebih dahulu."))


def _replace_units(session: Session, person: Person, unit_ids: Collection[int]) -> None:
    if not isinstance(person, Account):
        return
    wanted = frozenset(unit_ids)
    if wanted and person.role != "liaison":
        raise Invalid(fields={"unit_ids": _("Hanya pejabat penghubung yang menangani unit.")})
    known = frozenset(session.scalars(sa.select(Unit.id).where(Unit.id.in_(wanted))))
    if wanted - known:
        raise Invalid(fields={"unit_ids": _("Salah satu unit ini tidak ada.")})
    session.execute(sa.delete(AccountUnit).where(AccountUnit.account_id == person.id))
    session.add_all(AccountUnit(account_id=person.id, unit_id=unit_id) for unit_id in wanted)
    session.flush()


def _record(
    session: Session,
    actor: Actor,
    act: str,
    person: Person | None,
    data: dict[str, Any] | None = None,
) -> None:
    note(session, actor, f"account.{act}", person, data)
