"""XLSX and XLSM: values as they were last calculated; formulas, macros and links are never run."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from flask_babel import gettext as _

from sp4n.spreadsheets.limits import Limits, Watch
from sp4n.spreadsheets.refusals import Refusal, refused
from sp4n.spreadsheets.tables import Book, Merge, Sheet, Trouble, Value, place_of
from sp4n.spreadsheets.zipped import Attributes, Package, attribute

BOOK: Final = "xl/workbook.xml"
DATES: Final = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
PERCENTS: Final = {9, 10}
SAID: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
LAST_SERIAL: Final = 2_958_465  # 31 December 9999
# What says nothing but its place: a sheet may hold a million of them.
EMPTY_CELL: Final = re.compile(rb'<(?:\w+:)?c\s[^<>]*\br="[^<>]*/>')
EMPTY_ROW: Final = re.compile(rb'<(?:\w+:)?row\s[^<>]*\br="[^<>]*(?:/>|(?<!/)>\s*</(?:\w+:)?row>)')


@dataclass
class Styles:
    """By the number of a cell's style: "date", "percent" or ""."""

    kinds: list[str] = field(default_factory=list)

    def kind(self, number: str | None) -> str:
        place = int(number) if number and number.isdigit() else 0
        return self.kinds[place] if place < len(self.kinds) else ""


def read_xlsx(content: bytes, limits: Limits, watch: Watch) -> Book:
    package = Package(content, limits)
    if package.has("xl/workbook.bin"):
        raise refused(Refusal.BINARY)
    if not package.has(BOOK):
        raise refused(Refusal.NOT_ONE)
    sheets, since = _sheets(package, watch)
    if len(sheets) > limits.sheets:
        raise refused(Refusal.TOO_MUCH)
    strings, styles = _strings(package, watch), _styles(package, watch)
    for sheet, part in sheets:
        if package.has(part):
            SheetReader(sheet, strings, styles, since, watch).read(package, part)
    return Book([sheet for sheet, _part in sheets], _notes(package))


def _notes(package: Package) -> list[str]:
    notes = []
    if package.has("xl/vbaProject.bin"):
        notes.append(_("Berkas ini memuat makro. Makro tidak kami jalankan dan tidak kami simpan."))
    if package.any_in("xl/externallinks/"):
        notes.append(
            _(
                "Berkas ini merujuk berkas lain. Rujukan itu tidak dibuka; "
                "nilai terakhirnya dipakai."
            )
        )
    return notes


def _sheets(package: Package, watch: Watch) -> tuple[list[tuple[Sheet, str]], date]:
    """With the part that holds each; and the day that is nought."""
    targets: dict[str, str] = {}
    found: list[tuple[Sheet, str]] = []
    since = [date(1899, 12, 30)]

    def relation(tag: str, said: Attributes) -> None:
        if tag == "Relationship" and said.get("TargetMode") != "External":
            target = said.get("Target", "")
            whole = target.lstrip("/") if target[:1] == "/" else posixpath.join("xl", target)
            targets[said.get("Id", "")] = posixpath.normpath(whole)

    def start(tag: str, said: Attributes) -> None:
        if tag == "workbookPr" and said.get("date1904") in ("1", "true"):
            since[0] = date(1904, 1, 1)
        if tag == "sheet":
            hidden = said.get("state", "visible") != "visible"
            part = targets.get(attribute({k: v for k, v in said.items() if ":" in k}, "id"), "")
            found.append((Sheet(said.get("name", ""), hidden=hidden), part))

    package.parse("xl/_rels/workbook.xml.rels", watch, start=relation)
    package.parse(BOOK, watch, start=start)
    return found, since[0]


def _strings(package: Package, watch: Watch) -> list[str]:
    found: list[str] = []
    parts: list[str] = []
    inside = {"t": False, "rPh": False}

    def start(tag: str, _said: Attributes) -> None:
        if tag == "si":
            parts.clear()
        elif tag in inside:
            inside[tag] = True

    def end(tag: str) -> None:
        if tag == "si":
            found.append("".join(parts))
            watch.letters += len(found[-1])
            if watch.letters > watch.limits.letters:
                raise refused(Refusal.TOO_MUCH)
        elif tag in inside:
            inside[tag] = False

    def text(words: str) -> None:
        if inside["t"] and not inside["rPh"]:
            parts.append(words)

    if package.has("xl/sharedStrings.xml"):
        package.parse("xl/sharedStrings.xml", watch, start=start, end=end, text=text)
        watch.letters = 0
    return found


def _styles(package: Package, watch: Watch) -> Styles:
    styles, formats = Styles(), dict[str, str]()
    inside = [False]

    def start(tag: str, said: Attributes) -> None:
        if tag == "numFmt":
            formats[said.get("numFmtId", "")] = said.get("formatCode", "")
        elif tag == "cellXfs":
            inside[0] = True
        elif tag == "xf" and inside[0]:
            number = said.get("numFmtId", "0")
            styles.kinds.append(_kind_of_format(number, formats.get(number)))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside[0] = False

    if package.has("xl/styles.xml"):
        package.parse("xl/styles.xml", watch, start=start, end=end)
    return styles


def _kind_of_format(number: str, code: str | None) -> str:
    if code is None:
        built_in = int(number) if number.isdigit() else 0
        return "date" if built_in in DATES else "percent" if built_in in PERCENTS else ""
    bare = SAID.sub("", code.partition(";")[0]).lower()
    if "%" in bare:
        return "percent"
    return "date" if set(bare) & set("dy") or "mm" in bare else ""


def without_empty(piece: bytes) -> bytes:
    return EMPTY_ROW.sub(b"", EMPTY_CELL.sub(b"", piece))


@dataclass
class SheetReader:
    sheet: Sheet
    strings: list[str]
    styles: Styles
    since: date
    watch: Watch
    row: int = 0
    column: int = -1
    kind: str = ""
    style: str | None = None
    formula: bool = False
    has_value: bool = False
    taking: bool = False
    parts: list[str] = field(default_factory=list)

    def read(self, package: Package, part: str) -> None:
        package.parse(
            part,
            self.watch,
            start=self.start,
            end=self.end,
            text=self.text,
            sparing=without_empty,
        )
        self.sheet.fill_down(self.watch.limits.filled)

    def start(self, tag: str, said: Attributes) -> None:
        if tag == "c":
            place = place_of(said.get("r", ""))
            self.row, self.column = place or (self.row, self.column + 1)
            self.kind, self.style = said.get("t", "n"), said.get("s")
            self.formula = self.has_value = False
            self.parts.clear()
        elif tag in ("v", "t"):
            self.taking = True
            self.has_value = True
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            number = said.get("r", "")
            self.row = int(number) if number.isdigit() else self.row + 1
            self.column = -1
        elif tag == "mergeCell":
            self._merge(said.get("ref", ""))

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.taking = False
        elif tag == "c" and (self.has_value or self.formula):
            self._keep()

    def text(self, words: str) -> None:
        if self.taking:
            self.parts.append(words)

    def _keep(self) -> None:
        value = self._value("".join(self.parts))
        if value is None or (isinstance(value, str) and not value.strip()):
            return
        if not 0 <= self.column < self.watch.limits.columns:
            return
        cells = self.sheet.rows.get(self.row)
        if cells is None:
            self.watch.row()
            cells = self.sheet.rows[self.row] = {}
        self.watch.cell(value if isinstance(value, str) else "")
        cells[self.column] = value

    def _value(self, text: str) -> Value | None:
        if self.formula and not self.has_value:
            return Trouble("formula")
        if self.kind == "s":
            place = int(text) if text.strip().isdigit() else -1
            return self.strings[place] if 0 <= place < len(self.strings) else None
        if self.kind == "e":
            return Trouble("error", text)
        if self.kind == "b":
            return text.strip() == "1"
        if self.kind in ("str", "inlineStr", "d"):
            return text
        return self._number(text)

    def _number(self, text: str) -> Value | None:
        if not text.strip():
            return None
        number = float(text)
        kind = self.styles.kind(self.style)
        if kind == "percent":
            return f"{number * 100:.10g}%"
        if kind == "date" and 1 <= number <= LAST_SERIAL:
            return self.since + timedelta(days=int(number))
        return number

    def _merge(self, ref: str) -> None:
        first, _colon, last = ref.partition(":")
        begin, end = place_of(first), place_of(last)
        if begin and end and begin <= end and len(self.sheet.merges) < self.watch.limits.rows:
            self.sheet.merges.append(Merge(begin, end))
