"""Who is away, and who stands in for them: a period by itself, so that it ends by itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from sp4n import clock
from sp4n.accounts.colleagues import Colleagues, colleagues_of
from sp4n.accounts.models import Absence, Account
from sp4n.db import moment
from sp4n.errors import NotFound

# Who may stand in for a liaison: who may answer cases.
DEPUTIES = ("liaison", "admin")


@dataclass(frozen=True)
class Standing:
    """Of who is signed in: `name` stands in for them (`away`), or they for `name`."""

    name: str
    ends_at: datetime
    away: bool

    def last_day(self, zone: ZoneInfo) -> date:
        return last_day(self.ends_at, zone)


def last_day(ends_at: datetime, zone: ZoneInfo) -> date:
    return (ends_at - timedelta(seconds=1)).astimezone(zone).date()


def not_over() -> tuple[sa.ColumnElement[bool], ...]:
    return Absence.cancelled_at.is_(None), Absence.ends_at > moment(clock.now)


def running() -> tuple[sa.ColumnElement[bool], ...]:
    return (*not_over(), Absence.starts_at <= moment(clock.now))


def standings() -> sa.ScalarSelect[Any]:
    """A column of a statement about `Account`: its absences and deputyships of now."""
    other = aliased(Account)
    away = Absence.account_id == Account.id
    colleague = sa.case((away, Absence.deputy_id), else_=Absence.account_id)
    told = sa.func.jsonb_build_object("name", other.name, "ends_at", Absence.ends_at, "away", away)
    return (
        sa.select(sa.func.jsonb_agg(told))
        .select_from(Absence)
        .join(other, sa.and_(other.agency_id == Absence.agency_id, other.id == colleague))
        .where(
            Absence.agency_id == Account.agency_id,
            sa.or_(away, Absence.deputy_id == Account.id),
            *running(),
        )
        .correlate(Account)
        .scalar_subquery()
    )


def read_standings(found: Sequence[dict[str, Any]] | None) -> tuple[Standing, ...]:
    return tuple(
        Standing(one["name"], datetime.fromisoformat(one["ends_at"]), one["away"])
        for one in found or ()
    )


def stood_in_for(account_id: int) -> sa.Select[int]:
    """Ids of those for whom this one stands in now."""
    here = sa.and_(Account.agency_id == Absence.agency_id, Account.id == Absence.account_id)
    wanted = sa.select(Absence.account_id).join(Account, here)
    return wanted.where(Absence.deputy_id == account_id, Account.active, *running())


def deputies_of(session: Session, *, account_ids: Collection[int]) -> list[int]:
    """Who stands in now for any of these, and may still sign in."""
    here = sa.and_(Account.agency_id == Absence.agency_id, Account.id == Absence.deputy_id)
    wanted = sa.select(Absence.deputy_id).join(Account, here).distinct()
    return list(
        session.scalars(
            wanted.where(
                Absence.account_id.in_(account_ids),
                Account.active,
                Account.role.in_(DEPUTIES),
                *running(),
            )
        )
    )


@dataclass(frozen=True)
class Period:
    """An absence with its people's names, as it is shown; `mine`: of the one it is shown of."""

    id: int
    mine: bool
    account: str
    deputy: str
    starts_at: datetime
    ends_at: datetime

    def days(self, zone: ZoneInfo) -> tuple[date, date]:
        return self.starts_at.astimezone(zone).date(), last_day(self.ends_at, zone)


def without_deputy(session: Session) -> list[tuple[int, str]]:
    """(account id, name) of liaisons who are away now while nobody stands in: who should was closed
    meanwhile, may no longer, or is away."""
    deputy, away = aliased(Account), aliased(Absence)
    stands_in = sa.and_(
        deputy.agency_id == Absence.agency_id,
        deputy.id == Absence.deputy_id,
        deputy.active,
        deputy.role.in_(DEPUTIES),
    )
    too = sa.exists().where(
        away.agency_id == Absence.agency_id,
        away.account_id == Absence.deputy_id,
        away.cancelled_at.is_(None),
        away.starts_at <= clock.now(),
        away.ends_at > clock.now(),
    )
    here = sa.and_(Account.agency_id == Absence.agency_id, Account.id == Absence.account_id)
    wanted = sa.select(Account.id, Account.name).join(Absence, here).outerjoin(deputy, stands_in)
    alone = sa.or_(deputy.id.is_(None), too)
    rows = session.execute(wanted.where(Account.active, *running(), alone).order_by(Account.name))
    return [(row.id, row.name) for row in rows]


def periods_of(session: Session, *, account_id: int) -> list[Period]:
    """Under way and to come, as the absent one or as the deputy, the first first."""
    away, deputy = aliased(Account), aliased(Account)
    mine = Absence.account_id == account_id
    wanted = (
        sa.select(Absence.id, mine, away.name, deputy.name, Absence.starts_at, Absence.ends_at)
        .join(away, sa.and_(away.agency_id == Absence.agency_id, away.id == Absence.account_id))
        .join(
            deputy, sa.and_(deputy.agency_id == Absence.agency_id, deputy.id == Absence.deputy_id)
        )
        .where(sa.or_(mine, Absence.deputy_id == account_id), *not_over())
        .order_by(Absence.starts_at, Absence.id)
    )
    return [Period(*row) for row in session.execute(wanted)]


def absent_until(session: Session, *, account_ids: Collection[int]) -> dict[int, datetime]:
    """Account id -> the end of the absence under way, of these accounts."""
    wanted = sa.select(Absence.account_id, Absence.ends_at)
    rows = session.execute(wanted.where(Absence.account_id.in_(account_ids), *running())).all()
    return {row.account_id: row.ends_at for row in rows}


def absence_by_id(session: Session, *, absence_id: int, account_id: int) -> Absence:
    """Of this account; NotFound for another's."""
    found = session.scalar(
        sa.select(Absence).where(Absence.id == absence_id, Absence.account_id == account_id)
    )
    if found is None:
        raise NotFound
    return found


def possible_deputies(session: Session, *, account_id: int) -> Colleagues:
    return colleagues_of(session, Account.role.in_(DEPUTIES), but=account_id)
