"""Cases by words of their text: each word that was typed begins a word of the title or the body.

Words are compared by their Indonesian stems ("perbaikan" finds "diperbaiki"). The indexes on them
know how common each word is, so the planner takes them for rare words and walks the list, newest
first, for common ones; an index on trigrams, tried first, knew that of neither.

Under row level security the index on `case_record` cannot be used: matching a text is an operator
that could tell of rows behind the wall. So a function of the owner's, `cases_saying`, looks them
up, inside the scope's agency only, and gives nothing but ids.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from sp4n.web.paging import Cursor

MOST_WORDS: Final = 8
BEGINNING: Final = 3  # letters: what begins with fewer is much of all that is kept
STRETCH: Final = 2_592_000  # seconds: thirty days
WORD: Final = re.compile(r"[^\W_]+")
# What narrows public cases, in the index on their words: agency, topic, state, and the stretch of
# time (counted from 1970) that they were filed in.
_SECONDS: Final = "extract(epoch FROM (filed_at AT TIME ZONE 'UTC'::text))"
TAGS: Final = (
    "(ARRAY['a'::text || agency_id::text, 't'::text || category_id::text, 's'::text || state, "
    f"'d'::text || floor({_SECONDS} / {STRETCH})::text])"
)


def words_sql(title: str, prose: str) -> str:
    """What the indexes hold. Without the marks that would make "Jl.Melati" one word, a host."""
    text = f"translate(({title} || ' '::text) || {prose}, './@_-:'::text, '      '::text)"
    return f"to_tsvector('indonesian'::regconfig, {text})"


def whole_words(text: str) -> str | None:
    """As `query_of`, but of words as they were typed, to their ends."""
    return " & ".join(WORD.findall(text)[:MOST_WORDS]) or None


def query_of(text: str, shortest: int = 1) -> str | None:
    """In the language of `to_tsquery`, as beginnings of words from so many letters on; None where
    there is no word in it."""
    words = WORD.findall(text)[:MOST_WORDS]
    return " & ".join(f"{word}:*" if len(word) >= shortest else word for word in words) or None


def public_case_says(query: str, table: str = "public_case") -> sa.ColumnElement[bool]:
    words: sa.ColumnElement[Any] = sa.literal_column(words_sql(f"{table}.title", f"{table}.body"))
    found: sa.ColumnElement[bool] = words.op("@@", return_type=sa.Boolean())(parsed(query))
    return found


def tagged(some: Collection[str]) -> sa.ColumnElement[bool]:
    """A public case with one of these, as `TAGS` writes them."""
    tags: sa.ColumnElement[Any] = sa.literal_column(TAGS)
    found: sa.ColumnElement[bool] = tags.op("&&", is_comparison=True)(
        sa.cast(list(some), ARRAY(sa.Text))
    )
    return found


@dataclass(frozen=True)
class Among:
    """Which cases are looked through: `units` and `open_only` are what an actor may see."""

    state: str | None
    unit_id: int | None
    units: Collection[int] | None
    open_only: bool
    due_before: datetime | None
    before: Cursor | None


def cases_saying(session: Session, query: str, among: Among, limit: int) -> list[int]:
    """Ids of this agency's cases, the newest first."""
    return list(session.scalars(ids_saying(query, among, limit)))


def ids_saying(query: str, among: Among, limit: int) -> sa.Select[Any]:
    before, units = among.before, among.units
    asked = sa.func.cases_saying(
        parsed(query),
        sa.cast(among.state, sa.Text),
        sa.cast(among.unit_id, sa.BigInteger),
        sa.cast(None if units is None else sorted(units), ARRAY(sa.BigInteger)),
        among.open_only,
        sa.cast(among.due_before, sa.DateTime(timezone=True)),
        sa.cast(before.at if before else None, sa.DateTime(timezone=True)),
        sa.cast(before.id if before else None, sa.BigInteger),
        sa.cast(limit, sa.BigInteger),
    )
    return sa.select(asked.column_valued())


def parsed(query: str) -> sa.ColumnElement[Any]:
    return sa.func.to_tsquery(sa.literal_column("'indonesian'::regconfig"), query)
