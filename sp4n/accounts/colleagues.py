"""Colleagues to choose from: a list that can be looked through, and the others by their address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account

MOST_OFFERED: Final = 200


@dataclass(frozen=True)
class Colleagues:
    """By name. `find`, where there are more than those: the id of one with this address."""

    offered: list[Account]
    find: Callable[[str], int | None] | None = None


def colleagues_of(session: Session, *wanted: sa.ColumnElement[bool], but: int) -> Colleagues:
    """Who may sign in and is `wanted`, but the one with this id."""
    every = sa.select(Account).where(Account.active, Account.id != but, *wanted)
    by_name = every.order_by(sa.func.lower(Account.name), Account.id)
    found = list(session.scalars(by_name.limit(MOST_OFFERED + 1)))
    if len(found) <= MOST_OFFERED:
        return Colleagues(found)

    def find(email: str) -> int | None:
        one = session.scalar(every.where(Account.email == email.strip().lower()))
        return one.id if one else None

    return Colleagues(found[:MOST_OFFERED], find)
