"""Entries into rows: what is there is compared, what differs is written, in a few statements.

How many statements depends neither on how many agencies there are nor on how many entries come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from sp4n.tenants.models import Agency, AgencyFormerSlug, AgencyKind, AgencyStatus, Region
from sp4n.tenants.register.entry import REGIONAL, Entry, Period
from sp4n.tenants.register.palette import colour_for, correct
from sp4n.tenants.register.queries import forget_register
from sp4n.tenants.register.regions import Place
from sp4n.tenants.register.renamed import refuse_former
from sp4n.tenants.register.search_words import search_text
from sp4n.tenants.register.time_zones import WIB, time_zone_of

Row = Mapping[str, Any]

agency = cast(sa.Table, Agency.__table__)
former = cast(sa.Table, AgencyFormerSlug.__table__)
COLUMNS = (
    "slug",
    "kind",
    "name",
    "short_name",
    "region_code",
    "time_zone",
    "colour",
    "status",
    "status_before",
    "connected_from",
    "connected_to",
    "contact_email",
    "contact_phone",
    "address",
    "search_text",
)

SET_PARENTS = sa.text(
    """
    UPDATE agency SET parent_id = parent.id, updated_at = now()
    FROM unnest(CAST(:slugs AS text[]), CAST(:parents AS text[])) AS said (slug, parent)
    JOIN agency AS parent ON parent.slug = said.parent
    WHERE agency.slug = said.slug AND agency.parent_id IS DISTINCT FROM parent.id
    RETURNING agency.slug
    """
)
SAID = """
    unnest(CAST(:predecessors AS text[]), CAST(:successors AS text[]), CAST(:days AS date[]))
    AS said (predecessor, successor, day)
"""
DROP_SUCCESSIONS = sa.text(
    f"""
    DELETE FROM agency_succession AS held USING agency AS predecessor, agency AS successor
    WHERE predecessor.id = held.predecessor_id AND successor.id = held.successor_id
    AND predecessor.slug = ANY (CAST(:slugs AS text[]))
    AND NOT EXISTS (
        SELECT 1 FROM {SAID} WHERE said.predecessor = predecessor.slug
        AND said.successor = successor.slug AND said.day IS NOT DISTINCT FROM held.on_date
    )
    RETURNING predecessor.slug
    """  # noqa: S608 (the piece is the constant above)
)
ADD_SUCCESSIONS = sa.text(
    f"""
    WITH added AS (
        INSERT INTO agency_succession (predecessor_id, successor_id, on_date)
        SELECT predecessor.id, successor.id, said.day FROM {SAID}
        JOIN agency AS predecessor ON predecessor.slug = said.predecessor
        JOIN agency AS successor ON successor.slug = said.successor
        ON CONFLICT DO NOTHING
        RETURNING predecessor_id
    )
    SELECT DISTINCT agency.slug FROM added JOIN agency ON agency.id = added.predecessor_id
    """  # noqa: S608
)


@dataclass(frozen=True)
class Surroundings:
    """What is already there, as far as some entries touch it."""

    regions: dict[str, Row]
    agencies: dict[str, Row]
    provincial: dict[str, str]  # province code -> slug of its government
    renamed: dict[str, str]  # former slug -> the one that the agency has now

    def problems(self, entry: Entry, beside: Iterable[str] = ()) -> dict[str, str]:
        """Field -> what an entry names that is neither there nor `beside` it (slugs)."""
        found = {
            "successors": self._missing(entry.successors or (), beside),
            "parent": self._missing((entry.parent,) if entry.parent else (), beside),
            "region_code": self._region_problem(entry),
        }
        return {name: message for name, message in found.items() if message}

    def around(self, region_code: str | None) -> str:
        """The name of the province around a regency or city."""
        inside = self.regions.get(region_code or "", {}).get("parent_code")
        return self.regions[inside]["name"] if inside in self.regions else ""

    def _missing(self, slugs: Iterable[str], beside: Iterable[str]) -> str | None:
        unknown = [slug for slug in slugs if slug not in self.agencies and slug not in beside]
        return _("Instansi “%(slug)s” tidak dikenal.", slug=unknown[0]) if unknown else None

    def _region_problem(self, entry: Entry) -> str | None:
        if entry.region_code is None:
            return None
        region = self.regions.get(entry.region_code)
        if region is None:
            return _("Kode wilayah “%(code)s” tidak dikenal.", code=entry.region_code)
        if entry.kind in REGIONAL and region["kind"] != entry.kind:
            return _(
                "Kode wilayah “%(code)s” bukan %(kind)s.", code=region["code"], kind=entry.kind
            )
        return None


@dataclass
class Stored:
    """What storing did, by slug; `created` with the new ids."""

    created: dict[str, int] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)


def surroundings(session: Session, entries: Sequence[Entry]) -> Surroundings:
    """The agencies stay as they are read until the transaction ends: what goes live or is suspended
    meanwhile waits, and is not written over."""
    slugs = {slug for entry in entries for slug in _slugs_named(entry)}
    provinces = {entry.region_code[:2] for entry in entries if entry.region_code}
    codes = provinces | {entry.region_code for entry in entries if entry.region_code}
    regions = session.execute(
        sa.select(Region.code, Region.name, Region.kind, Region.parent_code).where(
            Region.code.in_(codes)
        )
    ).mappings()
    governs = (agency.c.kind == AgencyKind.PROVINSI) & agency.c.region_code.in_(provinces)
    called = agency.c.id.in_(sa.select(former.c.agency_id).where(former.c.slug.in_(slugs)))
    before = sa.select(former.c.slug).where(former.c.agency_id == agency.c.id)
    agencies = session.execute(
        sa.select(agency, sa.func.array(before.scalar_subquery()).label("former"))
        .where(agency.c.slug.in_(slugs) | governs | called)
        .order_by(agency.c.id)
        .with_for_update(of=agency, key_share=True)
    ).mappings()
    by_slug: dict[str, Row] = {row["slug"]: dict(row) for row in agencies}
    renamed = {old: row["slug"] for row in by_slug.values() for old in row["former"]}
    provincial = _provincial([*by_slug.values(), *map(_said, entries)])
    return Surroundings(
        regions={row["code"]: dict(row) for row in regions},
        agencies=by_slug,
        provincial={code: renamed.get(slug, slug) for code, slug in provincial.items()},
        renamed=renamed,
    )


def store(
    session: Session,
    entries: Sequence[Entry],
    around: Surroundings,
    *,
    today: date,
    demo: bool = False,
    first: AgencyStatus = AgencyStatus.ACTIVE,
) -> Stored:
    """Write agencies whose entries have been checked; parents and successions come after. `first`:
    what new ones are."""
    rows = [_row(entry, around, today, first) for entry in entries]
    changed = [row for row in rows if _differs(row, around.agencies.get(row["slug"]))]
    stored = Stored()
    if not changed:
        return stored
    statement = insert(agency)
    told = {name: statement.excluded[name] for name in COLUMNS} | {"updated_at": sa.func.now()}
    upsert = statement.on_conflict_do_update(index_elements=["slug"], set_=told).returning(
        agency.c.id, agency.c.slug, sa.literal_column("xmax = 0").label("fresh")
    )
    for written in session.execute(upsert, [row | {"demo": demo} for row in changed]):
        if written.fresh:
            stored.created[written.slug] = written.id
        else:
            stored.changed.add(written.slug)
    refuse_former(session, stored.created)
    return stored


def link(session: Session, entries: Sequence[Entry], around: Surroundings, stored: Stored) -> None:
    """The last of all steps: parents and successions, once all that they name are there."""
    parents = {entry.slug: _parent(entry, around) for entry in entries}
    parents = {slug: parent for slug, parent in parents.items() if parent}
    touched = set(
        session.scalars(SET_PARENTS, {"slugs": [*parents], "parents": [*parents.values()]})
    )
    speaking = [entry for entry in entries if entry.successors is not None]
    said = [
        (entry.slug, successor, _day(entry, around))
        for entry in speaking
        for successor in entry.successors or ()
    ]
    named = {
        "predecessors": [predecessor for predecessor, _successor, _on in said],
        "successors": [successor for _predecessor, successor, _on in said],
        "days": [day for _predecessor, _successor, day in said],
    }
    gone = session.scalars(DROP_SUCCESSIONS, named | {"slugs": [entry.slug for entry in speaking]})
    touched |= set(gone)
    touched |= set(session.scalars(ADD_SUCCESSIONS, named))
    stored.changed |= touched - stored.created.keys()
    forget_register()


def store_regions(session: Session, places: Iterable[Place]) -> None:
    """Provinces, regencies and cities; a name that changed in the source is followed."""
    region = cast(sa.Table, Region.__table__)
    statement = insert(region)
    names = ("name", "kind", "parent_code")
    statement = statement.on_conflict_do_update(
        index_elements=["code"],
        set_={name: statement.excluded[name] for name in names},
        where=sa.or_(
            *(region.c[name].is_distinct_from(statement.excluded[name]) for name in names)
        ),
    )
    session.execute(
        statement,
        [
            {
                "code": place.code,
                "name": place.name,
                "kind": place.kind,
                "parent_code": place.parent_code,
            }
            for place in places
        ],
    )


def _slugs_named(entry: Entry) -> list[str]:
    return [entry.slug, *(entry.successors or ()), *([entry.parent] if entry.parent else ())]


def _said(entry: Entry) -> Row:
    return {"slug": entry.slug, "kind": entry.kind, "region_code": entry.region_code}


def _provincial(rows: Iterable[Row]) -> dict[str, str]:
    return {
        row["region_code"]: row["slug"]
        for row in rows
        if row["kind"] == AgencyKind.PROVINSI and row["region_code"]
    }


def _row(entry: Entry, around: Surroundings, today: date, first: AgencyStatus) -> dict[str, Any]:
    before = around.agencies.get(entry.slug, {})
    region_code = entry.region_code or before.get("region_code")
    held = Period(before.get("connected_from"), before.get("connected_to"))
    start, end = entry.connected or held
    status, status_before = _status(end, before or {"status": first}, today)
    return {
        "slug": entry.slug,
        "kind": entry.kind,
        "name": entry.name,
        "short_name": entry.short_name,
        "region_code": region_code,
        "time_zone": entry.time_zone or before.get("time_zone") or _zone(region_code),
        "colour": _colour(entry, before),
        "status": status,
        "status_before": status_before,
        "connected_from": start,
        "connected_to": end,
        "contact_email": _kept(entry.contact_email, before.get("contact_email")),
        "contact_phone": _kept(entry.contact_phone, before.get("contact_phone")),
        "address": _kept(entry.address, before.get("address")),
        "search_text": search_text(
            kind=entry.kind,
            slug=entry.slug,
            name=entry.name,
            short_name=entry.short_name,
            region_code=region_code,
            around=around.around(region_code),
        ),
    }


def _differs(row: Row, before: Row | None) -> bool:
    return before is None or any(row[name] != before[name] for name in COLUMNS)


def _zone(region_code: str | None) -> str:
    return time_zone_of(region_code) if region_code else WIB


def _colour(entry: Entry, before: Row) -> str:
    if entry.colour:
        return correct(entry.colour)
    return before.get("colour") or colour_for(entry.slug)


def _kept(said: str | None, held: str | None) -> str:
    return (held or "") if said is None else said


def _status(end: date | None, held: Row, today: date) -> tuple[str, str | None]:
    """With what it was before the archive. The last day decides about the archive; entries say
    nothing about the rest."""
    archived = held["status"] == AgencyStatus.ARCHIVED
    before = held["status_before"] if archived else held["status"]
    if end is not None and end < today:
        return AgencyStatus.ARCHIVED, before
    return before or AgencyStatus.ACTIVE, None


def _parent(entry: Entry, around: Surroundings) -> str | None:
    """A regency or city belongs to its province, until somebody says otherwise."""
    if entry.parent:
        return entry.parent
    lies_in_one = entry.kind in (AgencyKind.KABUPATEN, AgencyKind.KOTA)
    if not lies_in_one or around.agencies.get(entry.slug, {}).get("parent_id"):
        return None
    return around.provincial.get((entry.region_code or "")[:2])


def _day(entry: Entry, around: Surroundings) -> date | None:
    """The successors begin on the day after the last one."""
    before = around.agencies.get(entry.slug, {})
    end = entry.connected.end if entry.connected else before.get("connected_to")
    return end + timedelta(days=1) if end else None
