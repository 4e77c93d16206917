"""ODS: LibreOffice's own kind. Repeated cells and rows are counted, not made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sp4n.spreadsheets.limits import Limits, Watch
from sp4n.spreadsheets.refusals import Refusal, refused
from sp4n.spreadsheets.tables import Book, Merge, Sheet, Trouble, Value
from sp4n.spreadsheets.zipped import Attributes, Package, attribute

CONTENT: Final = "content.xml"
CELLS: Final = ("table-cell", "covered-table-cell")


def read_ods(content: bytes, limits: Limits, watch: Watch) -> Book:
    package = Package(content, limits)
    if b"encryption-data" in package.text("META-INF/manifest.xml"):
        raise refused(Refusal.PASSWORD)
    reader = ContentReader(watch)
    package.parse(CONTENT, watch, start=reader.start, end=reader.end, text=reader.text)
    for sheet in reader.sheets:
        sheet.fill_down(limits.filled)
    return Book(reader.sheets)


@dataclass
class ContentReader:
    watch: Watch
    sheets: list[Sheet] = field(default_factory=list)
    row: int = 0
    column: int = 0
    rows_repeated: int = 1
    cells: dict[int, Value] = field(default_factory=dict)
    said: Attributes = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    paragraphs: int = 0
    depth: int = 0
    notes: int = 0

    def start(self, tag: str, said: Attributes) -> None:
        if tag == "table":
            if len(self.sheets) >= self.watch.limits.sheets:
                raise refused(Refusal.TOO_MUCH)
            self.sheets.append(Sheet(attribute(said, "name")))
            self.row = 1
        elif tag == "table-row":
            self.column, self.cells = 0, {}
            self.rows_repeated = repeated(said, "number-rows-repeated")
        elif tag in CELLS:
            self.said, self.paragraphs = said, 0
            self.parts.clear()
        elif tag == "annotation":
            self.notes += 1
        elif tag == "p" and not self.notes:
            self.depth += 1
            self.paragraphs += 1
            if self.paragraphs > 1:
                self.parts.append("\n")
        elif tag == "s" and self.depth:
            self.parts.append(" ")

    def end(self, tag: str) -> None:
        if tag == "annotation":
            self.notes -= 1
        elif tag == "p" and not self.notes:
            self.depth -= 1
        elif tag in CELLS and self.sheets:
            self._cell()
        elif tag == "table-row" and self.sheets:
            self._row()

    def text(self, words: str) -> None:
        if self.depth and not self.notes:
            self.parts.append(words)

    def _cell(self) -> None:
        times = repeated(self.said, "number-columns-repeated")
        value = self._value()
        most = self.watch.limits.columns
        if value is not None:
            for column in range(self.column, min(self.column + times, most)):
                self.cells[column] = value
            down = repeated(self.said, "number-rows-spanned")
            over = repeated(self.said, "number-columns-spanned")
            if (down > 1 or over > 1) and len(self.sheets[-1].merges) < self.watch.limits.rows:
                last = (self.row + down - 1, self.column + over - 1)
                self.sheets[-1].merges.append(Merge((self.row, self.column), last))
        self.column = min(self.column + times, 2**20)

    def _row(self) -> None:
        """A row that says something and is repeated is one of many: each is counted."""
        if self.cells:
            for number in range(self.row, self.row + self.rows_repeated):
                self.watch.row()
                for value in self.cells.values():
                    self.watch.cell(value if isinstance(value, str) else "")
                self.sheets[-1].rows[number] = dict(self.cells)
        self.row += self.rows_repeated

    def _value(self) -> Value | None:
        said, text = self.said, "".join(self.parts).strip()
        kind = attribute(said, "value-type")
        formula = attribute(said, "formula")
        if text.startswith("#") and formula:
            return Trouble("error", text)
        if formula and not kind and not text:
            return Trouble("formula")
        if kind in ("float", "currency"):
            return float(attribute(said, "value") or "0")
        if kind == "percentage":
            return f"{float(attribute(said, 'value') or '0') * 100:.10g}%"
        if kind == "date":
            return _day(attribute(said, "date-value")) or text or None
        if kind == "boolean":
            return attribute(said, "boolean-value") == "true"
        return text or None


def repeated(said: Attributes, name: str) -> int:
    text = attribute(said, name)
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 8 else 1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
