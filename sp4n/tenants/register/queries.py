"""Reads of the register: found by a search box, listed by province and kind, by slug.

The register is readable in every scope, also without an agency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from sp4n.errors import NotFound
from sp4n.remembered import Remembered
from sp4n.tenants.models import (
    Agency,
    AgencyKind,
    AgencyProfile,
    AgencyStatus,
    AgencySuccession,
    Region,
)
from sp4n.tenants.register.placed import forget_placed
from sp4n.tenants.register.search_words import OWN_WORDS_END, words_of
from sp4n.tenants.register.slugs import SUFFIXES

MOST_WORDS = 6
LONGEST_WORD = 40
SHORTEST_INSIDE = 3  # shorter words must begin a word: "bi" is in too many names
SIMILAR_ENOUGH = 0.45

KIND_ORDER = sa.case(
    {kind.value: place for place, kind in enumerate(AgencyKind)}, value=Agency.kind
)
Place, Province = aliased(Region), aliased(Region)


class Successor(NamedTuple):
    slug: str
    short_name: str


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """One agency in a list. `successors`: of archived ones."""

    slug: str
    name: str
    short_name: str
    kind: str
    status: str
    colour: str
    province: str | None
    successors: tuple[Successor, ...]


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """A stretch of a longer list; `total` counts the whole."""

    agencies: list[AgencyLine]
    total: int


@dataclass(frozen=True, slots=True)
class ProvinceCount:
    code: str
    name: str
    agencies: int


def agencies_matching(
    session: Session,
    text: str,
    *,
    kind: str | None = None,
    province: str | None = None,
    limit: int = 20,
    offset: int = 0,
) -> AgencyPage:
    """By name, short name, slug or place; misspelt words only where nothing matches as typed.

    `province` is a Kemendagri code. An exact short name or slug comes first, then active before
    archived agencies, then whole words before beginnings and own words before the province's.
    """
    words = [word[:LONGEST_WORD] for word in words_of(text)[:MOST_WORDS]]
    if not words:
        return AgencyPage([], 0)
    within = [*_narrowed(kind, province)]
    literal = sa.and_(*map(_holds, words), *within)
    page = _page(session, literal, _ranks(words), limit=limit, offset=offset)
    if page.total or offset:
        return page
    likeness = [_likeness(word) for word in words]
    similar = sa.and_(*(one >= SIMILAR_ENOUGH for one in likeness), *within)
    return _page(session, similar, [_active_first(), -_sum(likeness)], limit=limit, offset=offset)


def agency_directory(
    session: Session,
    *,
    kind: str | None = None,
    province: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> AgencyPage:
    """Every agency but the archived ones, by kind and then by region or name."""
    listed = sa.and_(Agency.status != AgencyStatus.ARCHIVED, *_narrowed(kind, province))
    return _page(session, listed, [KIND_ORDER, Agency.region_code], limit=limit, offset=offset)


def agency_by_slug(session: Session, slug: str) -> Agency:
    found = session.scalar(sa.select(Agency).where(Agency.slug == slug))
    if found is None:
        raise NotFound
    return found


def provinces_with_counts(session: Session) -> list[ProvinceCount]:
    """All provinces by code, each with its agencies that are not archived."""
    counts = Counter[str | None]()
    for one in _counts(session):
        counts[one.province] += one.agencies
    return [ProvinceCount(code, name, counts[code]) for code, name in _provinces(session)]


def kinds_with_counts(session: Session) -> dict[str, int]:
    """All five kinds in their order, each with how many agencies are not archived."""
    counts = Counter[str]()
    for one in _counts(session):
        counts[one.kind] += one.agencies
    return {kind.value: counts[kind] for kind in AgencyKind}


def forget_register() -> None:
    """For who has just changed the register, in this process."""
    _counts.forget()
    _provinces.forget()
    forget_placed()


class _Count(NamedTuple):
    """Agencies of a kind in a province; None: of no region."""

    province: str | None
    kind: str
    agencies: int


def _read_counts(session: Session) -> tuple[_Count, ...]:
    province = sa.func.coalesce(Place.parent_code, Place.code)
    rows = session.execute(
        sa.select(province, Agency.kind, sa.func.count())
        .select_from(Agency)
        .outerjoin(Place, Agency.region_code == Place.code)
        .where(Agency.status != AgencyStatus.ARCHIVED)
        .group_by(province, Agency.kind)
    )
    return tuple(_Count(*row) for row in rows)


def _read_provinces(session: Session) -> tuple[tuple[str, str], ...]:
    rows = session.execute(
        sa.select(Region.code, Region.name)
        .where(Region.parent_code.is_(None))
        .order_by(Region.code)
    )
    return tuple((code, name) for code, name in rows)


_counts = Remembered(_read_counts)
_provinces = Remembered(_read_provinces)


def _page(
    session: Session,
    condition: sa.ColumnElement[bool],
    order: Iterable[sa.ColumnElement | InstrumentedAttribute],
    *,
    limit: int,
    offset: int,
) -> AgencyPage:
    """One statement; past the end the total is 0."""
    rows = session.execute(
        sa.select(
            Agency.slug,
            Agency.name,
            Agency.short_name,
            Agency.kind,
            Agency.status,
            _colour().label("colour"),
            sa.func.coalesce(Province.name, Place.name).label("province"),
            _successors().label("successors"),
            sa.func.count().over().label("total"),
        )
        .outerjoin(Place, Place.code == Agency.region_code)
        .outerjoin(Province, Province.code == Place.parent_code)
        .outerjoin(AgencyProfile, AgencyProfile.agency_id == Agency.id)
        .where(condition)
        .order_by(*order, Agency.name, Agency.slug)
        .limit(limit)
        .offset(offset)
    ).all()
    return AgencyPage([_line(row) for row in rows], rows[0].total if rows else 0)


def _line(row: sa.Row) -> AgencyLine:
    successors = tuple(Successor(*pair) for pair in row.successors or ())
    return AgencyLine(
        slug=row.slug,
        name=row.name,
        short_name=row.short_name,
        kind=row.kind,
        status=row.status,
        colour=row.colour,
        province=row.province,
        successors=successors,
    )


def _colour() -> sa.ColumnElement[str]:
    """The agency's own, where it has published one."""
    return sa.func.coalesce(AgencyProfile.shown["colour"].astext, Agency.colour)


def _successors() -> sa.ScalarSelect:
    successor = aliased(Agency)
    pair = sa.func.json_build_array(successor.slug, successor.short_name)
    return (
        sa.select(sa.func.json_agg(aggregate_order_by(pair, successor.name)))
        .join(AgencySuccession, AgencySuccession.successor_id == successor.id)
        .where(AgencySuccession.predecessor_id == Agency.id)
        .correlate(Agency)
        .scalar_subquery()
    )


def _narrowed(kind: str | None, province: str | None) -> Iterable[sa.ColumnElement[bool]]:
    if kind:
        yield Agency.kind == kind
    if province:
        yield sa.func.coalesce(Place.parent_code, Place.code) == province


def _holds(word: str) -> sa.ColumnElement[bool]:
    # Words are letters and digits only: nothing in them is a wildcard.
    inside = f"%{word}%" if len(word) >= SHORTEST_INSIDE else f"% {word}%"
    return Agency.search_text.like(inside)


def _ranks(words: list[str]) -> list[sa.ColumnElement | InstrumentedAttribute]:
    joined = "".join(words)
    named = [joined, *(joined + suffix for suffix in SUFFIXES.values())]
    short = sa.func.lower(Agency.short_name)
    exact = sa.or_(Agency.slug.in_(named), short == " ".join(words))
    own = sa.func.split_part(Agency.search_text, OWN_WORDS_END, 1)
    rank = sa.case(
        (_all(own, "% {} %", words), 0),
        (_all(Agency.search_text, "% {} %", words), 1),
        (_all(own, "% {}%", words), 2),
        else_=3,
    )
    return [sa.case((exact, 0), else_=1), _active_first(), rank, KIND_ORDER, Agency.region_code]


def _all(
    column: sa.ColumnElement | InstrumentedAttribute, pattern: str, words: list[str]
) -> sa.ColumnElement[bool]:
    return sa.and_(*(column.like(pattern.format(word)) for word in words))


def _active_first() -> sa.ColumnElement[int]:
    return sa.case((Agency.status == AgencyStatus.ARCHIVED, 1), else_=0)


def _likeness(word: str) -> sa.ColumnElement[float]:
    return sa.func.word_similarity(word, Agency.search_text)


def _sum(numbers: list[sa.ColumnElement[float]]) -> sa.ColumnElement[float]:
    total = numbers[0]
    for number in numbers[1:]:
        total = total + number
    return total
