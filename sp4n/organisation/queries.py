"""Reads of the tree of units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from sp4n.errors import NotFound
from sp4n.organisation.models import Unit


@dataclass(frozen=True)
class UnitNode:
    """A unit at its place in the tree; `depth` 0 at the top."""

    id: int
    name: str
    short_name: str
    parent_id: int | None
    active: bool
    depth: int
    kind: str = ""


def unit_by_id(session: Session, *, unit_id: int) -> Unit:
    unit = session.scalar(sa.select(Unit).where(Unit.id == unit_id))
    if unit is None:
        raise NotFound
    return unit


def unit_tree(session: Session, *, active_only: bool = False) -> list[UnitNode]:
    """Each unit after its parent, neighbours by name. With `active_only`, what stands below a
    unit that is out of use goes with it."""
    wanted = sa.select(Unit).order_by(sa.func.lower(Unit.name), Unit.id)
    if active_only:
        wanted = wanted.where(Unit.active)
    return tree_of(
        UnitNode(unit.id, unit.name, unit.short_name, unit.parent_id, unit.active, 0, unit.kind)
        for unit in session.scalars(wanted)
    )


def tree_of(units: Iterable[UnitNode]) -> list[UnitNode]:
    """Of units in the order of neighbours, each at its place."""
    below: defaultdict[int | None, list[UnitNode]] = defaultdict(list)
    for unit in units:
        below[unit.parent_id].append(unit)
    return list(_walk(below, None, 0))


def _walk(
    below: dict[int | None, list[UnitNode]], parent_id: int | None, depth: int
) -> Iterator[UnitNode]:
    for unit in below.get(parent_id, ()):
        yield replace(unit, depth=depth)
        yield from _walk(below, unit.id, depth + 1)


def in_use(tree: Iterable[UnitNode]) -> list[UnitNode]:
    """Of a tree that was read whole, what `active_only` would have left of it."""
    kept: list[UnitNode] = []
    shut: int | None = None  # the depth of the unit out of use that we are below
    for node in tree:
        if shut is not None and node.depth > shut:
            continue
        shut = None if node.active else node.depth
        if node.active:
            kept.append(node)
    return kept


def ids_with_below(session: Session, *, unit_ids: sa.Select[int, int]) -> frozenset[int]:
    """`unit_ids` selects (agency_id, unit id); the answer has every unit below those, too.

    UNION, not UNION ALL: were there ever a circle, it would still end.
    """
    tree = unit_ids.cte("units_below", recursive=True)
    agency_id, unit_id = tree.c
    child = aliased(Unit)
    tree = tree.union(
        sa.select(child.agency_id, child.id).where(
            child.agency_id == agency_id, child.parent_id == unit_id
        )
    )
    return frozenset(session.scalars(sa.select(tree.c[1])))


def branch_of(session: Session, *, unit_id: int) -> frozenset[int]:
    """The unit itself and every unit below it."""
    itself = sa.select(Unit.agency_id, Unit.id).where(Unit.id == unit_id)
    return ids_with_below(session, unit_ids=itself)


@dataclass(frozen=True)
class UnitCard:
    """What citizens are told of the unit that has their report."""

    name: str
    phone: str
    service_hours: str


def unit_cards(session: Session) -> dict[int, UnitCard]:
    """By id, of every unit of this agency, those out of use included."""
    wanted = sa.select(Unit.id, Unit.name, Unit.phone, Unit.service_hours)
    return {
        row.id: UnitCard(row.name, row.phone, row.service_hours) for row in session.execute(wanted)
    }


def unit_names(session: Session) -> dict[int, str]:
    """Unit id -> name, of every unit of this agency, those out of use included."""
    return {row.id: row.name for row in session.execute(sa.select(Unit.id, Unit.name))}


def unit_ids_named(session: Session, *, name: str, limit: int) -> Sequence[int]:
    has = Unit.name.icontains(name, autoescape=True)
    return session.scalars(sa.select(Unit.id).where(has).limit(limit)).all()


def custodian_unit(session: Session) -> int | None:
    """The agency's PPID."""
    return _the_one(session, "ppid")


def inspecting_unit(session: Session) -> int | None:
    """Who looks into what the agency's own people did."""
    return _the_one(session, "inspektorat")


def _the_one(session: Session, kind: str) -> int | None:
    """Of several units of a kind the one that has been there the longest."""
    wanted = sa.select(Unit.id).where(Unit.kind == kind, Unit.active)
    return session.scalar(wanted.order_by(Unit.id).limit(1))
