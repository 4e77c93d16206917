"""People who sign in: an agency's staff (owned rows) and the national level's coordinators."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered, owned_key


class Person:
    """What an account of either kind has."""

    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=sa.true())
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    last_seen_at: Mapped[datetime | None]


class SessionRow:
    """A sign-in on one device, ended by its owner or by time. Only the token's hash is kept."""

    token_hash: Mapped[bytes]
    device: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    ended_at: Mapped[datetime | None]


class TokenRow:
    """A link that was mailed, for one use: purpose is "invitation" or "reset"."""

    purpose: Mapped[str]
    token_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SecondFactorRow:
    """The sealed secret of an app that makes codes; asked for only once it was confirmed.
    `last_step`: that of the last code that was used, so that none is used twice."""

    sealed: Mapped[bytes]
    last_step: Mapped[int]
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())


class RecoveryCodeRow:
    """For who has lost the app: each once. Only hashes are kept."""

    code_hash: Mapped[bytes]
    used_at: Mapped[datetime | None]


class PasskeyRow:
    """A key on a device of its owner, bound to `domain`; here is what its answers are checked with.
    `challenged_at`: when the last challenge that it answered was made: none counts twice."""

    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    user_handle: Mapped[bytes]
    domain: Mapped[str]
    name: Mapped[str]
    challenged_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    last_used_at: Mapped[datetime | None]


class Account(Person, AgencyOwned, Numbered, Base):
    """A member of one agency's staff. Who works for two agencies has two accounts."""

    __tablename__ = "account"
    __table_args__ = (
        sa.UniqueConstraint("agency_id", "email"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.CheckConstraint("role IN ('admin','head','liaison','viewer')", name="role"),
    )


class Credential(AgencyOwned, Base):
    """The password of an account; a table of its own, so that no other role can read it."""

    __tablename__ = "credential"
    account_id: Mapped[int] = mapped_column(primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    __table_args__ = (owned_key("account_id", "account"),)


class AccountUnit(AgencyOwned, Base):
    """The units that a liaison officer answers for."""

    __tablename__ = "account_unit"
    account_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    __table_args__ = (
        owned_key("account_id", "account"),
        owned_key("unit_id", "unit"),
        sa.Index("ix_account_unit_agency_id_unit_id", "agency_id", "unit_id"),
    )


class AccountSession(SessionRow, AgencyOwned, Numbered, Base):
    __tablename__ = "account_session"
    account_id: Mapped[int]
    __table_args__ = (
        owned_key("account_id", "account"),
        sa.UniqueConstraint("agency_id", "token_hash"),
        sa.Index("ix_account_session_agency_id_account_id", "agency_id", "account_id"),
    )


class AccountToken(TokenRow, AgencyOwned, Numbered, Base):
    __tablename__ = "account_token"
    account_id: Mapped[int]
    __table_args__ = (
        owned_key("account_id", "account"),
        sa.UniqueConstraint("agency_id", "token_hash"),
        sa.Index("ix_account_token_agency_id_account_id", "agency_id", "account_id"),
    )


class Absence(AgencyOwned, Numbered, Base):
    """A liaison is away, and a colleague stands in: from `starts_at` until just before `ends_at`,
    both at midnight of the agency's clock; over, too, once it was cancelled."""

    __tablename__ = "absence"
    account_id: Mapped[int]
    deputy_id: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    __table_args__ = (
        owned_key("account_id", "account"),
        owned_key("deputy_id", "account"),
        sa.CheckConstraint("starts_at <= ends_at", name="in_order"),
        sa.Index("ix_absence_agency_id_account_id", "agency_id", "account_id", "ends_at"),
        sa.Index("ix_absence_agency_id_deputy_id", "agency_id", "deputy_id", "ends_at"),
    )


class SecondFactor(SecondFactorRow, AgencyOwned, Base):
    __tablename__ = "second_factor"
    account_id: Mapped[int] = mapped_column(primary_key=True)
    __table_args__ = (owned_key("account_id", "account"),)


class RecoveryCode(RecoveryCodeRow, AgencyOwned, Numbered, Base):
    __tablename__ = "recovery_code"
    account_id: Mapped[int]
    __table_args__ = (
        owned_key("account_id", "account"),
        sa.Index("ix_recovery_code_agency_id_account_id", "agency_id", "account_id"),
    )


class Passkey(PasskeyRow, AgencyOwned, Numbered, Base):
    __tablename__ = "passkey"
    account_id: Mapped[int]
    __table_args__ = (
        owned_key("account_id", "account"),
        sa.UniqueConstraint("agency_id", "credential_id"),
        sa.Index("ix_passkey_agency_id_account_id", "agency_id", "account_id"),
    )


class IdentityProvider(AgencyOwned, Base):
    """The agency's own OpenID Connect provider, by what it calls itself; our sealed secret there.
    `mail_domains`: apart by spaces. `admins_only`: nobody else signs in with a password."""

    __tablename__ = "identity_provider"
    name: Mapped[str]
    issuer: Mapped[str]
    client_id: Mapped[str]
    sealed_secret: Mapped[bytes]
    mail_domains: Mapped[str]
    enabled: Mapped[bool] = mapped_column(server_default=sa.false())
    admins_only: Mapped[bool] = mapped_column(server_default=sa.false())
    changed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())


class ProviderSubject(AgencyOwned, Base):
    """Who of an issuer's people an account's owner is. `began_at`: when the last sign-in that
    counted was begun, so that none counts twice."""

    __tablename__ = "provider_subject"
    account_id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    bound_at: Mapped[datetime]
    began_at: Mapped[datetime]
    __table_args__ = (
        owned_key("account_id", "account"),
        sa.UniqueConstraint("agency_id", "issuer", "subject"),
    )


class KeptAway(AgencyOwned, Base):
    """A form whose sender had been signed out, while they are at the agency's provider: sealed, by
    the hash of a key that their browser has."""

    __tablename__ = "kept_away"
    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    kept_at: Mapped[datetime]


class Coordinator(Person, Numbered, Base):
    """A person of the national level: role "coordinator" or "super_admin". `escalations_told_at`:
    when they were last written to about cases that had climbed to the coordinators; `office`: the
    ministry that they review action plans for (panrb, kemendagri); "" for both."""

    __tablename__ = "coordinator"
    escalations_told_at: Mapped[datetime | None]
    office: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        sa.UniqueConstraint("email"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.CheckConstraint("role IN ('coordinator','super_admin')", name="role"),
        sa.CheckConstraint("office IN ('', 'panrb', 'kemendagri')", name="office"),
    )


class CoordinatorCredential(Base):
    __tablename__ = "coordinator_credential"
    coordinator_id: Mapped[int] = mapped_column(sa.ForeignKey("coordinator.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())


class CoordinatorSession(SessionRow, Numbered, Base):
    __tablename__ = "coordinator_session"
    coordinator_id: Mapped[int] = mapped_column(sa.ForeignKey("coordinator.id"), index=True)
    __table_args__ = (sa.UniqueConstraint("token_hash"),)


class CoordinatorToken(TokenRow, Numbered, Base):
    __tablename__ = "coordinator_token"
    coordinator_id: Mapped[int] = mapped_column(sa.ForeignKey("coordinator.id"), index=True)
    __table_args__ = (sa.UniqueConstraint("token_hash"),)


class CoordinatorSecondFactor(SecondFactorRow, Base):
    __tablename__ = "coordinator_second_factor"
    coordinator_id: Mapped[int] = mapped_column(sa.ForeignKey("coordinator.id"), primary_key=True)


class CoordinatorRecoveryCode(RecoveryCodeRow, Numbered, Base):
    __tablename__ = "coordinator_recovery_code"
    coordinator_id: Mapped[int] = mapped_column(sa.ForeignKey("coordinator.id"), index=True)


class CoordinatorPasskey(PasskeyRow, Numbered, Base):
    __tablename__ = "coordinator_passkey"
    coordinator_id: Mapped[int] = mapped_column(sa.ForeignKey("coordinator.id"), index=True)
    __table_args__ = (sa.UniqueConstraint("credential_id"),)
