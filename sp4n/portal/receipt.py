"""The receipt of a report, to print or keep: a PDF of one page. Where a letter of its title cannot
be printed the page says so; the report itself keeps it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import g
from flask_babel import gettext as _

from sp4n.cases.paper import (
    INK,
    LEFT_OUT,
    MARGIN,
    SOFT,
    WHITE,
    Sheet,
    font,
    head,
    printable,
    rgb,
    write,
)
from sp4n.portal.filing_words import day_of, what_next
from sp4n.tenants.addresses import agency_url
from sp4n.tenants.register.palette import light
from sp4n.web.language import current_language


def receipt_pdf(filed: dict[str, Any], access_code: str, logo: bytes = b"") -> bytes:
    """`filed` is `filing_words.marker`'s. It tells the day, never the minute, of the report."""
    pdf = Sheet(logo)
    pdf.set_title(_("Tanda terima laporan %(reference)s", reference=filed["reference"]))
    pdf.set_lang(current_language())
    pdf.set_creation_date(datetime.combine(date.fromisoformat(filed["on"]), time(), g.agency.zone))
    pdf.add_page()
    head(pdf, _("Tanda terima laporan"))
    _numbers(pdf, filed["reference"], access_code)
    _facts(pdf, filed)
    _next(pdf, filed)
    return bytes(pdf.output())


def _numbers(pdf: Sheet, reference: str, access_code: str) -> None:
    top, half = pdf.y, pdf.epw / 2
    pdf.set_fill_color(*rgb(light(g.agency.colour).brand_soft))
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
        write(pdf, label, size=9.5, colour=SOFT, width=half - 8, left=left)
        pdf.set_xy(left, top + 12)
        pdf.set_font("Courier", "B", 16)
        pdf.set_text_color(*INK)
        pdf.cell(half - 8, 8, number)
    pdf.set_xy(MARGIN, top + 29)
    write(
        pdf,
        _(
            "Simpan keduanya dan jangan berikan kode akses kepada siapa pun. "
            "Kami tidak dapat menggantinya."
        ),
        size=10,
    )
    pdf.ln(6)


def _facts(pdf: Sheet, filed: dict[str, Any]) -> None:
    title, address = printable(filed["title"]), agency_url(g.agency, "/lacak")
    for label, words, link in (
        (_("Judul"), title, ""),
        (_("Diterima"), day_of(filed), ""),
        (_("Lacak di"), address, address),
    ):
        top = pdf.y
        write(pdf, label, size=10, colour=SOFT, width=34)
        pdf.set_xy(MARGIN + 36, top)
        write(pdf, words, size=11, left=MARGIN + 36, width=pdf.epw - 36, link=link)
        pdf.set_xy(MARGIN, pdf.y + 2.5)
    if LEFT_OUT in title and LEFT_OUT not in filed["title"]:
        note = _("%(mark)s: huruf atau gambar yang tidak dapat dicetak di sini.", mark=LEFT_OUT)
        said = note + " " + _("Laporan Anda menyimpannya utuh.")
        write(pdf, said, size=9, colour=SOFT)


def _next(pdf: Sheet, filed: dict[str, Any]) -> None:
    pdf.ln(5)
    write(pdf, _("Apa yang terjadi selanjutnya"), size=15, bold=True)
    pdf.ln(3)
    left = MARGIN + 12
    for number, (title, said) in enumerate(what_next(filed), 1):
        if pdf.will_page_break(30):
            pdf.add_page()
        top = pdf.y
        pdf.set_fill_color(*pdf.brand)
        pdf.drop(MARGIN, top, 7, to_right=False, down=True)
        font(pdf, 9.5, bold=True, colour=WHITE)
        pdf.set_xy(MARGIN, top)
        pdf.cell(7, 7, str(number), align="C")
        pdf.set_xy(left, top + 0.6)
        write(pdf, title, size=11.5, bold=True, left=left, width=pdf.epw - 12)
        write(pdf, said, size=10.5, left=left, width=pdf.epw - 12)
        pdf.set_xy(MARGIN, pdf.y + 4)
