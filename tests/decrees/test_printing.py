"""How a decree lies on paper: nobody signs a page on which nothing is ruled, and whatever program
opens it finds its columns."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pypdfium2
import pytest
from docx import Document as Docx
from docx.shared import Cm

from sp4n.decrees.printing import PrintedDecree, PrintedMember, decree_docx, decree_pdf


def a_decree(rulings: int) -> PrintedDecree:
    return PrintedDecree(
        agency="Pemerintah Kabupaten Uji",
        signatory="Bupati Uji",
        number="188/7/2026",
        title="Tim Pengelola Pengaduan",
        considering=["bahwa pengaduan perlu ditangani"] * rulings,
        grounds=["Undang-Undang Nomor 25 Tahun 2009"],
        rulings=["Menetapkan sesuatu yang perlu ditetapkan di sini."] * rulings,
        copies=[],
        place="Uji",
        dated=date(2026, 3, 2),
        members=[PrintedMember("ketua", "Made", "Kepala", "Dinas Uji", "Memimpin.")],
    )


@pytest.mark.parametrize("rulings", range(1, 24))
def test_who_signs_does_so_below_the_last_ruling(rulings: int) -> None:
    decree = a_decree(rulings)
    pages = [
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(decree_pdf(decree))
    ]
    signed = next(page for page in pages if "Ditetapkan di Uji" in page)
    assert decree.dicta()[-1][0] in signed


def test_a_document_to_go_on_writing_in_says_how_wide_its_columns_are() -> None:
    paper = Docx(BytesIO(decree_docx(a_decree(3))))
    for table in paper.tables:
        assert sum(column.width for column in table.columns) == pytest.approx(Cm(16), abs=Cm(0.01))
    assert len({column.width for column in paper.tables[0].columns}) == 3


def test_one_in_which_nothing_is_written_yet_can_be_printed() -> None:
    empty = PrintedDecree("", "", "", "", [], [], [], [], "", None, [])
    assert decree_pdf(empty).startswith(b"%PDF")
    assert decree_docx(empty).startswith(b"PK")
