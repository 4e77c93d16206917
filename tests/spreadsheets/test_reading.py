"""A corpus of spreadsheets, each with what comes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sp4n.spreadsheets.headings import Heading, find_heading, plain
from sp4n.spreadsheets.limits import Limits
from sp4n.spreadsheets.reading import read_book
from sp4n.spreadsheets.refusals import Refusal, Unread
from sp4n.spreadsheets.tables import Trouble
from tests.spreadsheets.making import (
    compound,
    csv,
    ods,
    raw_xlsx,
    xls,
    xlsx,
    xml_rows,
    zipped,
)

HEAD: list[Any] = ["Kode", "Uraian", "Anggaran"]
ROWS: list[list[Any]] = [
    HEAD,
    ["1", "Penguatan kelembagaan", 1250000],
    ["1.1", "Pelatihan – café", "Rp 2 juta"],
]
VALUES = [["Kode", "Uraian", "Anggaran"], ["1", "Penguatan kelembagaan", 1250000]]
KNOWN = {"kode": "code", "no": "code", "uraian": "name", "kegiatan": "name", "anggaran": "budget"}
KNOWN |= {"target 2025": "target:2025", "target 2026": "target:2026"}
LINK = {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}
TWICE = 'table:number-columns-repeated="2"'


def many(count: int, row: str) -> str:
    return "".join(row.format(n=number) for number in range(10, count))


GOOD: dict[str, bytes] = {
    "xlsx": xlsx(ROWS),
    "ods": ods(ROWS),
    "xls": xls(ROWS),
    "csv with semicolons": csv(ROWS),
    "csv with commas": csv(ROWS, ","),
    "csv with tabs, UTF-16": csv(ROWS, "\t", "utf-16"),
    "csv of Windows": csv(ROWS, ";", "cp1252"),
    "csv that says its sign": csv(ROWS, ";", head="sep=;\r\n"),
    "csv without a mark": csv(ROWS, ",", "utf-8"),
    "macros": raw_xlsx(xml_rows(ROWS), more={"xl/vbaProject.bin": b"\xcc\x61"}),
    "external links": raw_xlsx(xml_rows(ROWS), more=LINK),
    "a million empty rows": raw_xlsx(xml_rows(ROWS) + '<row r="9999"/>' * 1_000_000),
    "cells with a look only": raw_xlsx(
        xml_rows(ROWS) + many(20_000, '<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="2"/></row>')
    ),
    "a million empty rows of ODS": ods(
        ROWS,
        tail='<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>',
    ),
    "something in the last corner": raw_xlsx(
        xml_rows(ROWS)
        + '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    ),
    "formulas that were calculated": raw_xlsx(
        xml_rows([HEAD, ["1", ROWS[1][1], "<c><f>[1]A!A1*2</f><v>1250000</v></c>"]])
    ),
    "a chart beside it": xlsx(ROWS, before={"Grafik": [["", ""]]}),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_can_be_read_is_read(name: str) -> None:
    book = read_book(GOOD[name])
    sheet = next(one for one in book.sheets if one.rows)
    lines = [[sheet.value(row, column) for column in range(3)] for row in (1, 2)]
    if "csv" in name:
        lines[1][2] = float(str(lines[1][2]))
    assert lines == VALUES
    if 3 in sheet.rows:
        assert sheet.value(3, 1) == "Pelatihan – café"
    assert bool(book.notes) == (name in ("macros", "external links"))


BAD: dict[str, tuple[bytes, Refusal]] = {
    "empty": (b"  \r\n", Refusal.EMPTY_FILE),
    "nothing in it": (xlsx([]), Refusal.NOTHING_IN_IT),
    "xlsx with a password": (compound("EncryptedPackage", b"x" * 5000), Refusal.PASSWORD),
    "xls with a password": (xls(ROWS, protected=True), Refusal.PASSWORD),
    "ods with a password": (ods(ROWS, manifest="<m><encryption-data/></m>"), Refusal.PASSWORD),
    "zip bomb": (zipped({"xl/workbook.xml": b" " * 90_000_000}), Refusal.PACKED),
    "a bomb of many parts": (zipped({f"xl/{n}.xml": b"" for n in range(2100)}), Refusal.PACKED),
    "a zip of something else": (zipped({"word/document.xml": "<w/>"}), Refusal.NOT_ONE),
    "binary Excel": (zipped({"xl/workbook.bin": b"x"}), Refusal.BINARY),
    "pdf": (b"%PDF-1.7 " + b"x" * 90, Refusal.NOT_ONE),
    "a page": (b"<html><table>", Refusal.NOT_ONE),
    "no spreadsheet at all": (b"MZ\x00\x01" * 40, Refusal.NOT_ONE),
    "cut off": (xlsx(ROWS)[:-300], Refusal.BROKEN),
    "XML that does not close": (raw_xlsx("<row r='1'>"), Refusal.BROKEN),
    "entities in ODS": (
        ods(ROWS, doctype='<!DOCTYPE x [<!ENTITY a "aaaa">]>'),
        Refusal.BROKEN,
    ),
    "an xls that is none": (compound("Catatan", b"x" * 5000), Refusal.BROKEN),
    "an xls as large as its corner": (xls(ROWS, far=True), Refusal.TOO_MUCH),
    "too many rows": (csv([HEAD] + [["1", "a", "2"]] * 10_001), Refusal.TOO_MANY_ROWS),
    "a row repeated a million times": (
        ods(
            ROWS,
            tail='<table:table-row table:number-rows-repeated="1048000"><table:table-cell>'
            "<text:p>x</text:p></table:table-cell></table:table-row>",
        ),
        Refusal.TOO_MANY_ROWS,
    ),
    "too large": (b"a;b\n" * 2_000_000, Refusal.TOO_LARGE),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_says_why(name: str) -> None:
    content, why = BAD[name]
    with pytest.raises(Unread) as refusal:
        read_book(content)
    assert refusal.value.why == why
    assert len(refusal.value.message) > 20


def test_a_reading_takes_no_longer_than_it_may() -> None:
    with pytest.raises(Unread) as refusal:
        read_book(xlsx(ROWS), Limits(seconds=0.0))
    assert refusal.value.why == Refusal.TOO_SLOW


def heading(content: bytes, least: int = 2) -> Heading | None:
    return find_heading(read_book(content), KNOWN.get, least=least)


TITLE: list[list[Any]] = [["RENCANA AKSI SP4N-LAPOR!"], ["Pemerintah Kabupaten Contoh"], []]
GROUPS: list[list[Any]] = [
    ["No", "Kegiatan", "Target", "", "Anggaran"],
    ["", "", 2025, 2026, ""],
    ["1", "Pelatihan", 10, 20, 5],
]
OVER = ["C1:D1"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (xlsx(ROWS), (1, 1, {0: "code", 1: "name", 2: "budget"})),
        (xlsx([*TITLE, *ROWS]), (4, 4, {0: "code", 1: "name", 2: "budget"})),
        (
            xlsx([["Anggaran (Rp)", None, "  URAIAN* ", "No."], [1, None, "a", "1"]]),
            (1, 1, {0: "budget", 2: "name", 3: "code"}),
        ),
        (xlsx(ROWS, before={"Sampul": [["Sampul"]], "Daftar": [["Kode"], ["1"]]}), (1, 1, 3)),
        (xlsx(ROWS, before={"Lama": ROWS}, hidden=["Lama"], title="Baru"), (1, 1, 3)),
        (
            xlsx(GROUPS, merges=OVER),
            (1, 2, {0: "code", 1: "name", 2: "target:2025", 3: "target:2026", 4: "budget"}),
        ),
        (xlsx([["a", "b"], ["c", "d"]]), None),
    ],
)
def test_the_heading_is_found_where_it_is(content: bytes, found: Any) -> None:
    one = heading(content)
    if found is None:
        assert one is None
        return
    assert one is not None
    assert (one.first, one.last) == found[:2]
    assert one.sheet.name != "Lama"
    assert (dict(one.columns) == found[2]) if isinstance(found[2], dict) else one.known == found[2]


def test_cells_are_what_they_look_like() -> None:
    rows = [[46387, 0.25, "teks", True]]
    looks = {(0, 0): "dd/mm/yyyy", (0, 1): "0%"}
    sheet = read_book(xlsx(rows, formats=looks)).sheets[0]
    assert sheet.rows[1] == {0: date(2026, 12, 31), 1: "25%", 2: "teks", 3: True}
    odd = [["<c><f>A1</f></c>", '<c t="e"><f>A</f><v>#REF!</v></c>', '<c t="b"><v>0</v></c>']]
    said = read_book(raw_xlsx(xml_rows(odd))).sheets[0].rows[1]
    assert said == {0: Trouble("formula"), 1: Trouble("error", "#REF!"), 2: False}
    day = '<table:table-cell office:value-type="date" office:date-value="2026-12-31T00:00:00"/>'
    half = '<table:table-cell office:value-type="percentage" office:value="0.5"/>'
    assert read_book(ods([[day, half, "x"]])).sheets[0].rows[1] == {
        0: date(2026, 12, 31),
        1: "50%",
        2: "x",
    }


def test_what_is_merged_is_said_in_each_row_that_says_something() -> None:
    rows = [["Sasaran", "Kegiatan"], ["Kelembagaan", "Satu"], ["", "Dua"], ["", "Tiga"]]
    sheet = read_book(xlsx(rows, merges=["A2:A4"])).sheets[0]
    assert [sheet.value(row, 0) for row in (2, 3, 4)] == ["Kelembagaan"] * 3
    spanned = (
        '<table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>K'
        "</text:p></table:table-cell>"
    )
    of_ods = read_book(ods([[spanned, "Satu"], ["<table:covered-table-cell/>", "Dua"]])).sheets[0]
    assert of_ods.value(2, 0) == "K"


def test_names_of_columns_are_compared_plainly() -> None:
    assert plain("  Penanggung-Jawab *\n(PIC) ") == "penanggung jawab"
    assert plain("Indikatör") == "indikator"
