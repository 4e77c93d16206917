"""Where a table begins: the row (or two) with the names of its columns, moved or renamed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sp4n.spreadsheets.tables import Book, Sheet, words_of

LOOKED_AT: Final = 60  # rows that say something, of each sheet
# A name of a column, put plainly -> which it is; None for one that is not known.
Known = Callable[[str], str | None]


@dataclass(frozen=True)
class Heading:
    """Of one sheet: rows first to last are its heading, the table lies below. `columns`: column ->
    which it is; `names`: every column of it, as it is written."""

    sheet: Sheet
    first: int
    last: int
    columns: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def known(self) -> int:
        return len(set(self.columns.values()))


def plain(name: str) -> str:
    """Small, without marks, numbers of columns, and what stands in brackets."""
    text = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(one for one in text if not unicodedata.combining(one))
    text = re.sub(r"\([^)]*\)", " ", text)
    text = re.sub(r"[^a-z0-9]+", " ", text)
    return " ".join(text.split())


def find_heading(book: Book, known: Known, *, least: int) -> Heading | None:
    """The best of all sheets that are shown, then of hidden ones; None where none has `least`
    columns that are known."""
    for hidden in (False, True):
        sheets = [one for one in book.sheets if one.hidden == hidden]
        found = [one for one in (heading_of(sheet, known) for sheet in sheets) if one]
        good = [one for one in found if one.known >= least]
        if good:
            return max(good, key=lambda one: one.known)
    return None


def heading_of(sheet: Sheet, known: Known) -> Heading | None:
    """One row; or two, where names of groups stand above ("Target" over years)."""
    rows = sorted(sheet.rows)[:LOOKED_AT]
    width = 1 + max((max(cells) for cells in sheet.rows.values()), default=-1)
    best: Heading | None = None
    for number in rows:
        for last in (number, number + 1):
            if last not in sheet.rows:
                continue
            found = _read(sheet, number, last, width, known)
            if best is None or found.known > best.known:
                best = found
    return best


def _read(sheet: Sheet, first: int, last: int, width: int, known: Known) -> Heading:
    names, columns, taken = dict[int, str](), dict[int, str](), set[str]()
    for column in range(width):
        above = words_of(sheet.across(first, column))
        below = words_of(sheet.value(last, column)) if last > first else ""
        said = [above, below] if above != below else [above]
        name = " ".join(filter(None, said))
        if not name:
            continue
        names[column] = name[:120]
        which = known(plain(name)) or (known(plain(below or above)) if above and below else None)
        if which and which not in taken:
            columns[column] = which
            taken.add(which)
    return Heading(sheet, first, last, columns, names)
