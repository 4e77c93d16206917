"""The receipt of a report, to print or keep: a PDF of one page in the fonts that every reader has.

Those know the letters of western Europe only. What else a title holds (a smiley, another script) is
left out with a mark, and the page says so; the report itself keeps it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final, cast

from flask import g
from flask_babel import gettext as _
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from sp4n.files.drawing import size_of
from sp4n.portal.filing_words import day_of, what_next
from sp4n.tenants.addresses import agency_url
from sp4n.tenants.register.palette import light
from sp4n.web.language import current_language

LEFT_OUT: Final = "[...]"
PLAIN: Final = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-"}
)
Colour = tuple[int, int, int]
INK, SOFT, WHITE, LINE = (27, 33, 38), (84, 93, 102), (255, 255, 255), (221, 214, 200)
MARK, ACCENT = (14, 79, 95), (234, 169, 44)
NEXT_LINE: Final[dict[str, Any]] = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT}
MARGIN, PETAL = 20.0, 16.0


class Receipt(FPDF):
    """A sheet of an agency: its colour on top, the system that it belongs to at the foot."""

    def __init__(self, logo: bytes) -> None:
        super().__init__(format="A4")
        self.set_margin(MARGIN)
        self.c_margin = 0.0  # words begin where boxes do
        self.set_auto_page_break(True, 30)
        self.brand = _rgb(light(g.agency.colour).brand)
        self.logo = logo

    def footer(self) -> None:
        self.set_draw_color(*LINE)
        self.line(MARGIN, self.h - 24, self.w - MARGIN, self.h - 24)
        self._mark(MARGIN, self.h - 20, 7)
        self.set_xy(MARGIN + 10, self.h - 20.5)
        words = _("Bagian dari SP4N, Sistem Pengelolaan Pengaduan Pelayanan Publik Nasional")
        _write(self, words, size=8.5, colour=SOFT, width=self.epw - 10, left=MARGIN + 10)

    def _mark(self, x: float, y: float, size: float) -> None:
        """Four voices that meet in the middle."""
        part, gap = size * 0.48, size * 0.52
        for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
            self.set_fill_color(*(ACCENT if (right, below) == (1, 0) else MARK))
            place = x + right * gap, y + below * gap
            self.drop(*place, part, to_right=not right, down=not below)

    def drop(self, x: float, y: float, size: float, *, to_right: bool, down: bool) -> None:
        """A speech drop: round, but for the corner that points to the speaker."""
        half = size / 2
        self.ellipse(x, y, size, size, "F")
        self.rect(x + to_right * half, y + down * half, half, half, "F")


def receipt_pdf(filed: dict[str, Any], access_code: str, logo: bytes = b"") -> bytes:
    """`filed` is `filing_words.marker`'s. It tells the day, never the minute, of the report."""
    pdf = Receipt(logo)
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


def _head(pdf: Receipt) -> None:
    """The band grows with the name: some ministries have four lines of it."""
    pdf.set_font("Helvetica", "B", 13)
    width = pdf.epw * 0.78
    name = pdf.multi_cell(
        width, 6, printable(g.agency.name), dry_run=True, output=MethodReturnValue.HEIGHT
    )
    height = 34.0 + cast(float, name)
    pdf.set_fill_color(*pdf.brand)
    pdf.rect(0, 0, pdf.w, height, "F")
    _petals(pdf, height)
    if pdf.logo:
        _emblem(pdf, pdf.logo)
    pdf.set_y(13)
    _write(pdf, g.agency.name, size=13, bold=True, colour=WHITE, width=width)
    pdf.ln(1.5)
    _write(pdf, _("Tanda terima laporan"), size=23, bold=True, colour=WHITE, width=pdf.epw)
    pdf.set_y(height + 8)


def _emblem(pdf: Receipt, logo: bytes) -> None:
    """On white, at the right of the band: signs are drawn for paper."""
    wide, high = size_of(g.agency.logo)
    scale = min(34 / wide, 17 / high)
    width, height = wide * scale, high * scale
    left = pdf.w - MARGIN - width
    pdf.set_fill_color(*WHITE)
    pdf.rect(left - 2.5, 11, width + 5, height + 5, "F", round_corners=True, corner_radius=3)
    pdf.image(BytesIO(logo), left, 13.5, width, height)


def _petals(pdf: Receipt, height: float) -> None:
    """Kawung, a shade darker, from the middle of the band to its right edge."""
    red, green, blue = (round(part * 0.86) for part in pdf.brand)
    pdf.set_fill_color(red, green, blue)
    # The first column is a whole one: nothing is cut but by the band's own edges.
    first = int(pdf.w * 0.6 // PETAL) + 1
    with pdf.rect_clip(x=0, y=0, w=pdf.w, h=height - 0.2):
        for column in range(first, int(pdf.w // PETAL) + 2):
            for row in range(int(height // PETAL) + 1):
                x, y = column * PETAL, row * PETAL
                pdf.ellipse(x + PETAL * 0.3, y - PETAL * 0.49, PETAL * 0.4, PETAL * 0.98, "F")
                pdf.ellipse(x - PETAL * 0.49, y + PETAL * 0.3, PETAL * 0.98, PETAL * 0.4, "F")


def _numbers(pdf: Receipt, reference: str, access_code: str) -> None:
    top, half = pdf.y, pdf.epw / 2
    pdf.set_fill_color(*_rgb(light(g.agency.colour).brand_soft))
    pdf.set_draw_color(*pdf.brand)
    pdf.set_line_width(0.5)
    pdf.rect(MARGIN, top, pdf.epw, 25, "DF", round_corners=True, corner_radius=4)
    pdf.set_dash_pattern(1.2, 1.2)
    pdf.line(MARGIN + half, top, MARGIN + half, top + 25)
    pdf.set_dash_pattern()
    pdf.set_line_width(0.2)
    for place, (label, number) in enumerate(
        ((_("Nomor laporan"), reference), (_("Kode akses"), access_code))
    ):
        left = MARGIN + 6 + place * half
        pdf.set_xy(left, top + 5)
        _write(pdf, label, size=9.5, colour=SOFT, width=half - 8, left=left)
        pdf.set_xy(left, top + 12)
        pdf.set_font("Courier", "B", 16)
        pdf.set_text_color(*INK)
        pdf.cell(half - 8, 8, number)
    pdf.set_xy(MARGIN, top + 29)
    _write(
        pdf,
        _(
            "Simpan keduanya dan jangan berikan kode akses kepada siapa pun. "
            "Kami tidak dapat menggantinya."
        ),
        size=10,
    )
    pdf.ln(6)


def _facts(pdf: Receipt, filed: dict[str, Any]) -> None:
    title, address = printable(filed["title"]), agency_url(g.agency, "/lacak")
    for label, words, link in (
        (_("Judul"), title, ""),
        (_("Diterima"), day_of(filed), ""),
        (_("Lacak di"), address, address),
    ):
        top = pdf.y
        _write(pdf, label, size=10, colour=SOFT, width=34)
        pdf.set_xy(MARGIN + 36, top)
        _write(pdf, words, size=11, left=MARGIN + 36, width=pdf.epw - 36, link=link)
        pdf.set_xy(MARGIN, pdf.y + 2.5)
    if LEFT_OUT in title and LEFT_OUT not in filed["title"]:
        note = _("%(mark)s: huruf atau gambar yang tidak dapat dicetak di sini.", mark=LEFT_OUT)
        said = note + " " + _("Laporan Anda menyimpannya utuh.")
        _write(pdf, said, size=9, colour=SOFT)


def _next(pdf: Receipt, filed: dict[str, Any]) -> None:
    pdf.ln(5)
    _write(pdf, _("Apa yang terjadi selanjutnya"), size=15, bold=True)
    pdf.ln(3)
    left = MARGIN + 12
    for number, (title, said) in enumerate(what_next(filed), 1):
        if pdf.will_page_break(30):
            pdf.add_page()
        top = pdf.y
        pdf.set_fill_color(*pdf.brand)
        pdf.drop(MARGIN, top, 7, to_right=False, down=True)
        _font(pdf, 9.5, bold=True, colour=WHITE)
        pdf.set_xy(MARGIN, top)
        pdf.cell(7, 7, str(number), align="C")
        pdf.set_xy(left, top + 0.6)
        _write(pdf, title, size=11.5, bold=True, left=left, width=pdf.epw - 12)
        _write(pdf, said, size=10.5, left=left, width=pdf.epw - 12)
        pdf.set_xy(MARGIN, pdf.y + 4)


def _write(
    pdf: FPDF,
    text: str,
    *,
    size: float,
    bold: bool = False,
    colour: Colour = INK,
    left: float = MARGIN,
    width: float = 0,
    link: str = "",
) -> None:
    """A paragraph from `left`, `width` mm wide (0: to the margin); the next one goes below it."""
    _font(pdf, size, bold=bold, colour=colour)
    pdf.set_x(left)
    pdf.multi_cell(width, size * 0.5, printable(text), align="L", link=link, **NEXT_LINE)
    pdf.set_x(left)


def _font(pdf: FPDF, size: float, *, bold: bool = False, colour: Colour = INK) -> None:
    pdf.set_font("Helvetica", "B" if bold else "", size)
    pdf.set_text_color(*colour)


def _rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
