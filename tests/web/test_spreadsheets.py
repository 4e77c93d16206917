"""Cells that a spreadsheet would compute, wherever it sees one begin."""

from __future__ import annotations

import csv
import io

import pytest

from sp4n.web.spreadsheets import csv_text, harmless


@pytest.mark.parametrize("text", ["lampu;=1+1", "a; -1", 'a;"=1+1', "a|@x", "a\n+1", "a;\uff1d1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_cell_is_a_formula_whatever_parts_them(text: str, delimiter: str) -> None:
    written = "".join(csv_text(["judul", "isi"], [["a", text], [text, "b"]])).lstrip("\ufeff")
    for row in csv.reader(io.StringIO(written), delimiter=delimiter):
        for cell in row:
            assert not cell.lstrip(' "').startswith(("=", "+", "-", "@", "\uff1d")), row


@pytest.mark.parametrize("value", ["a; b = c", "Senin - Selasa", "a@b.id", -3, None, "x;'=1"])
def test_other_words_and_numbers_stay_as_they_are(value: object) -> None:
    assert harmless(value) == value
