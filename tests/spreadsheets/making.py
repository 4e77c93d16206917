"""Spreadsheets of every kind that people send, made in memory."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

Rows = Sequence[Sequence[Any]]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(
    rows: Rows,
    *,
    title: str = "Rencana Aksi",
    merges: Iterable[str] = (),
    formats: Mapping[tuple[int, int], str] | None = None,
    before: Mapping[str, Rows] | None = None,
    hidden: Iterable[str] = (),
) -> bytes:
    """`merges`: ranges, of which the first cell says what; `formats`: number formats by place."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, cells in (before or {}).items():
            _fill(book.add_worksheet(name), cells)
        sheet = book.add_worksheet(title)
        _fill(sheet, rows)
        for place, code in (formats or {}).items():
            sheet.write(*place, rows[place[0]][place[1]], book.add_format({"num_format": code}))
        for area in merges:
            row, column = xlsxwriter.utility.xl_cell_to_rowcol(area.split(":")[0])
            sheet.merge_range(area, rows[row][column])
        for one in book.worksheets():
            if one.name in hidden:
                one.hide()
        shown = next(one for one in book.worksheets() if one.name not in hidden)
        shown.set_first_sheet()
        shown.activate()
    return out.getvalue()


def _fill(sheet: Any, rows: Rows) -> None:
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if value not in (None, ""):
                sheet.write(row, column, value)


def zipped(parts: Mapping[str, str | bytes], first: tuple[str, str] | None = None) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        if first:
            package.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def raw_xlsx(sheet_data: str, *, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """`sheet_data`: the rows as XML, for what no writer makes."""
    book = f'<sheets><sheet name="Rencana" sheetId="1" xmlns:r="{R}" r:id="rId1"/></sheets>'
    rel = '<Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}">{book}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}">{rel}</Relationships>',
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{MAIN}"><sheetData>{sheet_data}</sheetData></worksheet>'
        ),
    }
    return zipped({**parts, **(more or {})})


def xml_rows(rows: Rows, start: int = 1) -> str:
    """Cells as inline text, numbers as numbers; a value that is XML already stays."""
    lines = []
    for number, cells in enumerate(rows, start):
        said = "".join(_xml_cell(number, column, value) for column, value in enumerate(cells))
        lines.append(f'<row r="{number}">{said}</row>')
    return "".join(lines)


def _xml_cell(row: int, column: int, value: Any) -> str:
    place = f"{chr(ord('A') + column)}{row}"
    if value in (None, ""):
        return ""
    if isinstance(value, str) and value.startswith("<c"):
        return value.replace("<c", f'<c r="{place}"', 1)
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


ODS_HEAD = (
    '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x">'
    "<office:body><office:spreadsheet>"
)
ODS_FOOT = "</office:spreadsheet></office:body></office:document-content>"


def ods(rows: Rows, *, tail: str = "", manifest: str = "<manifest/>", doctype: str = "") -> bytes:
    said = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows
    )
    table = f'<table:table table:name="Rencana">{said}{tail}</table:table>'
    parts = {
        "content.xml": doctype + ODS_HEAD + table + ODS_FOOT,
        "META-INF/manifest.xml": manifest,
    }
    mark = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return zipped(parts, first=mark)


def _ods_cell(value: Any) -> str:
    if value in (None, ""):
        return "<table:table-cell/>"
    if isinstance(value, str) and value.startswith("<table:"):
        return value
    if isinstance(value, (int, float)):
        about = f'office:value-type="float" office:value={quoteattr(str(value))}'
    else:
        about = 'office:value-type="string"'
    return f"<table:table-cell {about}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def csv(rows: Rows, sign: str = ";", encoding: str = "utf-8-sig", head: str = "") -> bytes:
    lines = [sign.join(_quoted(str(v if v is not None else ""), sign) for v in one) for one in rows]
    return (head + "\r\n".join(lines)).encode(encoding)


def _quoted(text: str, sign: str) -> str:
    return '"' + text.replace('"', '""') + '"' if sign in text or '"' in text else text


# -- XLS: a stream of records in a compound file -----------------------------------------------

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls(rows: Rows, *, protected: bool = False, far: bool = False) -> bytes:
    """`protected`: with a password; `far`: with a cell in the last corner."""
    sheet = _biff_sheet(rows, far)
    name = b"Rencana"
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    lock = _record(0x002F, bytes(54)) if protected else b""
    size = len(begin) + len(lock) + 4 + 8 + len(name) + 4
    about = struct.pack("<IBBBB", size, 0, 0, len(name), 0) + name
    stream = begin + lock + _record(0x0085, about) + _record(0x000A) + sheet
    return compound("Workbook", stream)


def _biff_sheet(rows: Rows, far: bool) -> bytes:
    said = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))]
    cells = [
        (r, c, v) for r, row in enumerate(rows) for c, v in enumerate(row) if v not in (None, "")
    ]
    if far:
        cells.append((65535, 255, "jauh"))
    said.append(_record(0x0200, struct.pack("<IIHHH", 0, 65536 if far else len(rows), 0, 256, 0)))
    for row, column, value in cells:
        if isinstance(value, (int, float)):
            said.append(_record(0x0203, struct.pack("<HHHd", row, column, 0, float(value))))
        else:
            text = str(value).encode("utf-16-le")
            about = struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1)
            said.append(_record(0x0204, about + text))
    return b"".join([*said, _record(0x000A)])


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def compound(name: str, stream: bytes) -> bytes:
    """A compound file with one stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    fats = 1
    while fats * 128 < count + 1 + fats:
        fats += 1
    chain = [*range(1, count), END, END, *([FAT] * fats)]
    chain += [FREE] * (fats * 128 - len(chain))
    table = struct.pack(f"<{len(chain)}I", *chain)
    folder = _entry("Root Entry", 5, child=1, start=END, size=0) + _entry(
        name, 2, child=FREE, start=0, size=len(stream)
    )
    difat = [count + 1 + number for number in range(fats)] + [FREE] * (109 - fats)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, count, 0, 4096, END, 0, END, 0
    )
    head += struct.pack("<109I", *difat)
    return head + stream + folder.ljust(SECTOR, b"\0") + table


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    said = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    said += struct.pack("<III", FREE, FREE, child) + bytes(36)
    return said + struct.pack("<IQ", start, size)
