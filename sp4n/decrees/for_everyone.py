"""The team that a decree in force appoints, as everyone may know it: which positions it has, and
which units somebody answers for. Nobody's name, and no post: each is one person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.decrees.models import DecreeMember
from sp4n.decrees.positions import POSITIONS
from sp4n.decrees.queries import APPOINTING
from sp4n.documents.kinds import DECREE
from sp4n.documents.models import Document
from sp4n.documents.standing import holding
from sp4n.organisation.models import Unit

LIAISON = "pejabat_penghubung"


@dataclass(frozen=True, slots=True)
class Seat:
    """`number`: how many hold this position; `units`: those that they are of, by name."""

    position: str
    number: int
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """`seats`: one for each position that there is, filled or not. `bare`: units at the top of the
    tree that no liaison is named for, here or in a letter of assignment."""

    document: Document
    seats: Sequence[Seat]
    bare: Sequence[str]


def team_of_agency(session: Session, today: date) -> Team | None:
    """None where no decree is in force, it is kept back, or it records nobody."""
    issued = sa.select(Document).where(Document.state == "issued", Document.kind.in_(APPOINTING))
    held = holding(session.scalars(issued.order_by(Document.valid_from.desc())), today)
    decree = next((one for one in held if one.kind == DECREE and one.unit_id is None), None)
    if decree is None or decree.publicity == "none":
        return None
    appointed = session.execute(
        sa.select(DecreeMember.document_id, DecreeMember.position, DecreeMember.unit_id).where(
            DecreeMember.document_id.in_([one.id for one in held])
        )
    ).all()
    mine = [one for one in appointed if one.document_id == decree.id]
    if not mine:
        return None
    units = session.execute(
        sa.select(Unit.id, Unit.name, Unit.parent_id, Unit.active).order_by(Unit.name)
    ).all()
    names = {one.id: one.name for one in units}
    answered = {one.unit_id for one in appointed if one.position == LIAISON}
    bare = [
        one.name for one in units if one.active and one.parent_id is None and one.id not in answered
    ]
    return Team(decree, [_seat(key, mine, names) for key in POSITIONS], bare)


def _seat(position: str, members: Sequence[Any], names: dict[int, str]) -> Seat:
    some = [one for one in members if one.position == position]
    units = {names[one.unit_id] for one in some if one.unit_id in names}
    return Seat(position, len(some), tuple(sorted(units, key=str.casefold)))
