"""Passkeys (WebAuthn): keys on people's own devices that sign in with nothing else, or after the
password. The same for an agency's staff and for coordinators.

A challenge is held by the browser's signed session, and spent in the row of the key that answers
it: a key takes none that is not younger than the last one it took, so that each counts once.
"""

from __future__ import annotations

import json
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.factors import check_factor_may_go, has_factor, lock_factors
from sp4n.accounts.operations import (
    SignIn,
    check_current_password,
    end_every_session,
    open_session,
)
from sp4n.accounts.people import Person, note, people_of
from sp4n.accounts.queries import actor_of, person_by_id
from sp4n.accounts.second_factor import forget_codes, new_recovery_codes
from sp4n.errors import Invalid, NotFound, NotPossible

# `webauthn` is loaded by who uses it: few requests do, and it delays the start of a server.
if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

log = logging.getLogger(__name__)

CHALLENGE_BYTES: Final = 32
PATIENCE: Final = timedelta(minutes=10)
MOST_KEYS: Final = 10
LONGEST_NAME: Final = 60
LONGEST_ANSWER: Final = 50_000


@dataclass(frozen=True)
class Party:
    """The site as a browser knows it: the domain that keys are bound to, and this very origin."""

    domain: str
    origin: str
    name: str


@dataclass(frozen=True)
class Challenge:
    secret: bytes
    made_at: datetime

    @property
    def holds(self) -> bool:
        return timedelta() <= clock.now() - self.made_at <= PATIENCE


def new_challenge() -> Challenge:
    return Challenge(secrets.token_bytes(CHALLENGE_BYTES), clock.now())


def passkeys_of(session: Session, *, account_id: int) -> list[Any]:
    """Oldest first. `account_id`, here and below: of a coordinator, on the national side."""
    people = people_of(session)
    table = people.passkey
    wanted = sa.select(table).where(people.owner(table) == account_id).order_by(table.id)
    return list(session.scalars(wanted))


def passkey_by_id(session: Session, *, account: Person, passkey_id: int) -> Any:
    """One's own; anybody else's is not found."""
    found = passkeys_of(session, account_id=account.id)
    return next((row for row in found if row.id == passkey_id), None) or _not_found()


def begin_adding(
    session: Session, *, account: Person, password: str, name: str, shared: bool
) -> str:
    """By its owner, who shows the password; gives the name as it will be kept. `shared`: it is an
    account of a demo."""
    if shared:
        raise NotPossible(_("Akun demo dipakai bersama, jadi tidak memakai kunci sandi."))
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise Invalid(fields={"name": _("Beri nama, paling panjang 60 huruf.")})
    check_current_password(session, person=account, password=password)
    if len(passkeys_of(session, account_id=account.id)) >= MOST_KEYS:
        raise NotPossible(_("Paling banyak 10 kunci sandi. Hapus dahulu yang tidak dipakai lagi."))
    return name.strip()


def adding_options(
    session: Session, *, account: Person, party: Party, challenge: Challenge, handle: bytes
) -> str:
    """What the browser is asked, as JSON."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    known = passkeys_of(session, account_id=account.id)
    options = generate_registration_options(
        rp_id=party.domain,
        rp_name=party.name,
        user_name=account.email,
        user_display_name=account.name,
        user_id=handle,
        challenge=challenge.secret,
        exclude_credentials=_described(known, party),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options)


def handle_of(session: Session, *, account: Person) -> bytes:
    """What stands for this person on their devices: random, and the same for all their keys."""
    known = passkeys_of(session, account_id=account.id)
    return bytes(known[0].user_handle) if known else secrets.token_bytes(32)


def add_passkey(
    session: Session,
    *,
    account: Person,
    name: str,
    answer: str,
    party: Party,
    challenge: Challenge,
    handle: bytes,
    token: str,
) -> list[str]:
    """Where it is the first factor, every sign-in of before ends but `token`, and recovery codes
    are given, which are shown this once."""
    lock_factors(session, account=account)
    if len(passkeys_of(session, account_id=account.id)) >= MOST_KEYS:
        raise NotPossible(_("Paling banyak 10 kunci sandi. Hapus dahulu yang tidak dipakai lagi."))
    made = _verified_key(answer, party, challenge)
    first = not has_factor(session, account_id=account.id)
    people = people_of(session)
    row = people.passkey(
        **{people.key: account.id},
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        user_handle=handle,
        domain=party.domain,
        name=name,
        challenged_at=challenge.made_at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise NotPossible(_("Kunci sandi ini sudah terdaftar.")) from error
    note(session, actor_of(session, account), "account.passkey_add", account, {"name": name})
    if not first:
        return []
    end_every_session(session, account, but_token=token)
    return new_recovery_codes(session, account=account)


def signing_options(
    session: Session, *, party: Party, challenge: Challenge, account: Person | None = None
) -> str:
    """`account`: who has shown the password; without it any key of this site may answer."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    known = passkeys_of(session, account_id=account.id) if account else []
    options = generate_authentication_options(
        rp_id=party.domain,
        challenge=challenge.secret,
        allow_credentials=_described(known, party),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def sign_in_with_passkey(
    session: Session,
    *,
    answer: str,
    party: Party,
    challenge: Challenge,
    device: str,
    account: Person | None = None,
) -> SignIn:
    """`account`: who has shown the password, and whose key it must be. Invalid for every answer
    that is not the one that was asked for."""
    row = _row_of(session, answer, party)
    person = person_by_id(session, person_id=_owner_id(session, row)) if row is not None else None
    if row is None or person is None or not person.active:
        raise _refused()
    if account is not None and account.id != person.id:
        raise _refused()
    count = _verified_count(answer, party, challenge, row, by_itself=account is None)
    if not _spend(session, row, challenge, count):
        raise _refused()
    token = open_session(session, person=person, device=device)
    how = {"device": device, "second_step" if account else "first_step": "passkey"}
    note(session, actor_of(session, person), "account.sign_in", person, {**how, "key": row.name})
    return SignIn(token, person)


def remove_passkey(
    session: Session, *, account: Person, passkey_id: int, password: str, token: str
) -> None:
    """By its owner, who shows the password. Whoever has come in by a key that was lost is out, so
    every sign-in ends but `token`."""
    lock_factors(session, account=account)
    row = passkey_by_id(session, account=account, passkey_id=passkey_id)
    check_current_password(session, person=account, password=password)
    check_factor_may_go(session, account=account)
    session.delete(row)
    session.flush()
    if not has_factor(session, account_id=account.id):
        forget_codes(session, account=account)
    end_every_session(session, account, but_token=token)
    data = {"name": row.name}
    note(session, actor_of(session, account), "account.passkey_remove", account, data)


def _verified_key(answer: str, party: Party, challenge: Challenge) -> Any:
    from webauthn import verify_registration_response

    if not challenge.holds or len(answer) > LONGEST_ANSWER:
        raise _refused()
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge.secret,
            expected_rp_id=party.domain,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as fault:  # what anybody may send gets through parsers of many kinds
        log.info("a passkey was not taken: %s", type(fault).__name__)
        raise _refused() from None


def _verified_count(
    answer: str, party: Party, challenge: Challenge, row: Any, *, by_itself: bool
) -> int:
    """The key's own count of its uses; 0 where it keeps none."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes

    if not challenge.holds:
        raise _refused()
    try:
        said = json.loads(answer)["response"].get("userHandle")
        if (by_itself or said) and base64url_to_bytes(str(said)) != bytes(row.user_handle):
            raise _refused()
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.secret,
            expected_rp_id=party.domain,
            expected_origin=party.origin,
            credential_public_key=bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        ).new_sign_count
    except Exception as fault:
        log.info("a passkey was refused: %s", type(fault).__name__)
        raise _refused() from None


def _row_of(session: Session, answer: str, party: Party) -> Any | None:
    """The key that the answer names, of this agency or of the national level."""
    from webauthn.helpers import base64url_to_bytes

    people = people_of(session)
    try:
        read = json.loads(answer) if len(answer) <= LONGEST_ANSWER else {}
        credential_id = base64url_to_bytes(read["rawId"])
        read["response"].get("userHandle")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    table = people.passkey
    wanted = sa.select(table).where(table.credential_id == credential_id)
    return session.scalar(wanted.where(table.domain == party.domain))


def _spend(session: Session, row: Any, challenge: Challenge, count: int) -> bool:
    """In one statement, so that of two at once one finds nothing."""
    table = people_of(session).passkey
    spent = session.execute(
        sa.update(table)
        .where(
            table.id == row.id,
            table.challenged_at < challenge.made_at,
            table.sign_count < count if count else table.sign_count == 0,
        )
        .values(sign_count=count, challenged_at=challenge.made_at, last_used_at=clock.now())
        .returning(table.id)
    )
    return spent.scalar() is not None


def _owner_id(session: Session, row: Any) -> int:
    owner: int = getattr(row, people_of(session).key)
    return owner


def _described(rows: list[Any], party: Party) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    here = (row for row in rows if row.domain == party.domain)
    return [PublicKeyCredentialDescriptor(id=bytes(row.credential_id)) for row in here]


def _refused() -> Invalid:
    return Invalid(
        fields={
            "": _("Kunci sandi itu tidak diterima di sini. Coba sekali lagi, atau pakai cara lain.")
        }
    )


def _not_found() -> Any:
    raise NotFound
