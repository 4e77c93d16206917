"""CSV, as spreadsheets save it: with ; or , or a tab; in UTF-8, UTF-16 or Windows-1252."""

from __future__ import annotations

import csv
import unicodedata
from io import StringIO
from typing import Final

from sp4n.spreadsheets.limits import Watch
from sp4n.spreadsheets.refusals import Refusal, refused
from sp4n.spreadsheets.tables import Book, Sheet, Value

DELIMITERS: Final = ";,\t"
WIDE: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
LOOKED_AT: Final = 20  # lines, for the sign that parts cells


def read_csv(content: bytes, watch: Watch) -> Book:
    text = _decoded(content)
    sheet = Sheet("CSV")
    if text[:4].lower() == "sep=":  # Excel's own way to say so, which it counts as no row
        _said, _newline, text = text.partition("\n")
    reader = csv.reader(StringIO(text), delimiter=_delimiter(text))
    try:
        for cells in reader:
            watch.tick()
            _keep(sheet, reader.line_num, cells, watch)
    except csv.Error:
        raise refused(Refusal.BROKEN) from None
    return Book([sheet])


def _keep(sheet: Sheet, line: int, cells: list[str], watch: Watch) -> None:
    found: dict[int, Value] = {
        column: cell for column, cell in enumerate(cells[: watch.limits.columns]) if cell.strip()
    }
    if found:
        watch.row()
        for cell in found.values():
            watch.cell(str(cell))
        sheet.rows[line] = found


def _decoded(content: bytes) -> str:
    wide = WIDE.get(content[:2])
    if b"\0" in content and not wide:
        raise refused(Refusal.NOT_ONE)
    try:
        text = content.decode(wide or "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _delimiter(text: str) -> str:
    """The one that parts most cells of the first lines, which a title may precede."""
    lines = text.split("\n", LOOKED_AT)[:LOOKED_AT]
    return max(DELIMITERS, key=lambda sign: max((line.count(sign) for line in lines), default=0))
