"""Decrees of the agency in whose scope the session is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account
from sp4n.decrees.models import Decree, DecreeMember
from sp4n.decrees.positions import POSITIONS
from sp4n.documents.kinds import ASSIGNMENT_LETTER, DECREE
from sp4n.documents.models import Document
from sp4n.documents.queries import document_by_id
from sp4n.documents.standing import last_day
from sp4n.errors import NotFound

APPOINTING = (DECREE, ASSIGNMENT_LETTER)


def appointing(session: Session, document_id: int) -> Document:
    """A document that appoints somebody; any other is none of this room's."""
    found = document_by_id(session, document_id)
    if found.kind not in APPOINTING:
        raise NotFound
    return found


def decree_of(session: Session, document_id: int) -> Decree | None:
    return session.scalar(sa.select(Decree).where(Decree.document_id == document_id))


def members_of(session: Session, document_id: int) -> Sequence[DecreeMember]:
    """In the order of the print."""
    wanted = sa.select(DecreeMember).where(DecreeMember.document_id == document_id)
    found = session.scalars(wanted.order_by(DecreeMember.id)).all()
    return sorted(found, key=lambda one: POSITIONS.index(one.position))


def member_by_id(session: Session, document_id: int, member_id: int) -> DecreeMember:
    found = session.scalar(
        sa.select(DecreeMember).where(
            DecreeMember.id == member_id, DecreeMember.document_id == document_id
        )
    )
    if found is None:
        raise NotFound
    return found


def open_accounts(session: Session) -> list[tuple[int, str]]:
    """Of this agency's staff: id and name."""
    wanted = sa.select(Account.id, Account.name).where(Account.active)
    return [(row.id, row.name) for row in session.execute(wanted.order_by(Account.name))]


def responsible_on(session: Session, day: date) -> list[tuple[Document, Sequence[DecreeMember]]]:
    """Which decrees held on a day, and whom they named: who had to answer then."""
    issued = sa.select(Document).where(
        Document.state == "issued", Document.kind.in_(APPOINTING), Document.valid_from <= day
    )
    found = []
    for one in session.scalars(issued.order_by(Document.kind.desc(), Document.id)):
        last = last_day(one)
        if last is None or day <= last:
            found.append((one, members_of(session, one.id)))
    return found
