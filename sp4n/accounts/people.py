"""The two kinds of people who sign in, side by side, so that each act is written once.

Which kind is meant is not said by the caller: it is the side of the wall that the session is on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute, Session

from sp4n.accounts.models import (
    Account,
    AccountSession,
    AccountToken,
    Coordinator,
    CoordinatorCredential,
    CoordinatorPasskey,
    CoordinatorRecoveryCode,
    CoordinatorSecondFactor,
    CoordinatorSession,
    CoordinatorToken,
    Credential,
    Passkey,
    RecoveryCode,
    SecondFactor,
)
from sp4n.accounts.permissions import NATIONAL_ROLES, STAFF_ROLES
from sp4n.audit.actors import Actor, ActorKind
from sp4n.audit.operations import record, record_national
from sp4n.jobs.outbox import owe, owe_national
from sp4n.settings.national import (
    SECOND_FACTOR_FOR_ADMINS,
    SECOND_FACTOR_FOR_COORDINATORS,
    NationalNumber,
)

Person = Account | Coordinator
PersonSession = AccountSession | CoordinatorSession


@dataclass(frozen=True)
class People:
    """The tables of one kind, and where its acts are recorded and its mail is owed."""

    actor_kind: ActorKind
    object_kind: str
    # Any: of two unrelated classes mypy knows only what is common, which is nothing
    person: type[Any]
    credential: type[Any]
    session: type[Any]
    token: type[Any]
    factor: type[Any]
    passkey: type[Any]
    recovery: type[Any]
    key: str
    roles: tuple[str, ...]
    keeper: str  # the role that must never die out
    factor_asked: NationalNumber  # 1: must sign in with a second factor
    record: Callable[..., None]
    owe: Callable[..., None]

    def owner(self, table: type[Any]) -> InstrumentedAttribute[int]:
        """The column of `table` that says whose row it is."""
        column: InstrumentedAttribute[int] = getattr(table, self.key)
        return column


STAFF = People(
    actor_kind="staff",
    object_kind="account",
    person=Account,
    credential=Credential,
    session=AccountSession,
    token=AccountToken,
    factor=SecondFactor,
    passkey=Passkey,
    recovery=RecoveryCode,
    key="account_id",
    roles=STAFF_ROLES,
    keeper="admin",
    factor_asked=SECOND_FACTOR_FOR_ADMINS,
    record=record,
    owe=owe,
)
COORDINATORS = People(
    actor_kind="coordinator",
    object_kind="coordinator",
    person=Coordinator,
    credential=CoordinatorCredential,
    session=CoordinatorSession,
    token=CoordinatorToken,
    factor=CoordinatorSecondFactor,
    passkey=CoordinatorPasskey,
    recovery=CoordinatorRecoveryCode,
    key="coordinator_id",
    roles=NATIONAL_ROLES,
    keeper="super_admin",
    factor_asked=SECOND_FACTOR_FOR_COORDINATORS,
    record=record_national,
    owe=owe_national,
)


def people_of(session: Session) -> People:
    """Staff in an agency's scope, coordinators in the national one."""
    session.get_bind()
    return {"tenant": STAFF, "national": COORDINATORS}[session.info["role"]]


def note(
    session: Session,
    actor: Actor,
    act: str,
    person: Person | None,
    data: dict[str, Any] | None = None,
) -> None:
    people = people_of(session)
    people.record(
        session,
        actor=actor,
        act=act,
        object_kind=people.object_kind,
        object_id=person.id if person else None,
        data=data,
    )
    session.flush()
