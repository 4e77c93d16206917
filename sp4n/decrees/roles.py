"""What a decree in force means for who may do what here: proposed, and applied by an admin."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts import operations as accounts
from sp4n.accounts.models import Account, AccountUnit
from sp4n.accounts.queries import locked_accounts
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.decrees.models import Decree, DecreeMember
from sp4n.decrees.positions import ROLES, STRONGEST, UNNAMED
from sp4n.decrees.queries import decree_of, members_of
from sp4n.documents.kinds import ASSIGNMENT_LETTER, DECREE
from sp4n.documents.models import Document
from sp4n.documents.operations import in_hand
from sp4n.documents.standing import HOLDING, holding, standing
from sp4n.errors import Invalid, NotPossible
from sp4n.organisation.models import Unit
from sp4n.tenants.resolver import agency_by_id

# The role of an account, and the units that it answers for.
Role = tuple[str, frozenset[int]]
NOTHING: Final[Role] = ("viewer", frozenset())


@dataclass(frozen=True, slots=True)
class Change:
    """Of one account: its role and units now, and what the decree makes of them."""

    account_id: int
    name: str
    role: str
    to_role: str
    units: frozenset[int]
    to_units: frozenset[int]

    @property
    def key(self) -> str:
        """Another one as soon as anything of it is another: nobody agrees to what they have not
        seen."""
        said = "-".join(str(one) for one in sorted(self.to_units))
        return f"{self.account_id}:{self.role}:{self.to_role}:{said}"


def proposed(session: Session, document: Document) -> list[Change]:
    """Those who are named get the role of their position; admins and liaisons who are not named any
    more keep reading only. Others are left as they are. A unit's letter takes nothing from anyone,
    and what it gave no decree takes as long as it holds.
    """
    wanted = _wanted(members_of(session, document.id), document.unit_id)
    units, lettered = _units(session), _by_letters(session, document)
    found = []
    for account in session.scalars(sa.select(Account).where(Account.active).order_by(Account.name)):
        now = units.get(account.id, frozenset())
        if account.id in wanted:
            role, theirs = wanted[account.id]
            if document.kind != DECREE:
                role, theirs = _beside((account.role, now), (role, theirs))
            elif account.id in lettered:
                role, theirs = _beside(lettered[account.id], (role, theirs))
        elif document.kind == DECREE and account.id in lettered:
            continue
        elif document.kind == DECREE and account.role in ("admin", "liaison"):
            role, theirs = UNNAMED, frozenset()
        else:
            continue
        if (role, theirs) != (account.role, now):
            change = Change(account.id, account.name, account.role, role, now, theirs)
            found.append(change)
    return found


def apply_roles(
    session: Session, *, document: Document, keys: Collection[str], actor: Actor, today: date
) -> int:
    """All that was agreed to, or nothing: the last admin is never lost on the way."""
    locked = in_hand(session, document)
    if standing(locked, today) not in HOLDING:
        raise NotPossible(_("Peran hanya mengikuti keputusan yang sedang berlaku."))
    locked_accounts(session, ids=list(session.scalars(sa.select(Account.id))))
    changes = [one for one in proposed(session, locked) if one.key in keys]
    if len(changes) != len(set(keys)) or not changes:
        raise Invalid(changed_meanwhile())
    # New admins before former ones leave.
    for one in sorted(changes, key=lambda each: each.to_role != "admin"):
        account = session.get_one(Account, (locked.agency_id, one.account_id))
        if account.role != one.to_role:
            accounts.change_role(session, person=account, role=one.to_role, actor=actor)
        if one.to_role == "liaison":
            accounts.set_units(session, account=account, unit_ids=one.to_units, actor=actor)
    _note(session, locked, len(changes), actor)
    return len(changes)


def changed_meanwhile() -> str:
    return _("Usulan ini sudah berubah. Periksa lagi, lalu pilih.")


def units_without_liaison(session: Session) -> Sequence[Unit]:
    """Of those in use at the top of the tree: below them their liaison answers, too."""
    answered = (
        sa.select(AccountUnit.unit_id)
        .join(
            Account,
            sa.and_(
                Account.agency_id == AccountUnit.agency_id, Account.id == AccountUnit.account_id
            ),
        )
        .where(Account.active, Account.role == "liaison")
    )
    wanted = sa.select(Unit).where(Unit.active, Unit.parent_id.is_(None), Unit.id.not_in(answered))
    return session.scalars(wanted.order_by(Unit.name)).all()


def members_who_left(session: Session, document_id: int) -> Sequence[DecreeMember]:
    """Named in the decree, with an account that was closed since."""
    closed = sa.select(Account.id).where(~Account.active)
    wanted = sa.select(DecreeMember).where(
        DecreeMember.document_id == document_id, DecreeMember.account_id.in_(closed)
    )
    return session.scalars(wanted.order_by(DecreeMember.id)).all()


def _by_letters(session: Session, document: Document) -> dict[int, Role]:
    """What the units' letters in force give, by account; for a decree only."""
    agency = agency_by_id(document.agency_id)
    if document.kind != DECREE or agency is None:
        return {}
    letters = sa.select(Document).where(Document.kind == ASSIGNMENT_LETTER)
    found: dict[int, Role] = {}
    for one in holding(session.scalars(letters), clock.today(agency.zone)):
        for account_id, role in _wanted(members_of(session, one.id), one.unit_id).items():
            found[account_id] = _beside(found.get(account_id, NOTHING), role)
    return found


def _beside(one: Role, other: Role) -> Role:
    """Both at once: the role that does more, and the units of both where it has units."""
    role = max(one[0], other[0], key=STRONGEST.index)
    return role, one[1] | other[1] if role == "liaison" else frozenset()


def _wanted(members: Sequence[DecreeMember], of_unit: int | None) -> dict[int, Role]:
    """`of_unit`: the one that a letter is about."""
    found: dict[int, Role] = {}
    for one in members:
        if one.account_id is None:
            continue
        role = ROLES.get(one.position, UNNAMED)
        former, units = found.get(one.account_id, (UNNAMED, frozenset[int]()))
        best = max(role, former, key=STRONGEST.index)
        unit = one.unit_id if one.unit_id is not None else of_unit
        mine = {unit} if role == "liaison" and unit is not None else set()
        found[one.account_id] = (best, units | mine)
    return {
        number: (role, units if role == "liaison" else frozenset())
        for number, (role, units) in found.items()
    }


def _units(session: Session) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for row in session.execute(sa.select(AccountUnit.account_id, AccountUnit.unit_id)):
        found.setdefault(row.account_id, set()).add(row.unit_id)
    return {number: frozenset(some) for number, some in found.items()}


def _note(session: Session, document: Document, number: int, actor: Actor) -> None:
    row = decree_of(session, document.id)
    if row is None:
        row = Decree(document_id=document.id)
        session.add(row)
    row.applied_at = clock.now()
    session.flush()
    record(
        session,
        actor=actor,
        act="document.applied",
        object_kind="document",
        object_id=document.id,
        data={"kind": document.kind, "name": document.title, "changes": number},
    )
