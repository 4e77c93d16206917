"""The second step of signing in: six digits out of an app (TOTP), or a recovery code; each once."""

from __future__ import annotations

import hmac
import logging
import secrets
from dataclasses import dataclass
from typing import Final

import pyotp
import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account, RecoveryCode, SecondFactor
from sp4n.accounts.operations import (
    SignIn,
    check_current_password,
    end_every_session,
    open_session,
)
from sp4n.accounts.queries import actor_of
from sp4n.accounts.secrecy import token_hash
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.errors import Invalid, NotPossible
from sp4n.sealing import SealBroken, Sealer
from sp4n.tenants.models import Agency

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


def factor_of(session: Session, *, account_id: int) -> SecondFactor | None:
    return session.scalar(sa.select(SecondFactor).where(SecondFactor.account_id == account_id))


def is_on(session: Session, *, account_id: int) -> bool:
    factor = factor_of(session, account_id=account_id)
    return factor is not None and factor.confirmed_at is not None


def codes_left(session: Session, *, account_id: int) -> int:
    unused = sa.select(sa.func.count()).select_from(RecoveryCode)
    mine = (RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused.where(*mine)) or 0


def begin_setup(session: Session, *, account: Account, password: str, sealer: Sealer) -> None:
    """By its owner, who shows the password. A secret that counts only once a code of it was
    shown."""
    agency = session.get_one(Agency, account.agency_id)
    if agency.demo:
        raise NotPossible(
            _("Akun demo dipakai bersama, jadi tidak memakai verifikasi dua langkah.")
        )
    check_current_password(session, person=account, password=password)
    factor = factor_of(session, account_id=account.id)
    if factor is None:
        factor = SecondFactor(account_id=account.id, last_step=0)
        session.add(factor)
    elif factor.confirmed_at is not None:
        raise NotPossible(_("Verifikasi dua langkah sudah aktif."))
    factor.sealed = sealer.seal(pyotp.random_base32().encode())
    session.flush()


def setup_of(session: Session, *, account: Account, sealer: Sealer, issuer: str) -> Setup | None:
    """None where nothing is being set up: the secret of a factor in use is shown to nobody."""
    factor = factor_of(session, account_id=account.id)
    secret = _secret(factor, sealer) if factor and factor.confirmed_at is None else ""
    if not secret:
        return None
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=issuer)
    return Setup(secret, uri)


def confirm(
    session: Session, *, account: Account, code: str, sealer: Sealer, token: str
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
    codes = [_new_code() for _number in range(RECOVERY_CODES)]
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    session.add_all(
        RecoveryCode(account_id=account.id, code_hash=token_hash(code)) for code in codes
    )
    _record(session, actor_of(session, account), "account.factor_on", account)
    return [_grouped(code) for code in codes]


def second_step(
    session: Session, *, account: Account, code: str, sealer: Sealer, device: str
) -> SignIn:
    """For who has shown the password. Invalid for a wrong code and for one that was used."""
    factor = factor_of(session, account_id=account.id)
    if factor is None or factor.confirmed_at is None or not account.active:
        raise NotPossible(_("Masuk sekali lagi dari awal."))
    by_app = _spend_digits(session, factor, code, sealer)
    if not by_app and not _spend_recovery_code(session, account, code):
        raise Invalid(fields={"code": _wrong_code()})
    token = open_session(session, person=account, device=device)
    how = {"device": device, "second_step": "app" if by_app else "recovery"}
    record(
        session,
        actor=actor_of(session, account),
        act="account.sign_in",
        object_kind="account",
        object_id=account.id,
        data=how,
    )
    session.flush()
    return SignIn(token, account)


def turn_off(session: Session, *, account: Account, password: str) -> None:
    """By its owner, who shows the password."""
    check_current_password(session, person=account, password=password)
    _remove(session, account)
    _record(session, actor_of(session, account), "account.factor_off", account)


def reset_factor(session: Session, *, account: Account, actor: Actor) -> None:
    """By another admin, for who lost both app and recovery codes; all sign-ins end."""
    if actor.id == account.id:
        raise NotPossible(
            _("Admin lain yang menyetel ulang. Anda dapat mematikannya di akun Anda.")
        )
    if factor_of(session, account_id=account.id) is None:
        raise NotPossible(_("Orang ini tidak memakai verifikasi dua langkah."))
    _remove(session, account)
    end_every_session(session, account)
    _record(session, actor, "account.factor_reset", account)


def _remove(session: Session, account: Account) -> None:
    for table in (RecoveryCode, SecondFactor):
        session.execute(sa.delete(table).where(table.account_id == account.id))


def _spend_digits(session: Session, factor: SecondFactor, code: str, sealer: Sealer) -> bool:
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
    spent = session.execute(
        sa.update(SecondFactor)
        .where(SecondFactor.account_id == factor.account_id, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.account_id)
    )
    return spent.scalar() is not None


def _spend_recovery_code(session: Session, account: Account, code: str) -> bool:
    typed = "".join(letter for letter in code.lower() if letter in ALPHABET)
    if len(typed) != LETTERS:
        return False
    spent = session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == token_hash(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    return spent.scalar() is not None


def _secret(factor: SecondFactor, sealer: Sealer) -> str:
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


def _record(session: Session, actor: Actor, act: str, account: Account) -> None:
    record(session, actor=actor, act=act, object_kind="account", object_id=account.id)
    session.flush()
