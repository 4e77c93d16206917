"""CSV for people's spreadsheets: a cell is never taken for a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final

BOM: Final = "\ufeff"  # without it a spreadsheet takes UTF-8 for something older
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
# Where a spreadsheet that parts at other marks than commas would see a cell begin.
INNER: Final = re.compile(
    r"([;|\t\r\n][\s\u200b\ufeff\"]*)(?=[=+@\-\uff1d\uff0b\uff20\uff0d\ufe66\ufe62\ufe6b\ufe63])"
)


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would compute is marked as text; full-width forms of the signs count,
    too. So is what would be, were the file read as cells parted by semicolons, as Excel does in
    Indonesian. Numbers are numbers."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    text = str(value)
    seen = unicodedata.normalize("NFKC", text.lstrip(" \u00a0\u200b\ufeff"))
    marked = INNER.sub(r"\1'", text)
    return f"'{marked}" if text.startswith(FORMULA) or seen.startswith(FORMULA) else marked


class CsvLines:
    """One line after another, as text."""

    def __init__(self) -> None:
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer)

    def line(self, cells: Iterable[Any]) -> str:
        self._writer.writerow([harmless(cell) for cell in cells])
        written = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return written


def csv_text(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    lines = CsvLines()
    yield BOM + lines.line(head)
    for row in rows:
        yield lines.line(row)
