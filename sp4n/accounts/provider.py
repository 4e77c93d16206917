"""An agency's own OpenID Connect provider: how it is set, and whose account its people come to.

A provider takes the place of the password, never of the second step, and makes no accounts: its
subject is bound to an account that is there, by a verified address, on the first sign-in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account, IdentityProvider, ProviderSubject
from sp4n.accounts.openid import refused
from sp4n.accounts.operations import (
    SignIn,
    check_current_password,
    has_second_step,
    open_session,
)
from sp4n.accounts.queries import actor_of, address_key, person_by_email, person_by_id, provider_of
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.config import DOMAIN
from sp4n.errors import Invalid, NotPossible
from sp4n.sealing import SealBroken, Sealer

PURPOSE: Final = "identity-provider"  # what secrets are sealed for
LONGEST: Final = {"name": 60, "issuer": 300, "client_id": 200, "client_secret": 500}
MOST_DOMAINS: Final = 20
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ProviderAnswers:
    name: str
    issuer: str
    client_id: str
    mail_domains: str
    enabled: bool
    admins_only: bool
    client_secret: str = field(default="", repr=False)


def domains_in(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", text.lower()) if word]


def set_provider(
    session: Session,
    *,
    answers: ProviderAnswers,
    admin: Account,
    password: str,
    sealer: Sealer,
    actor: Actor,
) -> None:
    """By an admin, who shows the password. A secret that was given stays where none is typed, but
    is never carried to another provider."""
    check_current_password(session, person=admin, password=password)
    row = provider_of(session)
    _check(answers, row)
    before = _shown(row)
    if row is None:
        row = IdentityProvider(sealed_secret=b"")
        session.add(row)
    row.name, row.issuer, row.client_id = answers.name, answers.issuer, answers.client_id
    row.mail_domains = " ".join(domains_in(answers.mail_domains))
    row.enabled, row.admins_only = answers.enabled, answers.admins_only
    if answers.client_secret:
        row.sealed_secret = sealer.seal(answers.client_secret.encode())
    row.changed_at = clock.now()
    session.flush()
    data = {"from": before, "to": _shown(row), "secret": bool(answers.client_secret)}
    record(session, actor=actor, act="provider.changed", object_kind="provider", data=data)


def secret_of(row: IdentityProvider, sealer: Sealer) -> str:
    try:
        return sealer.open_bytes(row.sealed_secret).decode()
    except SealBroken:
        raise refused(_("Rahasia klien penyedia perlu diisi ulang oleh admin.")) from None


def sign_in_by_provider(
    session: Session,
    *,
    claims: Mapping[str, Any],
    issuer: str,
    began_at: datetime,
    device: str,
) -> SignIn:
    """`claims` are believed by now. `began_at`: when the browser was sent there, once each."""
    subject = str(claims["sub"])
    row = session.scalar(
        sa.select(ProviderSubject).where(
            ProviderSubject.issuer == issuer, ProviderSubject.subject == subject
        )
    )
    if row is None:
        row = _bind(session, claims, issuer, subject)
    person = person_by_id(session, person_id=row.account_id)
    if not person.active or not _spend(session, row, began_at):
        raise refused(_("Akun Anda di instansi ini tidak dapat dipakai masuk dengan cara ini."))
    if has_second_step(session, person=person):
        return SignIn("", person)
    token = open_session(session, person=person, device=device)
    record(
        session,
        actor=actor_of(session, person),
        act="account.sign_in",
        object_kind="account",
        object_id=person.id,
        data={"device": device, "first_step": "provider"},
    )
    session.flush()
    return SignIn(token, person)


def is_bound(session: Session, *, account_id: int) -> bool:
    wanted = sa.select(ProviderSubject.account_id)
    return session.scalar(wanted.where(ProviderSubject.account_id == account_id)) is not None


def unbind(session: Session, *, account: Account, actor: Actor) -> None:
    """So that another subject of the provider can be bound to the account."""
    if not is_bound(session, account_id=account.id):
        raise NotPossible(_("Akun ini tidak terikat dengan penyedia masuk."))
    mine = ProviderSubject.account_id == account.id
    session.execute(sa.delete(ProviderSubject).where(mine))
    record(
        session,
        actor=actor,
        act="account.provider_unbound",
        object_kind="account",
        object_id=account.id,
    )


def _bind(
    session: Session, claims: Mapping[str, Any], issuer: str, subject: str
) -> ProviderSubject:
    """By an address that the provider has verified, of a domain that the agency named."""
    provider = provider_of(session)
    said = claims.get("email")
    if not isinstance(said, str) or not said:
        raise refused(_("Penyedia tidak menyebut alamat email Anda."))
    if claims.get("email_verified") is not True:
        raise refused(_("Penyedia belum memverifikasi alamat email Anda."))
    address = address_key(said)
    if provider is None or address.rpartition("@")[2] not in provider.mail_domains.split():
        raise refused(_("Alamat email Anda di penyedia bukan dari domain yang diterima di sini."))
    person = person_by_email(session, email=address)
    if not isinstance(person, Account) or not person.active:
        raise refused(
            _("Belum ada akun untuk alamat email Anda di sini. Minta admin mengundang Anda.")
        )
    row = session.get(ProviderSubject, (person.agency_id, person.id))
    if row is not None and row.issuer == issuer:
        raise refused(
            _("Akun Anda sudah terikat dengan pengguna lain di penyedia. Hubungi admin instansi.")
        )
    if row is None:
        row = ProviderSubject(account_id=person.id)
        session.add(row)
    row.issuer, row.subject = issuer, subject
    row.bound_at, row.began_at = clock.now(), EPOCH
    session.flush()
    record(
        session,
        actor=actor_of(session, person),
        act="account.provider_bound",
        object_kind="account",
        object_id=person.id,
        data={"issuer": issuer},
    )
    return row


def _spend(session: Session, row: ProviderSubject, began_at: datetime) -> bool:
    """In one statement, so that of two at once one finds nothing."""
    spent = session.execute(
        sa.update(ProviderSubject)
        .where(ProviderSubject.account_id == row.account_id, ProviderSubject.began_at < began_at)
        .values(began_at=began_at)
        .returning(ProviderSubject.account_id)
    )
    return spent.scalar() is not None


def _check(answers: ProviderAnswers, row: IdentityProvider | None) -> None:
    wrong = {}
    for name, most in LONGEST.items():
        value = getattr(answers, name)
        if len(value) > most or not value.isprintable() or (name != "name" and not value.isascii()):
            wrong[name] = _("Paling panjang %(n)s huruf, tanpa huruf khusus.", n=most)
    for name in ("name", "issuer", "client_id"):
        if not getattr(answers, name):
            wrong[name] = _("Isi bagian ini.")
    other = row is None or row.issuer != answers.issuer or not row.sealed_secret
    if other and not answers.client_secret:
        wrong["client_secret"] = _("Isi rahasia klien untuk penyedia ini.")
    domains = domains_in(answers.mail_domains)
    good = all(DOMAIN.match(domain) and "." in domain for domain in domains)
    if not domains or len(domains) > MOST_DOMAINS or not good:
        wrong["mail_domains"] = _("Tulis satu sampai 20 domain, seperti badungkab.go.id.")
    if wrong:
        raise Invalid(fields=wrong)


def _shown(row: IdentityProvider | None) -> dict[str, Any]:
    if row is None:
        return {}
    names = ("name", "issuer", "client_id", "mail_domains", "enabled", "admins_only")
    return {name: getattr(row, name) for name in names}
