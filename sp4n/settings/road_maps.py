"""National road maps: loaded from files, read as facts. One that has changed is another, under a
key of its own: plans that were made of the former keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.errors import Invalid
from sp4n.settings.models import RoadMap


@dataclass(frozen=True)
class Section:
    """What the guideline asks a plan to say something about."""

    key: str
    group: str
    name: str


@dataclass(frozen=True)
class Objective:
    code: str
    name: str
    targets: str


@dataclass(frozen=True)
class RoadMapFacts:
    """`verified` False: say so wherever it is shown ("perlu diverifikasi")."""

    id: int
    key: str
    version: str
    name: str
    citation: str
    source: str
    verified: bool
    period_from: int
    period_to: int
    due_on: date | None
    sections: tuple[Section, ...]
    objectives: tuple[Objective, ...]
    reminded_at: datetime | None

    @property
    def section_names(self) -> dict[str, str]:
        return {one.key: one.name for one in self.sections}


def road_maps(session: Session) -> list[RoadMapFacts]:
    """The newest first: that is the one in force."""
    wanted = sa.select(RoadMap).order_by(RoadMap.period_from.desc(), RoadMap.id.desc())
    return [facts_of(row) for row in session.scalars(wanted)]


def road_map_in_force(session: Session) -> RoadMapFacts | None:
    return next(iter(road_maps(session)), None)


def road_map_by_id(session: Session, road_map_id: int) -> RoadMapFacts:
    return facts_of(session.get_one(RoadMap, road_map_id))


def facts_of(row: RoadMap) -> RoadMapFacts:
    return RoadMapFacts(
        id=row.id,
        key=row.key,
        version=row.version,
        name=row.name,
        citation=row.citation,
        source=row.source,
        verified=row.verified,
        period_from=row.period_from,
        period_to=row.period_to,
        due_on=row.due_on,
        sections=tuple(Section(one["key"], one["group"], one["name"]) for one in row.sections),
        objectives=tuple(
            Objective(one["code"], one["name"], one.get("targets", "")) for one in row.objectives
        ),
        reminded_at=row.reminded_at,
    )


def load_road_maps(session: Session, entries: Sequence[dict[str, Any]]) -> int:
    """Needs the national role. Raises `Invalid` for what is no road map, before any is written."""
    for entry in entries:
        _check(entry)
    for entry in entries:
        row = session.scalar(sa.select(RoadMap).where(RoadMap.key == entry["key"]))
        if row is None:
            row = RoadMap(key=entry["key"])
            session.add(row)
        for name in ("version", "name", "citation", "source", "verified"):
            setattr(row, name, entry[name])
        row.period_from, row.period_to = entry["period_from"], entry["period_to"]
        row.due_on = date.fromisoformat(entry["due_on"]) if entry.get("due_on") else None
        row.sections, row.objectives = entry["sections"], entry["objectives"]
    session.flush()
    return len(entries)


def _check(entry: Any) -> None:
    try:
        texts = [entry[name] for name in ("key", "version", "name", "citation", "source")]
        whole = all(isinstance(one, str) for one in texts) and all(texts[:4])
        ordered = 1990 <= entry["period_from"] <= entry["period_to"] <= 2100
        sections = [one["key"] for one in entry["sections"] if one["name"] and one["group"]]
        codes = [one["code"] for one in entry["objectives"] if one["name"]]
        distinct = len(set(sections)) == len(sections) > 0 and len(set(codes)) == len(codes)
        if entry.get("due_on"):
            date.fromisoformat(entry["due_on"])
        good = whole and ordered and distinct and isinstance(entry["verified"], bool)
    except (KeyError, TypeError, ValueError, AttributeError):
        good = False
    if not good:
        raise Invalid(_("Berkas ini tidak memuat road map yang lengkap. Ikuti bentuk contohnya."))
