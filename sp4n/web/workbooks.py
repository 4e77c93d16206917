"""Workbooks for people's spreadsheets: a cell is text or a number, never a formula or a link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, Final

import xlsxwriter

from sp4n.web.spreadsheets import harmless

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY: Final = 2 * 1024 * 1024
PIECE: Final = 64 * 1024
LONGEST_CELL: Final = 32_767  # what the format can hold


def workbook(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """Written a row at a time; read once, from its beginning."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it is read
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, words in enumerate(head):
            sheet.write_string(0, column, words, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                sheet.write_string(number, column, str(harmless(value))[:LONGEST_CELL])
    return _pieces(file)


def _pieces(file: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
