"""Who can be given a case by name, and what they have who were."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from sp4n.accounts.models import Account, AccountUnit
from sp4n.cases.models import CaseRecord
from sp4n.cases.states import ENDED
from sp4n.organisation.models import Unit


def people_for(session: Session, *, unit_id: int | None) -> list[Account]:
    """Those who may answer a case of this unit: admins, and who was given it or a unit above it."""
    circle = sa.select(AccountUnit.account_id).where(AccountUnit.unit_id.in_(_with_above(unit_id)))
    wanted = sa.select(Account).where(
        Account.active,
        sa.or_(
            Account.role == "admin",
            sa.and_(Account.role == "liaison", Account.id.in_(circle)),
        ),
    )
    return list(session.scalars(wanted.order_by(sa.func.lower(Account.name), Account.id)))


def open_cases_of(session: Session, *, account_id: int) -> int:
    """How many of those that still ask for something are theirs to see to."""
    wanted = sa.select(sa.func.count()).where(
        CaseRecord.assignee_id == account_id, CaseRecord.state.not_in(ENDED)
    )
    return session.scalar(wanted) or 0


def _with_above(unit_id: int | None) -> sa.Select[int]:
    """UNION, not UNION ALL: were there ever a circle, it would still end."""
    itself = sa.select(Unit.agency_id, Unit.id, Unit.parent_id).where(Unit.id == unit_id)
    tree = itself.cte("units_above", recursive=True)
    above = aliased(Unit)
    tree = tree.union(
        sa.select(above.agency_id, above.id, above.parent_id).where(
            above.agency_id == tree.c.agency_id, above.id == tree.c.parent_id
        )
    )
    return sa.select(tree.c.id)
