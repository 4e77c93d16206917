"""Cases by words of their text: each word that was typed begins a word of the title or the body.

Words are compared by their Indonesian stems ("perbaikan" finds "diperbaiki"). The indexes on them
know how common each word is, so the planner takes them for rare words and walks the list, newest
first, for common ones; an index on trigrams, tried first, knew that of neither.

Under row level security the index on `case_record` cannot be used: matching a text is an operator
that could tell of rows behind the wall. So a function of the owner's, `cases_saying`, looks it up,
inside the scope's agency only, and gives nothing but ids.
"""

from __future__ import annotations

import re
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

MOST_WORDS: Final = 8
# More cases than this say it: then walking down the list finds a page of them soon.
MOST_FOUND: Final = 3_000
_WORD: Final = re.compile(r"[^\W_]+")


def words_sql(title: str, prose: str) -> str:
    """What the indexes hold. Without the marks that would make "Jl.Melati" one word, a host."""
    text = f"translate(({title} || ' '::text) || {prose}, './@_-:'::text, '      '::text)"
    return f"to_tsvector('indonesian'::regconfig, {text})"


def query_of(text: str) -> str | None:
    """In the language of `to_tsquery`; None where there is no word in it."""
    words = _WORD.findall(text)[:MOST_WORDS]
    return " & ".join(f"{word}:*" for word in words) or None


def says(title: str, prose: str, query: str) -> sa.ColumnElement[bool]:
    """`title`, `prose`: names of columns, with their table's."""
    found: sa.ColumnElement[bool] = sa.literal_column(words_sql(title, prose)).op(
        "@@", return_type=sa.Boolean()
    )(_parsed(query))
    return found


def cases_saying(session: Session, query: str) -> list[int] | None:
    """Ids of this agency's cases; None where there are more than MOST_FOUND."""
    asked = sa.func.cases_saying(_parsed(query), MOST_FOUND + 1).column_valued()
    found = list(session.scalars(sa.select(asked)))
    return found if len(found) <= MOST_FOUND else None


def _parsed(query: str) -> sa.ColumnElement[Any]:
    return sa.func.to_tsquery(sa.literal_column("'indonesian'::regconfig"), query)
