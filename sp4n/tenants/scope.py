"""The scope: whose rows a request or a job may touch. One request, one scope, one session.

RLS is the proof, the ORM filter here the comfort. This is the only module that tells the database
which agency it is about (`app.agency_id`), and a rule test says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from flask import g, has_app_context
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, SessionTransaction, with_loader_criteria

from sp4n.db import SHARED, RoleSession, begin_with, db
from sp4n.tenants.models import AgencyOwned, BetweenTwo, SharedByAgency

Role = Literal["tenant", "national", "relay"]


class ScopeError(RuntimeError):
    """A programming error at the wall: no scope, two scopes, or another agency's row."""


@dataclass(frozen=True)
class Scope:
    """role "tenant" with no agency: shared tables only."""

    role: Role
    agency_id: int | None = None

    def __post_init__(self) -> None:
        if self.agency_id is not None and (
            type(self.agency_id) is not int or self.agency_id <= 0 or self.role != "tenant"
        ):
            raise ScopeError(f"not a scope: {self.role}, agency {self.agency_id!r}")


UNSCOPED = Scope("tenant")


def current_scope() -> Scope | None:
    return g.get("scope") if has_app_context() else None


def current_agency_id() -> int:
    """The agency of this request or job; raises where there is none."""
    scope = current_scope()
    if scope is None or scope.agency_id is None:
        raise ScopeError("no agency's scope is open here")
    return scope.agency_id


def enter(scope: Scope) -> None:
    """Open the one scope of this context. The session of a look-up before it must be gone."""
    if current_scope() is not None:
        raise ScopeError("a scope is open already: scopes do not nest")
    db.session.remove()
    g.scope = scope
    g.database_role = SHARED if scope == UNSCOPED else scope.role


def leave() -> None:
    """Close the scope and its session, rolling back what was not committed."""
    db.session.remove()
    g.pop("scope", None)
    g.pop("database_role", None)


@contextmanager
def opened(scope: Scope) -> Iterator[Scope]:
    enter(scope)
    try:
        yield scope
    finally:
        leave()


@event.listens_for(RoleSession, "after_begin")
def _tell_the_database(
    _session: RoleSession, transaction: SessionTransaction, connection: sa.Connection
) -> None:
    scope = current_scope()
    if scope is not None and scope.agency_id is not None and not transaction.nested:
        begin_with(connection, f"SET LOCAL app.agency_id = '{scope.agency_id:d}'")


@event.listens_for(RoleSession, "do_orm_execute")
def _filter(state: ORMExecuteState) -> None:
    walled = (AgencyOwned, BetweenTwo)
    owned = any(issubclass(mapper.class_, walled) for mapper in state.all_mappers)
    scope = current_scope()
    if owned and (scope is None or (scope.role == "tenant" and scope.agency_id is None)):
        raise ScopeError("an agency's rows were asked for without a scope")
    if scope is None or scope.agency_id is None or state.is_column_load:
        return
    agency_id = scope.agency_id
    state.statement = state.statement.options(
        with_loader_criteria(
            AgencyOwned, lambda cls: cls.agency_id == agency_id, include_aliases=True
        ),
        with_loader_criteria(
            BetweenTwo,
            lambda cls: sa.or_(cls.agency_id == agency_id, cls.to_agency_id == agency_id),
            include_aliases=True,
        ),
    )


@event.listens_for(RoleSession, "before_flush")
def _stamp(session: RoleSession, _context: Any, _instances: Any) -> None:
    for row in session.new:
        if isinstance(row, (AgencyOwned, BetweenTwo, SharedByAgency)):
            agency_id = _writing_agency()
            if getattr(row, "agency_id", None) is None:
                row.agency_id = agency_id
            _refuse_foreign(row, agency_id)
    for row in [*session.dirty, *session.deleted]:
        if isinstance(row, (AgencyOwned, BetweenTwo)):
            _refuse_foreign(row, _writing_agency())


def _writing_agency() -> int:
    scope = current_scope()
    if scope is not None and scope.role == "relay":
        raise ScopeError("the relay writes no rows through the ORM")
    return current_agency_id()


def _refuse_foreign(row: AgencyOwned | BetweenTwo | SharedByAgency, agency_id: int) -> None:
    if row.agency_id != agency_id:
        raise ScopeError(f"{type(row).__name__} belongs to another agency")
