"""The receipt of a report, to print or keep: a PDF of one page in the fonts that every reader has.

Those know the letters of western Europe only. What else a title holds (a smiley, another script) is
left out with a mark, and the page says so; the report itself keeps it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any, Final

from flask import g
from flask_babel import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from sp4n.portal.filing_words import day_of, what_next
from sp4n.tenants.addresses import agency_url
from sp4n.web.language import current_language

LEFT_OUT: Final = "[...]"
PLAIN: Final = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-"}
)
INK, SOFT = (27, 33, 38), (84, 93, 102)
NEXT_LINE: Final[dict[str, Any]] = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT}


def receipt_pdf(filed: dict[str, Any], access_code: str) -> bytes:
    """`filed` is `filing_words.marker`'s. It tells the day, never the minute, of the report."""
    pdf = FPDF(format="A4")
    pdf.set_margin(20)
    pdf.set_auto_page_break(True, 20)
    pdf.set_title(_("Tanda terima laporan %(reference)s", reference=filed["reference"]))
    pdf.set_lang(current_language())
    pdf.set_creation_date(datetime.combine(date.fromisoformat(filed["on"]), time(), g.agency.zone))
    pdf.add_page()
    _head(pdf)
    _numbers(pdf, filed["reference"], access_code)
    _facts(pdf, filed)
    _next(pdf, filed)
    return bytes(pdf.output())


def printable(text: str) -> str:
    """In letters that the fonts have; a run of others becomes one mark."""
    plain = unicodedata.normalize("NFC", text).translate(PLAIN)
    known = "".join(
        char if _has(char) else _without_accents(char)
        for char in plain
        if unicodedata.category(char) not in ("Mn", "Cf")
    )
    return re.sub(r"\0(?:\s*\0)*", LEFT_OUT, known)


def _has(char: str) -> bool:
    return char == "\n" or " " <= char <= "~" or "\xa1" <= char <= "\xff"


def _without_accents(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)[0]
    return base if _has(base) else "\0"


def _head(pdf: FPDF) -> None:
    red, green, blue = bytes.fromhex(g.agency.colour.removeprefix("#"))
    pdf.set_fill_color(red, green, blue)
    pdf.rect(0, 0, pdf.w, 6, style="F")
    pdf.set_y(18)
    _line(pdf, g.agency.name, size=12, soft=True)
    _line(pdf, _("Tanda terima laporan"), size=22, bold=True)
    pdf.ln(4)


def _numbers(pdf: FPDF, reference: str, access_code: str) -> None:
    top, width = pdf.y, pdf.epw
    pdf.set_draw_color(*SOFT)
    pdf.rect(pdf.l_margin, top, width, 26, style="D", round_corners=True, corner_radius=3)
    half = width / 2
    for place, (label, number) in enumerate(
        ((_("Nomor laporan"), reference), (_("Kode akses"), access_code))
    ):
        pdf.set_xy(pdf.l_margin + 5 + place * half, top + 4)
        _font(pdf, 10, soft=True)
        pdf.cell(half - 6, 6, printable(label))
        pdf.set_xy(pdf.l_margin + 5 + place * half, top + 12)
        pdf.set_font("Courier", "B", 15)
        pdf.set_text_color(*INK)
        pdf.cell(half - 6, 8, number)
    pdf.set_xy(pdf.l_margin, top + 30)
    _line(
        pdf,
        _(
            "Simpan keduanya dan jangan berikan kode akses kepada siapa pun. "
            "Kami tidak dapat menggantinya."
        ),
        size=10,
    )
    pdf.ln(3)


def _facts(pdf: FPDF, filed: dict[str, Any]) -> None:
    title = printable(filed["title"])
    for label, words in (
        (_("Judul"), title),
        (_("Diterima"), day_of(filed)),
        (_("Lacak di"), agency_url(g.agency, "/lacak")),
    ):
        _line(pdf, label, size=10, soft=True)
        _line(pdf, words, size=12)
        pdf.ln(2)
    if LEFT_OUT in title and LEFT_OUT not in filed["title"]:
        note = _("%(mark)s: huruf atau gambar yang tidak dapat dicetak di sini.", mark=LEFT_OUT)
        _line(pdf, note + " " + _("Laporan Anda menyimpannya utuh."), size=9, soft=True)


def _next(pdf: FPDF, filed: dict[str, Any]) -> None:
    pdf.ln(4)
    _line(pdf, _("Apa yang terjadi selanjutnya"), size=15, bold=True)
    pdf.ln(1)
    for title, said in what_next(filed):
        _line(pdf, title, size=12, bold=True)
        _line(pdf, said, size=11)
        pdf.ln(2)


def _line(pdf: FPDF, text: str, *, size: int, bold: bool = False, soft: bool = False) -> None:
    _font(pdf, size, bold=bold, soft=soft)
    pdf.multi_cell(0, size * 0.5, printable(text), align="L", **NEXT_LINE)


def _font(pdf: FPDF, size: int, *, bold: bool = False, soft: bool = False) -> None:
    pdf.set_font("Helvetica", "B" if bold else "", size)
    pdf.set_text_color(*(SOFT if soft else INK))
