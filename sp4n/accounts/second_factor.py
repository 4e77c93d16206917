"""The second step of signing in: six digits out of an app (TOTP), or a recovery code; each once.
The same for an agency's staff and for coordinators."""

from __future__ import annotations

import hmac
import logging
import secrets
from dataclasses import dataclass
from typing import Any, Final

import pyotp
import sqlalchemy as sa
from flask_babel import gettext as _
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
from sp4n.accounts.queries import actor_of
from sp4n.accounts.secrecy import token_hash
from sp4n.audit.actors import Actor
from sp4n.errors import Invalid, NotPossible
from sp4n.sealing import SealBroken, Sealer

log = logging.getLogger(__name__)

PURPOSE: Final = "second-factor"  # what secrets are sealed for
SECONDS: Final = 30  # RFC 6238: how long one code stands
DRIFT: Final = (0, -1, 1)  # steps by which a telephone's clock may be off
RECOVERY_CODES: Final = 10
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
LETTERS: Final = 16  # of thirty-one: 79 bits, so that a plain hash is enough


@dataclass(frozen=True)
class Setup:
    """What the app is given, once: `secret` to be typed, `uri` within the picture."""

    secret: str
    uri: str


def factor_of(session: Session, *, account_id: int) -> Any | None:
    """`account_id`, here and below: of a coordinator, on the national side."""
    people = people_of(session)
    wanted = sa.select(people.factor).where(people.owner(people.factor) == account_id)
    return session.scalar(wanted)


def is_on(session: Session, *, account_id: int) -> bool:
    factor = factor_of(session, account_id=account_id)
    return factor is not None and factor.confirmed_at is not None


def codes_left(session: Session, *, account_id: int) -> int:
    people = people_of(session)
    table = people.recovery
    unused = sa.select(sa.func.count()).select_from(table).where(table.used_at.is_(None))
    return session.scalar(unused.where(people.owner(table) == account_id)) or 0


def begin_setup(
    session: Session, *, account: Person, password: str, sealer: Sealer, shared: bool
) -> None:
    """By its owner, who shows the password. A secret that counts only once a code of it was
    shown. `shared`: it is an account of a demo."""
    if shared:
        raise NotPossible(
            _("Akun demo dipakai bersama, jadi tidak memakai verifikasi dua langkah.")
        )
    check_current_password(session, person=account, password=password)
    factor = factor_of(session, account_id=account.id)
    if factor is None:
        people = people_of(session)
        factor = people.factor(**{people.key: account.id}, last_step=0)
        session.add(factor)
    elif factor.confirmed_at is not None:
        raise NotPossible(_("Verifikasi dua langkah sudah aktif."))
    factor.sealed = sealer.seal(pyotp.random_base32().encode())
    session.flush()


def setup_of(session: Session, *, account: Person, sealer: Sealer, issuer: str) -> Setup | None:
    """None where nothing is being set up: the secret of a factor in use is shown to nobody."""
    factor = factor_of(session, account_id=account.id)
    secret = _secret(factor, sealer) if factor and factor.confirmed_at is None else ""
    if not secret:
        return None
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=issuer)
    return Setup(secret, uri)


def confirm(
    session: Session, *, account: Person, code: str, sealer: Sealer, token: str
) -> list[str]:
    """From here on it is asked for, so that every sign-in without it ends but `token`, whose
    owner shows a code now; gives the recovery codes, which are shown this once."""
    factor = factor_of(session, account_id=account.id)
    if factor is None or factor.confirmed_at is not None:
        raise NotPossible(_("Mulai lagi penyiapannya dari halaman akun Anda."))
    if not _spend_digits(session, factor, code, sealer):
        raise Invalid(fields={"code": _wrong_code()})
    factor.confirmed_at = clock.now()
    end_every_session(session, account, but_token=token)
    codes = new_recovery_codes(session, account=account)
    note(session, actor_of(session, account), "account.factor_on", account)
    return codes


def replace_codes(session: Session, *, account: Person, password: str) -> list[str]:
    """By its owner, who shows the password."""
    check_current_password(session, person=account, password=password)
    if not has_factor(session, account_id=account.id):
        raise NotPossible(_("Verifikasi dua langkah belum aktif."))
    note(session, actor_of(session, account), "account.codes_new", account)
    return new_recovery_codes(session, account=account)


def new_recovery_codes(session: Session, *, account: Person) -> list[str]:
    """As they are shown, this once; those of before hold no more."""
    people = people_of(session)
    codes = [_new_code() for _number in range(RECOVERY_CODES)]
    forget_codes(session, account=account)
    session.add_all(
        people.recovery(**{people.key: account.id}, code_hash=token_hash(code)) for code in codes
    )
    return [_grouped(code) for code in codes]


def second_step(
    session: Session, *, account: Person, code: str, sealer: Sealer, device: str
) -> SignIn:
    """For who has shown the password. Invalid for a wrong code and for one that was used."""
    if not has_factor(session, account_id=account.id) or not account.active:
        raise NotPossible(_("Masuk sekali lagi dari awal."))
    factor = factor_of(session, account_id=account.id)
    confirmed = factor is not None and factor.confirmed_at is not None
    by_app = confirmed and _spend_digits(session, factor, code, sealer)
    if not by_app and not _spend_recovery_code(session, account, code):
        raise Invalid(fields={"code": _wrong_code()})
    token = open_session(session, person=account, device=device)
    how = {"device": device, "second_step": "app" if by_app else "recovery"}
    note(session, actor_of(session, account), "account.sign_in", account, how)
    return SignIn(token, account)


def turn_off(session: Session, *, account: Person, password: str) -> None:
    """By its owner, who shows the password; never the last factor where one is asked for."""
    lock_factors(session, account=account)
    check_current_password(session, person=account, password=password)
    if not is_on(session, account_id=account.id):
        raise NotPossible(_("Aplikasi kode tidak aktif."))
    check_factor_may_go(session, account=account)
    _forget(session, people_of(session).factor, account)
    if not has_factor(session, account_id=account.id):
        forget_codes(session, account=account)
    note(session, actor_of(session, account), "account.factor_off", account)


def reset_factor(session: Session, *, account: Person, actor: Actor) -> None:
    """By another admin, for who lost both app and recovery codes; all sign-ins end."""
    if actor.id == account.id:
        raise NotPossible(
            _("Admin lain yang menyetel ulang. Anda dapat mematikannya di akun Anda.")
        )
    if not has_factor(session, account_id=account.id):
        raise NotPossible(_("Orang ini tidak memakai verifikasi dua langkah."))
    people = people_of(session)
    for table in (people.recovery, people.factor, people.passkey):
        _forget(session, table, account)
    end_every_session(session, account)
    note(session, actor, "account.factor_reset", account)


def forget_codes(session: Session, *, account: Person) -> None:
    _forget(session, people_of(session).recovery, account)


def _forget(session: Session, table: type[Any], account: Person) -> None:
    owner = people_of(session).owner(table)
    session.execute(sa.delete(table).where(owner == account.id))


def _spend_digits(session: Session, factor: Any, code: str, sealer: Sealer) -> bool:
    """Marks its step as used, in one statement, so that of two at once one finds nothing."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return False
    secret, now = _secret(factor, sealer), int(clock.now().timestamp()) // SECONDS
    if not secret:
        return False
    totp = pyotp.TOTP(secret)
    steps = [now + drift for drift in DRIFT]
    right = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits)]
    if not right:
        return False
    step = max(right)
    people = people_of(session)
    table, owner = people.factor, people.owner(people.factor)
    spent = session.execute(
        sa.update(table)
        .where(owner == getattr(factor, people.key), table.last_step < step)
        .values(last_step=step)
        .returning(owner)
    )
    return spent.scalar() is not None


def _spend_recovery_code(session: Session, account: Person, code: str) -> bool:
    typed = "".join(letter for letter in code.lower() if letter in ALPHABET)
    if len(typed) != LETTERS:
        return False
    people = people_of(session)
    table = people.recovery
    spent = session.execute(
        sa.update(table)
        .where(
            people.owner(table) == account.id,
            table.code_hash == token_hash(typed),
            table.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(table.id)
    )
    return spent.scalar() is not None


def _secret(factor: Any, sealer: Sealer) -> str:
    """ "" where it was sealed under a key that is gone: recovery codes and a reset still help."""
    try:
        return sealer.open_bytes(factor.sealed).decode()
    except SealBroken:
        log.warning("a second factor does not open with the secret in use: it needs a reset")
        return ""


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(LETTERS))


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, LETTERS, 4))


def _wrong_code() -> str:
    return _("Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya di aplikasi Anda.")
