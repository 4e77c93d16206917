"""What the staff of a planted agency keep at hand, with canaries in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from sp4n.accounts.models import Account
from sp4n.accounts.permissions import STAFF_ROLES
from sp4n.accounts.queries import actor_of
from sp4n.tenants.resolver import agency_by_id
from sp4n.workbench.bulk import Order
from sp4n.workbench.models import ReplyTemplate, SavedView
from sp4n.workbench.operations import ask_for_bulk

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


@dataclass
class Workbench:
    """The ids of what was planted."""

    templates: list[int] = field(default_factory=list)
    bulk: int = 0
    views: list[int] = field(default_factory=list)

    def plant(self, session: Session, planted: Planted) -> None:
        word = planted.canary("", "templat")
        row = ReplyTemplate(name=word, body=word, unit_id=planted.units[0])
        session.add(row)
        session.flush()
        self.templates.append(row.id)
        self.bulk = a_bulk_act(session, planted)
        self.views += [a_view(session, planted, role) for role in STAFF_ROLES]


def a_bulk_act(session: Session, planted: Planted) -> int:
    """One that changes nothing: the case is at that unit already."""
    account = session.get_one(Account, (planted.agency.id, planted.accounts["admin"]))
    agency = agency_by_id(planted.agency.id)
    assert agency is not None
    return ask_for_bulk(
        session,
        order=Order("assign", unit_id=planted.units[0]),
        cases=[(planted.cases["proses"].id, 1)],
        actor=actor_of(session, account),
        agency=agency,
    ).id


def a_view(session: Session, planted: Planted, role: str) -> int:
    name = planted.canary("", f"tampilan{role}")
    row = SavedView(account_id=planted.accounts[role], name=name, asked={"q": name})
    session.add(row)
    session.flush()
    return row.id
