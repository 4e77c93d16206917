"""Documents of a planted agency: their words are in the register, in their files, nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.orm import Session

from sp4n.accounts import queries
from sp4n.accounts.models import Account
from sp4n.decrees.models import LiaisonReminder
from sp4n.decrees.operations import MemberAnswers, add_member
from tests.documents.making import a_document

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


def some_documents(app: Flask, session: Session, planted: Planted) -> None:
    """One in force that nobody outside may see, and a draft."""
    admin = queries.actor_of(
        session, session.get_one(Account, (planted.agency.id, planted.accounts["admin"]))
    )
    storage = app.extensions["sp4n.storage"]
    for issue in (True, False):
        row = a_document(
            session,
            storage,
            actor=admin,
            issue=issue,
            title=planted.canary("", "dokumenjudul"),
            number=planted.canary("", "dokumennomor"),
            text=planted.canary("", "dokumenisi"),
            publicity="none",
        )
        planted.documents.append(row.id)
    member = add_member(
        session,
        document=row,
        answers=MemberAnswers("ketua", planted.canary("", "dokumenanggota")),
        actor=admin,
    )
    planted.members.append(member.id)
    session.add(LiaisonReminder(month=202601))
