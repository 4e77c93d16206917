"""National road maps: loaded from files, read as facts. What one says is never changed once it is
published: one that has changed is another, under a key of its own, and plans that were made of the
former keep it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.errors import Invalid
from sp4n.settings.models import RoadMap

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
# What a plan refers to; the rest is what is known about it, and can be mended.
SAYS: Final = ("version", "name", "citation", "period_from", "period_to", "sections", "objectives")


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
    state: str = PUBLISHED
    in_force_from: date | None = None
    revision: int = 1

    @property
    def section_names(self) -> dict[str, str]:
        return {one.key: one.name for one in self.sections}


def road_maps(session: Session) -> list[RoadMapFacts]:
    """Published, and begun; the newest first: that is the one in force."""
    began = sa.or_(
        RoadMap.in_force_from.is_(None), RoadMap.in_force_from <= clock.today(clock.CAPITAL)
    )
    wanted = every().where(RoadMap.state == PUBLISHED, began)
    return [facts_of(row) for row in session.scalars(wanted)]


def every() -> sa.Select[Any]:
    """Drafts and those to come, too."""
    return sa.select(RoadMap).order_by(
        RoadMap.period_from.desc(), RoadMap.in_force_from.desc().nulls_last(), RoadMap.id.desc()
    )


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
        state=row.state,
        in_force_from=row.in_force_from,
        revision=row.revision,
    )


def load_road_maps(
    session: Session, entries: Sequence[dict[str, Any]], *, keep: bool = False
) -> int:
    """Needs the national role. Raises `Invalid` for what is no road map, and for one that says
    something else than the published one of its key, before any is written. `keep`: that one is
    left as it is instead."""
    for entry in entries:
        check_entry(entry)
    for entry in entries:
        row = session.scalar(sa.select(RoadMap).where(RoadMap.key == entry["key"]))
        if row is None:
            row = RoadMap(key=entry["key"])
            session.add(row)
        elif row.state == PUBLISHED and not says_the_same(row, entry):
            if keep:
                continue
            raise Invalid(said_before(row))
        write_entry(row, entry)
        row.state = PUBLISHED
    session.flush()
    return len(entries)


def says_the_same(row: RoadMap, entry: dict[str, Any]) -> bool:
    return all(getattr(row, name) == entry[name] for name in SAYS)


def said_before(row: RoadMap) -> str:
    return _(
        "Road map %(key)s sudah terbit dan tidak diubah lagi. Beri kunci lain untuk versi barunya.",
        key=row.key,
    )


def write_entry(row: RoadMap, entry: dict[str, Any]) -> None:
    for name in (*SAYS, "source", "verified"):
        setattr(row, name, entry[name])
    row.due_on = date.fromisoformat(entry["due_on"]) if entry.get("due_on") else None


def as_entry(row: RoadMap) -> dict[str, Any]:
    """As the file has it."""
    said = {name: getattr(row, name) for name in ("key", *SAYS, "source", "verified")}
    return {**said, "due_on": row.due_on.isoformat() if row.due_on else None}


def check_entry(entry: Any) -> None:
    try:
        texts = [entry[name] for name in ("key", "version", "name", "citation", "source")]
        whole = all(isinstance(one, str) for one in texts) and all(texts[:4])
        period = [entry[name] for name in ("period_from", "period_to")]
        ordered = all(type(one) is int for one in period) and 1990 <= period[0] <= period[1] <= 2100
        sections = [one["key"] for one in entry["sections"] if one["name"] and one["group"]]
        codes = [one["code"] for one in entry["objectives"] if one["name"]]
        distinct = len(set(sections)) == len(sections) > 0 and len(set(codes)) == len(codes)
        if entry.get("due_on"):
            date.fromisoformat(entry["due_on"])
        parts = [*entry["sections"], *entry["objectives"]]
        spoken = all(isinstance(value, str) for one in parts for value in one.values())
        written = b"\\u0000" not in json.dumps(entry, ensure_ascii=False).encode()
        good = whole and ordered and distinct and spoken and written
        good = good and isinstance(entry["verified"], bool)
    except (KeyError, TypeError, ValueError, AttributeError):
        good = False
    if not good:
        raise Invalid(_("Berkas ini tidak memuat road map yang lengkap. Ikuti bentuk contohnya."))
