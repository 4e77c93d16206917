"""Any spreadsheet that people send, by what it is and not by what it is called."""

from __future__ import annotations

from typing import Final

from sp4n.spreadsheets.limits import DEFAULT, Limits, Watch
from sp4n.spreadsheets.ods import read_ods
from sp4n.spreadsheets.old_excel import read_xls
from sp4n.spreadsheets.refusals import Refusal, Unread, refused
from sp4n.spreadsheets.separated import read_csv
from sp4n.spreadsheets.tables import Book
from sp4n.spreadsheets.xlsx import read_xlsx
from sp4n.spreadsheets.zipped import BROKEN

ZIP: Final = b"PK\x03\x04"
COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"<!DOCTYPE", b"<html")
ODS_MARK: Final = b"mimetypeapplication/vnd.oasis.opendocument"


def read_book(content: bytes, limits: Limits = DEFAULT) -> Book:
    """Raises `Unread`, which says what to do."""
    if not content.strip():
        raise refused(Refusal.EMPTY_FILE)
    if len(content) > limits.bytes:
        raise refused(Refusal.TOO_LARGE, most=limits.bytes // 1024 // 1024)
    try:
        book = _read(content, limits, Watch(limits))
    except Unread:
        raise
    except BROKEN:
        raise refused(Refusal.BROKEN) from None
    if not any(sheet.rows for sheet in book.sheets):
        raise refused(Refusal.NOTHING_IN_IT)
    return book


def _read(content: bytes, limits: Limits, watch: Watch) -> Book:
    if content.startswith(ZIP):
        ods = ODS_MARK in content[:200]
        return read_ods(content, limits, watch) if ods else read_xlsx(content, limits, watch)
    if content.startswith(COMPOUND):
        return read_xls(content, limits, watch)
    if content.lstrip()[:9].startswith(OTHERS):
        raise refused(Refusal.NOT_ONE)
    return read_csv(content, watch)
