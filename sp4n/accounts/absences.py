"""A liaison is away for some days, and a colleague stands in: set, and ended before its time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.deputies import DEPUTIES, not_over
from sp4n.accounts.models import Absence, Account
from sp4n.accounts.queries import locked_accounts
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.errors import Invalid, NotPossible
from sp4n.jobs.outbox import owe

DEPUTY_LETTER: Final = "account.deputy"
LONGEST: Final = timedelta(days=366)


def set_absence(
    session: Session,
    *,
    account: Account,
    deputy_id: int | None,
    starts_on: date,
    ends_on: date,
    zone: ZoneInfo,
    actor: Actor,
) -> Absence:
    """Both days included, by the agency's clock. The deputy is told by mail."""
    _check_days(starts_on, ends_on, clock.today(zone))
    people = locked_accounts(session, ids={account.id, deputy_id or account.id})
    if account.role != "liaison" or not account.active:
        raise NotPossible(_("Hanya pejabat penghubung yang aktif yang dapat diganti sementara."))
    deputy = people.get(deputy_id or 0)
    if deputy is None or deputy is account or not deputy.active or deputy.role not in DEPUTIES:
        raise Invalid(fields={"deputy_id": _("Pilih rekan yang menggantikan.")})
    starts_at, ends_at = _midnight(starts_on, zone), _midnight(ends_on + timedelta(days=1), zone)
    _check_free(session, account, deputy, starts_at, ends_at)
    absence = Absence(
        account_id=account.id, deputy_id=deputy.id, starts_at=starts_at, ends_at=ends_at
    )
    session.add(absence)
    session.flush()
    owe(session, kind=DEPUTY_LETTER, object_id=absence.id)
    data = {"deputy_id": deputy.id, "from": starts_on.isoformat(), "to": ends_on.isoformat()}
    _record(session, actor, "account.absence", account.id, data)
    return absence


def end_absence(session: Session, *, absence: Absence, actor: Actor) -> None:
    """Before its time, or before it began."""
    session.refresh(absence, with_for_update=True)
    if absence.cancelled_at is not None or absence.ends_at <= clock.now():
        raise NotPossible(_("Masa ini sudah berakhir."))
    absence.cancelled_at = clock.now()
    data = {"deputy_id": absence.deputy_id}
    _record(session, actor, "account.absence_end", absence.account_id, data)


def leave_absences(session: Session, *, account: Account, successor: Account | None) -> None:
    """No act of its own: of who leaves, the own ones end; where they stand in for somebody, the
    successor does, who may."""
    mine = sa.or_(Absence.account_id == account.id, Absence.deputy_id == account.id)
    for absence in session.scalars(sa.select(Absence).where(mine, *not_over())):
        takes = successor is not None and successor.role in DEPUTIES
        if takes and successor and absence.account_id not in (account.id, successor.id):
            absence.deputy_id = successor.id
            owe(session, kind=DEPUTY_LETTER, object_id=absence.id)
        else:
            absence.cancelled_at = clock.now()
    session.flush()


def _check_days(starts_on: date, ends_on: date, today: date) -> None:
    wrong = {}
    if ends_on < starts_on:
        wrong["ends_on"] = _("Hari terakhir tidak boleh sebelum hari pertama.")
    elif ends_on < today:
        wrong["ends_on"] = _("Hari terakhir sudah lewat. Pilih hari ini atau sesudahnya.")
    elif starts_on > today + LONGEST:
        wrong["starts_on"] = _("Paling jauh satu tahun ke depan.")
    elif ends_on - starts_on > LONGEST:
        wrong["ends_on"] = _("Paling lama satu tahun. Untuk yang lebih lama, serahkan tugasnya.")
    if wrong:
        raise Invalid(fields=wrong)


def _check_free(
    session: Session, account: Account, deputy: Account, starts_at: datetime, ends_at: datetime
) -> None:
    """Nobody is away twice, and no deputy is away or has a deputy: work would end with nobody."""
    both = (account.id, deputy.id)
    overlapping = sa.select(Absence).where(
        sa.or_(Absence.account_id.in_(both), Absence.deputy_id == account.id),
        Absence.starts_at < ends_at,
        Absence.ends_at > starts_at,
        Absence.cancelled_at.is_(None),
    )
    for other in session.scalars(overlapping):
        if other.account_id == account.id:
            raise Invalid(fields={"starts_on": _("Pada hari itu sudah ada penggantinya.")})
        if other.account_id == deputy.id:
            message = _("Rekan ini sendiri tidak bertugas pada hari itu. Pilih rekan lain.")
            raise Invalid(fields={"deputy_id": message})
        message = _("Orang ini menggantikan rekan lain pada hari itu. Ubah dahulu penggantian itu.")
        raise Invalid(fields={"starts_on": message})


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _record(
    session: Session, actor: Actor, act: str, account_id: int, data: dict[str, Any]
) -> None:
    record(session, actor=actor, act=act, object_kind="account", object_id=account_id, data=data)
    session.flush()
