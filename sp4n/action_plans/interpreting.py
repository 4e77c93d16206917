"""Lines of a plan out of somebody's table, and everything that is to be mended at its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from flask_babel import gettext as _

from sp4n.action_plans.checking import faults_of
from sp4n.action_plans.columns import CASCADE, column_of
from sp4n.action_plans.lines import Line
from sp4n.action_plans.states import Level
from sp4n.settings.road_maps import RoadMapFacts
from sp4n.spreadsheets.headings import Heading, plain
from sp4n.spreadsheets.tables import Value, address, words_of
from sp4n.spreadsheets.values import Unclear, quarters_of, rupiah_of, text_of

SUMS: Final = re.compile(r"(?:sub ?)?(?:jumlah|total)\b.*")
LEVELS: Final = {
    "sasaran": "sasaran",
    "objective": "sasaran",
    "program": "program",
    "programme": "program",
    "kegiatan": "kegiatan",
    "aksi": "kegiatan",
    "activity": "kegiatan",
}
TEXTS: Final = (
    "indicator",
    "unit_of_measure",
    "baseline",
    "responsible",
    "supporting",
    "budget_source",
    "evidence",
)
MOST_HINTS: Final = 50


@dataclass(frozen=True)
class CellFault:
    """`column` None: of no cell, as the table has no column for it."""

    sheet: str
    row: int
    column: int | None
    words: str
    said: str = ""

    @property
    def cell(self) -> str:
        return address(self.row, self.column) if self.column is not None else ""


@dataclass
class Reading:
    """`rows`: of the table, by their number, as they are after mending."""

    lines: list[Line] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    rows: dict[int, Mapping[int, Value]] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)


def read_lines(
    heading: Heading,
    columns: Mapping[int, str],
    mended: Mapping[tuple[int, int], str],
    road_map: RoadMapFacts,
    years: Sequence[int],
) -> Reading:
    """`columns`: as people have it, which may be other than what was found."""
    return Interpreter(heading, columns, mended, road_map, years).read()


class Interpreter:
    def __init__(
        self,
        heading: Heading,
        columns: Mapping[int, str],
        mended: Mapping[tuple[int, int], str],
        road_map: RoadMapFacts,
        years: Sequence[int],
    ) -> None:
        self.heading, self.mended = heading, mended
        self.columns, self.road_map = columns, road_map
        self.places = {one: column for column, one in columns.items()}
        self.years = [str(year) for year in years]
        self.sections = {plain(one.name): one.key for one in road_map.sections}
        self.sections |= {plain(one.key): one.key for one in road_map.sections}
        self.objectives = {plain(o.code): o.code for o in road_map.objectives}
        self.objectives |= {plain(one.name): one.code for one in road_map.objectives}
        self.reading = Reading()
        self.origins: list[int] = []
        self.hints = 0
        self.above: dict[str, Line] = {}
        self.counted: dict[str, int] = {}

    def read(self) -> Reading:
        by_columns = "name" not in self.places and "level" not in self.places
        for row in sorted(self.heading.sheet.rows):
            if row > self.heading.last:
                cells = self._cells(row)
                if self._says_something(row, cells):
                    self.reading.rows[row] = cells
                    (self._cascade if by_columns else self._one)(row, cells)
        own = {(fault.row, fault.column) for fault in self.reading.faults}
        for fault in faults_of(self.reading.lines, self.road_map):
            row, column = self.origins[fault.place], self._column_of(fault.place, fault.name)
            if (row, column) not in own:
                self._fault(row, column, fault.words)
        self.reading.faults.sort(
            key=lambda one: (one.row, -1 if one.column is None else one.column)
        )
        return self.reading

    def _cells(self, row: int) -> dict[int, Value]:
        cells = dict(self.heading.sheet.rows[row])
        for column in self.heading.names:
            if (row, column) in self.mended:
                cells[column] = self.mended[(row, column)]
        return cells

    def _says_something(self, row: int, cells: Mapping[int, Value]) -> bool:
        """Not of empty rows, sums, and a row that numbers the columns."""
        said = [
            words_of(value) for column, value in sorted(cells.items()) if column in self.columns
        ]
        texts = [text for text in said if text]
        if not any(column in self.columns for column in cells):
            return False
        if row == self.heading.last + 1 and len(texts) > 2:
            numbers = [re.sub(r"\D", "", text) for text in texts]
            if all(n and len(t) <= 4 for n, t in zip(numbers, texts, strict=True)) and (
                [int(n) for n in numbers]
                == list(range(int(numbers[0]), int(numbers[0]) + len(texts)))
            ):
                return False
        names = [self.places[one] for one in ("name", *CASCADE, "code") if one in self.places]
        if any(SUMS.fullmatch(words_of(cells.get(one)).lower()) for one in names):
            self.reading.left_out.append(row)
            return False
        return True

    # -- a line each row -----------------------------------------------------------------------

    def _one(self, row: int, cells: Mapping[int, Value]) -> None:
        line = self._measures(row, cells)
        name = "name" if "name" in self.places else "kegiatan"
        line.code = self._text(row, cells, "code").rstrip(".")
        line.name = self._text(row, cells, name)
        line.parent_code = self._text(row, cells, "parent_code").rstrip(".")
        line.level = self._level(row, cells, line.code)
        if "code" not in self.places:
            line.code, line.parent_code = self._counted(line.level)
        elif "parent_code" not in self.places and line.level != Level.OBJECTIVE:
            line.parent_code = line.code.rpartition(".")[0]
        self._add(row, line)

    def _level(self, row: int, cells: Mapping[int, Value], code: str) -> str:
        said = self._text(row, cells, "level")
        if said:
            found = LEVELS.get(plain(said), "")
            if not found:
                words = _(
                    "“%(text)s” bukan tingkat. Tulis sasaran, program, atau kegiatan.",
                    text=said[:40],
                )
                self._fault(row, self.places["level"], words)
            return found
        if "level" in self.places or not code:
            return "" if "level" in self.places else Level.ACTIVITY
        depth = min(code.count("."), 2)
        return list(Level)[depth]

    def _counted(self, level: str) -> tuple[str, str]:
        """Of a table without codes: by the order of its rows."""
        if level == Level.OBJECTIVE:
            above = ""
        elif level == Level.PROGRAMME:
            above = self.above[Level.OBJECTIVE].code if Level.OBJECTIVE in self.above else ""
        else:
            above = self.above[Level.PROGRAMME].code if Level.PROGRAMME in self.above else ""
        self.counted[above] = self.counted.get(above, 0) + 1
        number = str(self.counted[above])
        return (f"{above}.{number}" if above else number), above

    # -- the cascade in columns ----------------------------------------------------------------

    def _cascade(self, row: int, cells: Mapping[int, Value]) -> None:
        """What is not said again is as in the row before; a line for each that is new."""
        measures = self._measures(row, cells)
        said = {level: self._text(row, cells, level) for level in CASCADE}
        fresh = [level for level in CASCADE if self._is_new(level, said[level])]
        lowest = fresh[-1] if fresh else None
        for level in fresh:
            line = measures if level == lowest else Line()
            line.level, line.name = level, said[level]
            line.code, line.parent_code = self._counted(level)
            self.above[level] = line
            for below in CASCADE[CASCADE.index(level) + 1 :]:
                self.above.pop(below, None)
            self._add(row, line)
        if lowest is None:
            words = _("Baris ini tidak menyebut kegiatan. Tulis kegiatannya.")
            self._fault(row, self.places.get("kegiatan"), words)

    def _is_new(self, level: str, text: str) -> bool:
        """An activity always is; what is merged over several rows, or said again, is not."""
        if not text:
            return False
        before = self.above.get(level)
        return level == Level.ACTIVITY or before is None or before.name != text

    # -- cells ---------------------------------------------------------------------------------

    def _measures(self, row: int, cells: Mapping[int, Value]) -> Line:
        line = Line()
        for name in TEXTS:
            setattr(line, name, self._text(row, cells, name))
        line.section = self._chosen(row, cells, "section", self.sections)
        line.objective = self._chosen(row, cells, "objective", self.objectives)
        for year in self.years:
            text = self._text(row, cells, f"target:{year}") or self._text(row, cells, "target")
            if text:
                line.targets[year] = text
        line.budget = self._read(row, cells, "budget", rupiah_of)
        quarters = self._read(row, cells, "quarters", quarters_of)
        line.quarters = "".join(map(str, quarters or ()))
        return line

    def _text(self, row: int, cells: Mapping[int, Value], name: str) -> str:
        return self._read(row, cells, name, text_of) or ""

    def _read(self, row: int, cells: Mapping[int, Value], name: str, parse: Any) -> Any:
        column = self.places.get(name)
        if column is None or column not in cells:
            return None
        try:
            return parse(cells[column])
        except Unclear as unclear:
            self._fault(row, column, unclear.words)
            return None

    def _chosen(
        self, row: int, cells: Mapping[int, Value], name: str, known: Mapping[str, str]
    ) -> str:
        text = self._text(row, cells, name)
        wanted = plain(text)
        bare = re.sub(r"^(?:[a-g]|\d)[.)]?\s+", "", wanted)
        if not text or text == "-":
            return ""
        found = known.get(wanted) or known.get(bare)
        if found is None and name == "objective":
            found = known.get(plain(text.partition(":")[0]))
        if found is None:
            self._fault(row, self.places[name], self._not_there(text, bare, known))
        return found or ""

    def _not_there(self, text: str, bare: str, known: Mapping[str, str]) -> str:
        near: list[str] = []
        if self.hints < MOST_HINTS:
            self.hints += 1
            near = get_close_matches(bare, known, n=1, cutoff=0.5)
        if near:
            named = {one.key: one.name for one in self.road_map.sections}
            meant = named.get(known[near[0]], known[near[0]])
            return _(
                "“%(text)s” tidak ada di daftar. Maksud Anda “%(meant)s”?",
                text=text[:60],
                meant=meant,
            )
        return _("“%(text)s” tidak ada di daftar. Pilih dari daftar di templat.", text=text[:60])

    def _add(self, row: int, line: Line) -> None:
        self.above[line.level] = line
        self.reading.lines.append(line)
        self.origins.append(row)

    def _column_of(self, place: int, name: str) -> int | None:
        level = self.reading.lines[place].level
        if name == "name" and "name" not in self.places:
            return self.places.get(level)
        return column_of(self.columns, name)

    def _fault(self, row: int, column: int | None, words: str) -> None:
        cells = self.heading.sheet.rows.get(row, {})
        said = "" if column is None else self.mended.get((row, column), words_of(cells.get(column)))
        if not any(
            (f.row, f.column, f.words) == (row, column, words) for f in self.reading.faults[-3:]
        ):
            self.reading.faults.append(CellFault(self.heading.sheet.name, row, column, words, said))
