"""A spreadsheet as we know it: sheets of rows of values, each with its address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

LETTERS: Final = 26


@dataclass(frozen=True)
class Trouble:
    """A cell without a value of its own. kind: "formula" (never calculated), "error" (#REF!)."""

    kind: str
    text: str = ""


Value = str | int | float | bool | date | Trouble
# Row from 1, column from 0.
Place = tuple[int, int]


@dataclass(frozen=True)
class Merge:
    first: Place
    last: Place

    def holds(self, row: int, column: int) -> bool:
        return self.first[0] <= row <= self.last[0] and self.first[1] <= column <= self.last[1]


@dataclass
class Sheet:
    """`rows`: only those that say something, and of them only such cells."""

    name: str
    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False

    def value(self, row: int, column: int) -> Value | None:
        return self.rows.get(row, {}).get(column)

    def across(self, row: int, column: int) -> Value | None:
        """As it is seen: of a cell that is merged with others, what stands in the first."""
        found = self.value(row, column)
        if found is None:
            for one in self.merges:
                if one.holds(row, column):
                    return self.value(*one.first)
        return found

    def fill_down(self, most: int) -> None:
        """What is merged over several rows is said in each of them; `most`: cells in all."""
        last = max(self.rows, default=0)
        for one in self.merges:
            value = self.value(*one.first)
            if value is None:
                continue
            for row in range(one.first[0] + 1, min(one.last[0], last) + 1):
                if most <= 0:
                    return
                if row in self.rows:
                    self.rows[row].setdefault(one.first[1], value)
                    most -= 1


@dataclass
class Book:
    """`notes`: what of the file was left aside, in words."""

    sheets: list[Sheet]
    notes: list[str] = field(default_factory=list)


def column_name(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, LETTERS)
        name = chr(ord("A") + rest) + name
    return name


def address(row: int, column: int) -> str:
    """ "C14", as spreadsheets say it."""
    return f"{column_name(column)}{row}"


def place_of(text: str) -> Place | None:
    """Of "C14"; None for what is no address."""
    letters = text.rstrip("0123456789")
    digits = text[len(letters) :]
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3 or not digits:
        return None
    if len(digits) > 7 or not int(digits):
        return None
    column = 0
    for letter in letters.upper():
        column = column * LETTERS + ord(letter) - ord("A") + 1
    return int(digits), column - 1


def words_of(value: Value | None) -> str:
    """A value as one would type it: whole numbers without a point, days as the house has them."""
    if value is None or isinstance(value, Trouble):
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
