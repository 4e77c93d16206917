"""A decree on paper: in the order that a Keputusan has, as PDF and as DOCX to go on writing in.

Imported where it is printed: each brings a library along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, cast

from sp4n.calendars.dates import long_date
from sp4n.decrees.positions import PRINTED
from sp4n.decrees.wording import ORDINALS
from sp4n.web.printable import printable

if TYPE_CHECKING:
    from fpdf import FPDF

BLANK: Final = "........................"
LANGUAGE: Final = "id"  # of the print, whoever asks for it
MARGIN: Final = 25.0
LABEL: Final = 28.0  # mm, for "Menimbang" and its colon
SIGNATURE: Final = 52.0  # mm, for place, day, who signs and room to do so
WITH_SIGNATURE: Final = 2  # rows of an annex that stand on the page where it is signed
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
COLUMNS: Final = (
    ("No.", 12),
    ("Nama/jabatan dinas", 54),
    ("Kedudukan dalam tim", 38),
    ("Tugas", 56),
)


@dataclass(frozen=True, slots=True)
class PrintedMember:
    position: str
    name: str
    post: str
    unit: str
    tasks: str

    @property
    def who(self) -> str:
        return ", ".join(part for part in (self.name, self.post, self.unit) if part)


@dataclass(frozen=True, slots=True)
class PrintedDecree:
    """Lists: one entry for each letter, number or dictum."""

    agency: str
    signatory: str
    number: str
    title: str
    considering: Sequence[str]
    grounds: Sequence[str]
    rulings: Sequence[str]
    copies: Sequence[str]
    place: str
    dated: date | None
    members: Sequence[PrintedMember]

    @property
    def head(self) -> list[str]:
        return [
            f"KEPUTUSAN {(self.signatory or BLANK).upper()}",
            f"NOMOR {self.number or BLANK}",
            "TENTANG",
            self.title.upper(),
        ]

    @property
    def day(self) -> str:
        return long_date(self.dated, LANGUAGE) if self.dated else BLANK

    @property
    def ruled(self) -> str:
        return f"KEPUTUSAN {(self.signatory or BLANK).upper()} TENTANG {self.title.upper()}."

    @property
    def annex(self) -> list[str]:
        signer = (self.signatory or BLANK).upper()
        return ["LAMPIRAN", f"KEPUTUSAN {signer}", f"NOMOR {self.number or BLANK}"]

    def parts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """(label, its entries: (mark, words)) up to the end of the rulings."""
        lettered = [(f"{LETTERS[n % 26]}.", words) for n, words in enumerate(self.considering)]
        numbered = [(f"{n}.", words) for n, words in enumerate(self.grounds, 1)]
        return [("Menimbang", _ended(lettered)), ("Mengingat", _ended(numbered))]

    def dicta(self) -> list[tuple[str, str]]:
        return [
            (ORDINALS[n] if n < len(ORDINALS) else f"KE-{n + 1}", words)
            for n, words in enumerate(self.rulings)
        ]

    def rows(self) -> list[tuple[str, str, str, str]]:
        return [
            (f"{n}.", one.who, PRINTED[one.position], one.tasks)
            for n, one in enumerate(self.members, 1)
        ]


def _ended(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each with a semicolon, as such lists are written."""
    return [(mark, f"{words.rstrip(';.')};") for mark, words in entries]


def _paper(decree: PrintedDecree) -> FPDF:
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_margin(MARGIN)
    pdf.c_margin = 0.0
    pdf.set_auto_page_break(True, MARGIN)
    pdf.set_title(decree.title)
    pdf.set_lang(LANGUAGE)
    return pdf


def decree_pdf(decree: PrintedDecree) -> bytes:
    pdf = _paper(decree)
    pdf.add_page()
    _centred(pdf, printable(decree.agency.upper()), 13)
    pdf.set_line_width(0.6)
    pdf.line(MARGIN, pdf.y + 2, pdf.w - MARGIN, pdf.y + 2)
    pdf.ln(8)
    for words in decree.head:
        _centred(pdf, printable(words), 11.5)
    pdf.ln(3)
    _centred(pdf, printable(f"{(decree.signatory or BLANK).upper()},"), 11.5)
    pdf.ln(4)
    for label, entries in decree.parts():
        for place, (mark, words) in enumerate(entries):
            _entry(pdf, label if not place else "", mark, printable(words))
        pdf.ln(3)
    _centred(pdf, "MEMUTUSKAN:", 11.5)
    pdf.ln(2)
    _entry(pdf, "Menetapkan", "", printable(decree.ruled))
    pdf.ln(1)
    dicta = decree.dicta()
    for place, (ordinal, words) in enumerate(dicta, 1):
        # Nobody signs a page on which nothing is ruled.
        _entry(pdf, ordinal, "", printable(words), then=SIGNATURE if place == len(dicta) else 0.0)
        pdf.ln(1)
    _signature(pdf, decree)
    _copies(pdf, decree)
    _annex(pdf, decree)
    return bytes(pdf.output())


def _centred(pdf: FPDF, words: str, size: float) -> None:
    pdf.set_font("Helvetica", "B", size)
    pdf.multi_cell(0, size * 0.5, words, align="C", new_x="LMARGIN", new_y="NEXT")


def _entry(pdf: FPDF, label: str, mark: str, words: str, *, then: float = 0.0) -> None:
    """A label, a colon, a mark, and words that hang beside them. `then`: mm of what comes after
    them on the same page."""
    from fpdf.enums import MethodReturnValue

    pdf.set_font("Helvetica", "", 11)
    left = MARGIN + LABEL + 5 + (7 if mark else 0)
    width, height = pdf.w - MARGIN - left, 12.0
    if then:
        taken = pdf.multi_cell(
            width, 5.6, words, align="J", dry_run=True, output=MethodReturnValue.HEIGHT
        )
        height = then + cast("float", taken)
    if pdf.will_page_break(height):
        pdf.add_page()
    top = pdf.y
    if label:
        pdf.set_xy(MARGIN, top)
        pdf.cell(LABEL, 5.6, label)
        pdf.cell(4, 5.6, ":")
    if mark:
        pdf.set_xy(left - 7, top)
        pdf.cell(7, 5.6, mark)
    pdf.set_xy(left, top)
    pdf.multi_cell(width, 5.6, words, align="J", new_x="LMARGIN", new_y="NEXT")


def _signature(pdf: FPDF, decree: PrintedDecree) -> None:
    if pdf.will_page_break(SIGNATURE):
        pdf.add_page()
    pdf.ln(6)
    left = pdf.w / 2 + 8
    signer = printable(f"{(decree.signatory or BLANK).upper()},")
    for words in (
        f"Ditetapkan di {printable(decree.place) or BLANK}",
        f"pada tanggal {decree.day}",
        signer,
    ):
        pdf.set_font("Helvetica", "", 11)
        pdf.set_x(left)
        pdf.multi_cell(0, 5.6, words, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(22)
    pdf.set_x(left)
    pdf.cell(0, 5.6, BLANK, new_x="LMARGIN", new_y="NEXT")


def _copies(pdf: FPDF, decree: PrintedDecree) -> None:
    if not decree.copies:
        return
    if pdf.will_page_break(8 + 5.6 * len(decree.copies)):
        pdf.add_page()
    pdf.ln(6)
    pdf.set_font("Helvetica", "", 10)
    pdf.cell(0, 5, "Tembusan:", new_x="LMARGIN", new_y="NEXT")
    for number, words in enumerate(decree.copies, 1):
        said = f"{number}. {printable(words)}"
        pdf.multi_cell(0, 5, said, align="L", new_x="LMARGIN", new_y="NEXT")


def _annex(pdf: FPDF, decree: PrintedDecree) -> None:
    """Nobody signs a page of their own: the last of the members come along."""
    trial, rows = _paper(decree), decree.rows()
    _annex_head(trial, decree)
    _member_table(trial, rows)
    _annex_head(pdf, decree)
    if len(rows) > WITH_SIGNATURE and trial.will_page_break(SIGNATURE):
        _member_table(pdf, rows[:-WITH_SIGNATURE])
        pdf.add_page()
        rows = rows[-WITH_SIGNATURE:]
    _member_table(pdf, rows)
    _signature(pdf, decree)


def _annex_head(pdf: FPDF, decree: PrintedDecree) -> None:
    pdf.add_page()
    pdf.set_font("Helvetica", "", 10)
    for words in (*decree.annex, f"TANGGAL {decree.day.upper()}"):
        pdf.set_x(pdf.w / 2)
        pdf.multi_cell(0, 5, printable(words), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(5)
    _centred(pdf, "SUSUNAN TIM", 11.5)
    _centred(pdf, printable(decree.title.upper()), 11.5)
    pdf.ln(4)


def _member_table(pdf: FPDF, rows: Sequence[tuple[str, str, str, str]]) -> None:
    from fpdf.enums import TableCellFillMode
    from fpdf.fonts import FontFace

    pdf.set_font("Helvetica", "", 10)
    pdf.c_margin = 1.5
    pdf.set_line_width(0.2)
    with pdf.table(
        col_widths=tuple(width for _name, width in COLUMNS),
        text_align=("CENTER", "LEFT", "LEFT", "LEFT"),
        headings_style=FontFace(emphasis="BOLD"),
        cell_fill_mode=TableCellFillMode.NONE,
        line_height=5,
        padding=1,
    ) as table:
        for cells in (tuple(name for name, _width in COLUMNS), *rows):
            row = table.row()
            for words in cells:
                row.cell(printable(words))
    pdf.c_margin = 0.0


def decree_docx(decree: PrintedDecree) -> bytes:
    """To go on writing in; the signed one is a PDF."""
    from docx import Document as Docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    paper: Any = Docx()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.5)
    paper.styles["Normal"].font.name, paper.styles["Normal"].font.size = "Arial", Pt(11)
    paper.styles["Normal"].paragraph_format.space_after = Pt(3)
    paper.core_properties.title, paper.core_properties.author = decree.title, decree.agency
    paper.core_properties.language = LANGUAGE

    def centred(words: str, before: int = 0, after: int = 3) -> None:
        line = paper.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_before = Pt(before)
        line.paragraph_format.space_after = Pt(after)
        line.paragraph_format.keep_with_next = True
        line.add_run(words).bold = True

    signer = f"{(decree.signatory or BLANK).upper()},"
    centred(decree.agency.upper(), after=18)
    for words in decree.head:
        centred(words)
    centred(signer, before=9, after=12)
    for label, entries in decree.parts():
        marked = [(label if not n else "", f"{m}\t{w}") for n, (m, w) in enumerate(entries)]
        _hanging(paper, marked)
    centred("MEMUTUSKAN:", before=12, after=9)
    _hanging(paper, [("Menetapkan", decree.ruled), *decree.dicta()])
    ends = [f"Ditetapkan di {decree.place or BLANK}", f"pada tanggal {decree.day}", signer]
    _at_right(paper, [*ends, "", "", BLANK])
    if decree.copies:
        paper.add_paragraph("Tembusan:")
        for number, words in enumerate(decree.copies, 1):
            paper.add_paragraph(f"{number}. {words}")
    paper.add_page_break()
    _at_right(paper, [*decree.annex, f"TANGGAL {decree.day.upper()}"])
    centred("SUSUNAN TIM", before=18)
    centred(decree.title.upper(), after=12)
    _members(paper, decree)
    _at_right(paper, [*ends, "", "", BLANK])
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def _hanging(paper: Any, entries: Sequence[tuple[str, str]]) -> None:
    """A table without lines: label, colon, words; a mark hangs before its words."""
    from docx.shared import Cm

    table = paper.add_table(rows=0, cols=3)
    _widths(table, (3.2, 0.5, 12.3))
    for label, words in entries:
        cells = table.add_row().cells
        cells[0].text, cells[1].text, cells[2].text = label, ":" if label else "", words
        if "\t" in words:
            shape = cells[2].paragraphs[0].paragraph_format
            shape.left_indent, shape.first_line_indent = Cm(0.8), Cm(-0.8)
            shape.tab_stops.add_tab_stop(Cm(0.8))
    # The last of them stands on one page with what comes after: who signs, say.
    for cell in table.rows[-1].cells if entries else ():
        cell.paragraphs[0].paragraph_format.keep_with_next = True


def _at_right(paper: Any, some: Sequence[str]) -> None:
    from docx.shared import Cm, Pt

    for place, words in enumerate(some, 1):
        shape = paper.add_paragraph(words).paragraph_format
        shape.space_before = Pt(18 if place == 1 else 0)
        shape.left_indent, shape.keep_with_next = Cm(8.5), place < len(some)


def _members(paper: Any, decree: PrintedDecree) -> None:
    table = paper.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    _widths(table, [width / 10 for _name, width in COLUMNS])
    for cells in (tuple(name for name, _width in COLUMNS), *decree.rows()):
        row = table.rows[0] if cells[0] == COLUMNS[0][0] else table.add_row()
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    # Nobody signs a page of their own: the last of the members come along.
    for cell in (cell for row in table.rows[-WITH_SIGNATURE:] for cell in row.cells):
        cell.paragraphs[0].paragraph_format.keep_with_next = True


def _widths(table: Any, widths: Sequence[float]) -> None:
    """In centimetres. Rows that are added later have them, too, and every program heeds them."""
    from docx.shared import Cm

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
