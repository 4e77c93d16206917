"""When a person of an agency leaves: what they hold, and handing all of it over in one act."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.accounts.absences import leave_absences
from sp4n.accounts.models import Account, AccountUnit
from sp4n.accounts.operations import check_keeper_stays, shut_out
from sp4n.accounts.queries import locked_accounts, sessions_of, units_of
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.errors import Invalid, NotPossible
from sp4n.jobs.outbox import owe
from sp4n.organisation.models import Unit

HANDOVER = "account.handover"
KEEPER = "admin"


@dataclass(frozen=True)
class Holdings:
    """`others`: unit id -> names of the other liaisons who were given it, too."""

    units: list[Unit]
    others: dict[int, list[str]]
    devices: int


def holdings_of(session: Session, *, account: Account) -> Holdings:
    units = units_of(session, account_id=account.id)
    others: defaultdict[int, list[str]] = defaultdict(list)
    given = sa.and_(
        AccountUnit.agency_id == Account.agency_id, AccountUnit.account_id == Account.id
    )
    wanted = (
        sa.select(AccountUnit.unit_id, Account.name)
        .join(Account, given)
        .where(
            AccountUnit.unit_id.in_([unit.id for unit in units]),
            Account.id != account.id,
            Account.active,
        )
        .order_by(Account.name)
    )
    for unit_id, name in session.execute(wanted):
        others[unit_id].append(name)
    devices = len(sessions_of(session, person_id=account.id))
    return Holdings(units, dict(others), devices)


def hand_over(
    session: Session,
    *,
    account: Account,
    successor_id: int | None,
    with_role: bool,
    actor: Actor,
) -> None:
    """Closes the account. Its units go to the successor, with those the successor has already;
    with nobody to take them, word of their cases goes to the admins.

    `with_role`: an admin's role goes along, too, without which the last admin cannot leave.
    """
    people = locked_accounts(session, ids={account.id, successor_id or account.id})
    successor = people.get(successor_id or 0)
    if not account.active:
        raise NotPossible(_("Akun ini sudah ditutup."))
    units = units_of(session, account_id=account.id)
    if successor_id is not None:
        _check(successor, account, units, with_role=with_role)
    session.execute(sa.delete(AccountUnit).where(AccountUnit.account_id == account.id))
    if successor is not None:
        _take(session, successor, account, units, with_role=with_role)
    leave_absences(session, account=account, successor=successor)
    check_keeper_stays(session, account)
    shut_out(session, person=account)
    record(
        session,
        actor=actor,
        act=HANDOVER,
        object_kind="account",
        object_id=account.id,
        data={
            "to": successor.id if successor else None,
            "unit_ids": sorted(unit.id for unit in units),
            "role": account.role if with_role and successor else None,
        },
    )
    session.flush()


def _check(
    successor: Account | None, account: Account, units: list[Unit], *, with_role: bool
) -> None:
    if successor is None or not successor.active or successor is account:
        raise Invalid(fields={"successor_id": _("Pilih rekan yang akunnya aktif.")})
    if units and successor.role != "liaison":
        message = _("Pilih pejabat penghubung: hanya mereka yang menangani unit.")
        raise Invalid(fields={"successor_id": message})
    if with_role and account.role != KEEPER:
        raise Invalid(_("Hanya peran admin yang dapat diserahkan."))


def _take(
    session: Session, successor: Account, account: Account, units: list[Unit], *, with_role: bool
) -> None:
    if with_role:
        successor.role = account.role
        session.execute(sa.delete(AccountUnit).where(AccountUnit.account_id == successor.id))
    else:
        own = {unit.id for unit in units_of(session, account_id=successor.id)}
        session.add_all(
            AccountUnit(account_id=successor.id, unit_id=unit.id)
            for unit in units
            if unit.id not in own
        )
    session.flush()
    if units or with_role:
        owe(session, kind=HANDOVER, object_id=successor.id)
