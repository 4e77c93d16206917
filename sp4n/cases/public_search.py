"""Public cases of one agency or of all, by words, topic, agency, state and time.

Nothing but `public_case` is read. No plan reads all that is public: a list walks an index in its
order, one for each agency and topic that is asked for. Words are first looked for among those next
in order, which finds common ones at once; then the index on words, which knows what narrows them,
gives those of the next stretch of time, of a longer one, of all: the fewer there are of them, the
further it is looked. Words are sought to their ends; where none is found, as beginnings of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.models import PublicCase
from sp4n.cases.queries import LONGEST_BEGINNING
from sp4n.cases.references import parse_reference
from sp4n.cases.searching import (
    BEGINNING,
    MOST_WORDS,
    STRETCH,
    WORD,
    public_case_says,
    query_of,
    tagged,
    whole_words,
)
from sp4n.db import PLANNED_ANEW
from sp4n.web.paging import Cursor, Page

# Looked through for words, those next in order, before the index on words is asked.
WALKED: Final = 150
# Stretches of thirty days that the index on words is asked for, one after the other.
REACHES: Final = (1, 8, None)
# Whose titles say what words there are, for one that was mistyped.
TITLES: Final = 2_000
LEAST_TITLES: Final = 100  # of each, where many agencies are asked
SHORTEST_MISTYPED: Final = 4
ALIKE: Final = 0.3

_one = PublicCase.__table__.c
_SHOWN: Final = (
    _one.agency_id,
    _one.id,
    _one.reference,
    _one.title,
    sa.func.left(_one.body, LONGEST_BEGINNING).label("body"),
    _one.state,
    _one.category_id,
    _one.own_topic,
    _one.filed_at,
    _one.updated_at,
)


class PublicFound(NamedTuple):
    """A published case in a list; `body`: the beginning of its words."""

    agency_id: int
    id: int
    reference: str
    title: str
    body: str
    state: str
    category_id: int | None
    own_topic: int | None
    filed_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Asked:
    """What is asked of public cases; nothing set asks for all of them, the newest first.

    `text`: a reference, or words. `agencies`, `topics`: ids, None for any; `own_topic`: the number
    of an agency's own. `but_not`: agencies that are shut. `since`: filed then or later.
    """

    text: str = ""
    agencies: tuple[int, ...] | None = None
    but_not: tuple[int, ...] = ()
    topics: tuple[int, ...] | None = None
    own_topic: int | None = None
    state: str | None = None
    since: datetime | None = None
    oldest_first: bool = False
    after: Cursor | None = None

    @property
    def lanes(self) -> int:
        """How many stretches of an index the list is made of."""
        agencies = 1 if self.agencies is None else len(self.agencies)
        return agencies * (1 if self.topics is None else len(self.topics))


@dataclass(frozen=True)
class Found:
    """`instead`: other words than those asked for, where only those are found."""

    page: Page[PublicFound]
    instead: str = ""


def search_public(session: Session, asked: Asked, *, limit: int) -> Found:
    """What is asked for or, where no case has its words, has words that are spelt alike."""
    page = page_of(session, asked, limit)
    if page.rows or not asked.text or asked.after is not None or parse_reference(asked.text):
        return Found(page)
    instead = spelt_alike(session, asked)
    if not instead:
        return Found(page)
    other = page_of(session, replace(asked, text=instead), limit)
    return Found(other, instead) if other.rows else Found(page)


def page_of(session: Session, asked: Asked, limit: int) -> Page[PublicFound]:
    rows = _rows(session, asked, limit + 1)
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(shown, Cursor(shown[-1].filed_at, shown[-1].id) if more else None)


def _rows(session: Session, asked: Asked, most: int) -> list[PublicFound]:
    reference = parse_reference(asked.text)
    if asked.lanes == 0:
        return []
    if reference is not None:
        named = (_one.reference == reference, *_within(asked))
        return _read(session, _in_order(sa.select(*_SHOWN).where(*named), _one, asked, most))
    if not asked.text:
        return _read(session, _lanes(asked, most))
    whole, begun = whole_words(asked.text), query_of(asked.text, BEGINNING)
    if whole is None or begun is None:
        return []
    return _saying(session, asked, whole, most) or _saying(session, asked, begun, most)


def _saying(session: Session, asked: Asked, query: str, most: int) -> list[PublicFound]:
    if asked.lanes == 1 and asked.state is None:
        rows = _read(session, _next_saying(asked, query, most))
        if len(rows) == most:
            return rows
    begin = _begin(session, asked)
    for reach in REACHES if begin is not None else ():
        rows = _read(session, _all_saying(asked, query, most, _stretches(asked, begin, reach)))
        if len(rows) == most or reach is None:
            return rows
    return []


def _begin(session: Session, asked: Asked) -> datetime | None:
    """Where the list begins; None where there is nothing public."""
    if asked.after is not None:
        return asked.after.at
    if asked.oldest_first and asked.since is not None:
        return asked.since
    if asked.oldest_first:
        first: datetime | None = session.scalar(sa.select(sa.func.min(_one.filed_at)))
        return first
    return clock.now()


def _stretches(asked: Asked, begin: datetime | None, reach: int | None) -> list[str] | None:
    if begin is None or reach is None:
        return None
    first = int(begin.timestamp() // STRETCH)
    numbers = range(first, first + reach) if asked.oldest_first else range(first, first - reach, -1)
    return [f"d{number}" for number in numbers]


def _lanes(asked: Asked, most: int) -> sa.Select[Any]:
    """In order, along one index; several agencies or topics give their first ones each."""
    lanes, where = [], []
    if asked.lanes == 1:
        where = _within(asked)
    else:
        for column, ids in ((_one.agency_id, asked.agencies), (_one.category_id, asked.topics)):
            if ids is not None:
                lane = _each(ids, f"of_{column.name}")
                lanes.append(lane)
                where.append(column == lane.c.id)
        if asked.but_not and asked.agencies is None:
            where.append(_one.agency_id != sa.func.all(_array(asked.but_not)))
    where += [*_narrowed(asked, _one), *_beyond(asked, _one)]
    wanted = sa.select(*_SHOWN).where(*where)
    if not lanes:
        return _in_order(wanted, _one, asked, most)
    inner = _in_order(wanted.correlate(*lanes), _one, asked, most).lateral("lane")
    source: sa.FromClause = lanes[0]
    for other in (*lanes[1:], inner):
        source = source.join(other, sa.true())
    return _in_order(sa.select(*inner.c).select_from(source), inner.c, asked, most)


def _next_saying(asked: Asked, query: str, most: int) -> sa.Select[Any]:
    """Of those next in order. Only what an index is in order of narrows them."""
    bounds = [*_within(asked), *_since(asked, _one), *_beyond(asked, _one)]
    near = _in_order(sa.select(sa.literal_column("public_case.*")), _one, asked, WALKED)
    walked = near.select_from(PublicCase.__table__).where(*bounds).subquery("near")
    names = PublicFound._fields
    column: dict[str, Any] = {name: sa.literal_column(f"near.{name}") for name in names}
    shown = list(column.values())
    words = public_case_says(query, "near")
    wanted = sa.select(*shown).select_from(walked).where(words)
    return wanted.order_by(*_order((column["filed_at"], column["id"]), asked)).limit(most)


def _all_saying(asked: Asked, query: str, most: int, stretches: list[str] | None) -> sa.Select[Any]:
    """Looked up by words and tags; then narrowed further and put in order. Whatever else narrows
    them stays out of `said`, or its index could be taken instead."""
    keys = sa.select(_one.agency_id, _one.id, _one.filed_at, _one.own_topic)
    said = keys.where(public_case_says(query), *_tagged(asked, stretches)).cte("said")
    said = said.prefix_with("MATERIALIZED")
    where = [*_since(asked, said.c), *_beyond(asked, said.c)]
    if asked.own_topic is not None:
        where.append(said.c.own_topic == asked.own_topic)
    if asked.but_not:
        where.append(said.c.agency_id != sa.func.all(_array(asked.but_not)))
    found: sa.Select[Any] = sa.select(said.c.agency_id, said.c.id).where(*where)
    first = _in_order(found, said.c, asked, most).subquery()
    same = sa.and_(_one.agency_id == first.c.agency_id, _one.id == first.c.id)
    wanted = sa.select(*_SHOWN).select_from(first.join(PublicCase.__table__, same))
    return _in_order(wanted, _one, asked, most)


def _tagged(asked: Asked, stretches: list[str] | None) -> list[sa.ColumnElement[bool]]:
    """One of each sort, as the index on words has them."""
    wanted = (
        asked.agencies and [f"a{one}" for one in asked.agencies],
        asked.topics and [f"t{one}" for one in asked.topics],
        asked.state and [f"s{asked.state}"],
        stretches,
    )
    return [tagged(some) for some in wanted if some]


def _within(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found = [
        column == ids[0] if len(ids) == 1 else column == sa.func.any(_array(ids))
        for column, ids in ((_one.agency_id, asked.agencies), (_one.category_id, asked.topics))
        if ids is not None
    ]
    if asked.own_topic is not None:
        found.append(_one.own_topic == asked.own_topic)
    if asked.but_not:
        found.append(_one.agency_id != sa.func.all(_array(asked.but_not)))
    return found


def _narrowed(asked: Asked, columns: Any) -> list[sa.ColumnElement[bool]]:
    found = _since(asked, columns)
    if asked.state is not None:
        found.append(columns.state == asked.state)
    return found


def _since(asked: Asked, columns: Any) -> list[sa.ColumnElement[bool]]:
    return [] if asked.since is None else [columns.filed_at >= asked.since]


def _beyond(asked: Asked, columns: Any) -> list[sa.ColumnElement[bool]]:
    if asked.after is None:
        return []
    place, last = sa.tuple_(columns.filed_at, columns.id), (asked.after.at, asked.after.id)
    return [place > last if asked.oldest_first else place < last]


def _in_order(wanted: sa.Select[Any], columns: Any, asked: Asked, most: int) -> sa.Select[Any]:
    return wanted.order_by(*_order((columns.filed_at, columns.id), asked)).limit(most)


def _order(by: Sequence[Any], asked: Asked) -> list[sa.ColumnElement[Any]]:
    return [one.asc() if asked.oldest_first else one.desc() for one in by]


def _each(ids: Sequence[int], name: str) -> sa.TableValuedAlias:
    return sa.func.unnest(_array(ids)).table_valued("id", name=name).render_derived()


def _array(ids: Sequence[int]) -> sa.Cast[Any]:
    return sa.cast(list(ids), ARRAY(sa.BigInteger))


def _read(session: Session, wanted: sa.Select[Any]) -> list[PublicFound]:
    found = session.connection().execute(wanted.execution_options(**PLANNED_ANEW))
    return [PublicFound(*row) for row in found.all()]


def spelt_alike(session: Session, asked: Asked) -> str:
    """The text with each word that no title begins with replaced by the one most like it; "" where
    there is none to replace. The words are those of the newest titles."""
    typed = [word.lower() for word in WORD.findall(asked.text)[:MOST_WORDS]]
    doubtful = [one for one in typed if len(one) >= SHORTEST_MISTYPED and one.isalpha()]
    if not doubtful:
        return ""
    values: dict[str, Any] = {"typed": doubtful, "most": TITLES, "alike": ALIKE}
    values["short"], newest = SHORTEST_MISTYPED, _NEWEST.format(source="public_case")
    if asked.agencies:
        each = max(TITLES // len(asked.agencies), LEAST_TITLES)
        values |= {"each": each, **{f"a{n}": one for n, one in enumerate(asked.agencies)}}
        lanes = " UNION ALL ".join(_LANE.format(n) for n in range(len(asked.agencies)))
        newest = _NEWEST.format(source=f"({lanes}) AS lanes")
    wanted = sa.text(_ALIKE.format(newest=newest)).execution_options(**PLANNED_ANEW)
    rows = session.connection().execute(wanted, values)
    better = {row.typed: row.word for row in rows}
    corrected = [better.get(one, one) for one in typed]
    return " ".join(corrected) if corrected != typed else ""


_NEWEST: Final = "SELECT title FROM {source} ORDER BY filed_at DESC, id DESC LIMIT :most"
# Each agency's along its own index: those of a small province may be far down among all. One by
# one, not LATERAL: how many an agency has decides how they are best found.
_LANE: Final = """(
    SELECT title, filed_at, id FROM public_case WHERE agency_id = :a{}
    ORDER BY filed_at DESC, id DESC LIMIT :each
)"""
_ALIKE: Final = """
WITH newest AS (
    {newest}
), known AS MATERIALIZED (
    SELECT word, count(*) AS often
    FROM newest, regexp_split_to_table(lower(title), '[^[:alpha:]]+') AS word
    WHERE length(word) >= :short GROUP BY word
)
SELECT DISTINCT ON (typed) typed, word
FROM unnest(CAST(:typed AS text[])) AS typed JOIN known ON similarity(word, typed) >= :alike
ORDER BY typed, word LIKE typed || '%' DESC, similarity(word, typed) DESC, often DESC
"""


def public_of_provinces(session: Session) -> tuple[tuple[str, int], ...]:
    """Province code ("" for central agencies) -> public cases of agencies that are open."""
    rows = session.connection().execute(sa.text(_OF_PROVINCES))
    return tuple((row.province, row.cases) for row in rows)


_OF_PROVINCES: Final = """
SELECT coalesce(r.parent_code, r.code, '') AS province, sum(p.cases)::bigint AS cases
FROM (SELECT agency_id, count(*) AS cases FROM public_case GROUP BY agency_id) p
JOIN agency a ON a.id = p.agency_id AND a.status = 'active'
LEFT JOIN region r ON r.code = a.region_code
GROUP BY 1
"""
