"""Workbooks that people fill in: with a heading, lists to choose from, cells that are shut, and
remarks at the cells that are to be mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from sp4n.spreadsheets.tables import Place
from sp4n.web.spreadsheets import harmless

LONGEST: Final = 32_767  # what a cell can hold
LONGEST_REMARK: Final = 1000
MOST_REMARKS: Final = 5000


@dataclass(frozen=True)
class Column:
    """`choices`: a list to choose from, in a sheet of its own. `remark`: what is to be typed."""

    name: str
    width: int = 18
    remark: str = ""
    choices: Sequence[str] = ()
    strict: bool = True


@dataclass(frozen=True)
class Written:
    """`faults`: (row of `rows`, column) -> what is wrong. `room`: rows that can be filled in."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]] = ()
    faults: Mapping[Place, str] = field(default_factory=dict)
    room: int = 0
    guide: Sequence[str] = ()
    guide_title: str = "Petunjuk"
    lists_title: str = "Daftar"
    protected: bool = False


LINE: Final = 15.0  # points
HIGHEST: Final = 409.0  # what a row can be
A4: Final = 9  # as the format numbers kinds of paper
FIRST: Final = 1  # row of the first line, below the heading


def write_book(wanted: Written) -> bytes:
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, {**options, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet(wanted.title[:31])
        formats = _formats(book)
        _heading(sheet, wanted, formats)
        _lines(sheet, wanted, formats)
        _for_paper(sheet)
        _lists(book, sheet, wanted)
        if wanted.guide:
            _guide(book, wanted, formats)
        if wanted.protected:
            allowed = ("format_columns", "format_rows", "insert_rows", "delete_rows", "sort")
            sheet.protect("", dict.fromkeys((*allowed, "autofilter"), True))
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    grid = {"border": 1, "border_color": "#b8c0c4", "valign": "top", "text_wrap": True}
    return {
        "head": book.add_format({**grid, "bold": True, "bg_color": "#e3eef0", "locked": True}),
        "cell": book.add_format({**grid, "locked": False}),
        "fault": book.add_format({**grid, "locked": False, "bg_color": "#fde2df"}),
        "guide": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _heading(sheet: Any, wanted: Written, formats: Mapping[str, Any]) -> None:
    for place, column in enumerate(wanted.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.name[:LONGEST], formats["head"])
        if column.remark:
            sheet.write_comment(0, place, column.remark[:LONGEST_REMARK])
    sheet.set_row(0, _height(wanted, [column.name for column in wanted.columns]))
    sheet.freeze_panes(1, min(2, len(wanted.columns)))


def _lines(sheet: Any, wanted: Written, formats: Mapping[str, Any]) -> None:
    width = len(wanted.columns)
    for number, cells in enumerate(wanted.rows):
        sheet.set_row(FIRST + number, _height(wanted, cells))
        for place in range(width):
            fault = (number, place) in wanted.faults
            value = cells[place] if place < len(cells) else None
            _write(sheet, FIRST + number, place, value, formats["fault" if fault else "cell"])
    for number in range(len(wanted.rows), wanted.room):
        for place in range(width):
            sheet.write_blank(FIRST + number, place, None, formats["cell"])
    for (number, place), words in list(wanted.faults.items())[:MOST_REMARKS]:
        sheet.write_comment(FIRST + number, place, words[:LONGEST_REMARK])


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    """Never a formula, never a link: text is text."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(row, column, value, look)
    else:
        sheet.write_string(row, column, str(harmless(value))[:LONGEST], look)


def _height(wanted: Written, cells: Sequence[Any]) -> float:
    """Points, for the longest cell of a row: not every program measures wrapped text itself."""
    lines = [
        sum(1 + len(part) // column.width for part in str(value or "").split("\n"))
        for column, value in zip(wanted.columns, cells, strict=False)
    ]
    return min(LINE * max(lines, default=1), HIGHEST)


def _for_paper(sheet: Any) -> None:
    """All columns on one page's width, the heading on each page."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _lists(book: Any, sheet: Any, wanted: Written) -> None:
    listed = [(place, one) for place, one in enumerate(wanted.columns) if one.choices]
    if not listed:
        return
    lists = book.add_worksheet(wanted.lists_title[:31])
    last = FIRST + max(len(wanted.rows), wanted.room, 1) - 1
    for number, (place, column) in enumerate(listed):
        lists.write_string(0, number, column.name)
        for row, words in enumerate(column.choices, 1):
            lists.write_string(row, number, words)
        letter = chr(ord("A") + number)
        source = f"='{wanted.lists_title[:31]}'!${letter}$2:${letter}${len(column.choices) + 1}"
        kind = "stop" if column.strict else "information"
        rule = {"validate": "list", "source": source, "error_type": kind}
        sheet.data_validation(FIRST, place, last, place, rule)
    lists.protect()
    lists.hide()


def _guide(book: Any, wanted: Written, formats: Mapping[str, Any]) -> None:
    guide = book.add_worksheet(wanted.guide_title[:31])
    guide.set_column(0, 0, 100)
    for row, words in enumerate(wanted.guide):
        guide.write_string(row, 0, words, formats["guide"])
    guide.protect()
