"""Sheets of an agency that are printed or kept: a PDF in the fonts that every reader has.

Those know the letters of western Europe only. What else a title holds (a smiley, another script) is
left out with a mark.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final, cast

from flask import g
from flask_babel import gettext as _
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from sp4n.files.drawing import size_of
from sp4n.tenants.register.palette import light
from sp4n.web.printable import printable

Colour = tuple[int, int, int]
INK, SOFT, WHITE, LINE = (27, 33, 38), (84, 93, 102), (255, 255, 255), (221, 214, 200)
MARK, ACCENT = (14, 79, 95), (234, 169, 44)
NEXT_LINE: Final[dict[str, Any]] = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT}
MARGIN, PETAL = 20.0, 16.0


class Sheet(FPDF):
    """A sheet of an agency: its colour on top, the system that it belongs to at the foot."""

    def __init__(self, logo: bytes) -> None:
        super().__init__(format="A4")
        self.set_margin(MARGIN)
        self.c_margin = 0.0  # words begin where boxes do
        self.set_auto_page_break(True, 30)
        self.brand = rgb(light(g.agency.colour).brand)
        self.logo = logo

    def footer(self) -> None:
        self.set_draw_color(*LINE)
        self.line(MARGIN, self.h - 24, self.w - MARGIN, self.h - 24)
        self._mark(MARGIN, self.h - 20, 7)
        self.set_xy(MARGIN + 10, self.h - 20.5)
        words = _("Bagian dari SP4N, Sistem Pengelolaan Pengaduan Pelayanan Publik Nasional")
        write(self, words, size=8.5, colour=SOFT, width=self.epw - 10, left=MARGIN + 10)

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


def head(pdf: Sheet, title: str) -> None:
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
    write(pdf, g.agency.name, size=13, bold=True, colour=WHITE, width=width)
    pdf.ln(1.5)
    write(pdf, title, size=23, bold=True, colour=WHITE, width=pdf.epw)
    pdf.set_y(height + 8)


def _emblem(pdf: Sheet, logo: bytes) -> None:
    """On white, at the right of the band: signs are drawn for paper."""
    wide, high = size_of(g.agency.logo)
    scale = min(34 / wide, 17 / high)
    width, height = wide * scale, high * scale
    left = pdf.w - MARGIN - width
    pdf.set_fill_color(*WHITE)
    pdf.rect(left - 2.5, 11, width + 5, height + 5, "F", round_corners=True, corner_radius=3)
    pdf.image(BytesIO(logo), left, 13.5, width, height)


def _petals(pdf: Sheet, height: float) -> None:
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


def write(
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
    font(pdf, size, bold=bold, colour=colour)
    pdf.set_x(left)
    pdf.multi_cell(width, size * 0.5, printable(text), align="L", link=link, **NEXT_LINE)
    pdf.set_x(left)


def font(pdf: FPDF, size: float, *, bold: bool = False, colour: Colour = INK) -> None:
    pdf.set_font("Helvetica", "B" if bold else "", size)
    pdf.set_text_color(*colour)


def rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
