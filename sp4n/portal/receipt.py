"""The receipt of a report, to print or keep: a PDF of one page, and more where the agency asked
much. Its proof code, as a QR code too, leads to whether the report is unaltered. Where a letter of
its title cannot be printed the page says so; the report itself keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final
from urllib.parse import urlencode

import segno
from flask import g
from flask_babel import gettext as _

from sp4n.cases.paper import (
    INK,
    MARGIN,
    SOFT,
    WHITE,
    Sheet,
    font,
    head,
    rgb,
    write,
)
from sp4n.portal.filing_words import day_of, what_next
from sp4n.tenants.addresses import agency_url
from sp4n.tenants.register.palette import light
from sp4n.web.language import current_language
from sp4n.web.printable import LEFT_OUT, printable

QR_SIZE: Final = 26.0


def receipt_pdf(
    filed: dict[str, Any],
    access_code: str,
    logo: bytes = b"",
    *,
    proof: str,
    extra: Sequence[tuple[str, str]] = (),
) -> bytes:
    """`filed` is `filing_words.marker`'s. It tells the day, never the minute, of the report.
    `proof`: its proof code. `extra`: the agency's own questions, with what was answered."""
    pdf = Sheet(logo)
    pdf.set_title(_("Tanda terima laporan %(reference)s", reference=filed["reference"]))
    pdf.set_lang(current_language())
    pdf.set_creation_date(datetime.combine(date.fromisoformat(filed["on"]), time(), g.agency.zone))
    pdf.add_page()
    head(pdf, _("Tanda terima laporan"))
    _numbers(pdf, filed["reference"], access_code)
    _facts(pdf, filed, proof)
    _next(pdf, filed)
    _extra(pdf, extra)
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


def _facts(pdf: Sheet, filed: dict[str, Any], proof: str) -> None:
    title, address = printable(filed["title"]), agency_url(g.agency, "/lacak")
    check = agency_url(g.agency, "/periksa")
    _fact(pdf, _("Judul"), title)
    asked, first = urlencode({"nomor": filed["reference"], "bukti": proof}), pdf.y
    _qr(pdf, f"{check}?{asked}", pdf.w - MARGIN - QR_SIZE, first)
    for label, words, link in (
        (_("Diterima"), day_of(filed), ""),
        (_("Lacak di"), address, address),
        (_("Kode bukti"), proof, ""),
        (_("Periksa di"), check, check),
    ):
        _fact(pdf, label, words, link=link, beside=QR_SIZE + 4)
    pdf.set_xy(MARGIN, max(pdf.y, first + QR_SIZE + 1))
    if LEFT_OUT in title and LEFT_OUT not in filed["title"]:
        note = _("%(mark)s: huruf atau gambar yang tidak dapat dicetak di sini.", mark=LEFT_OUT)
        said = note + " " + _("Laporan Anda menyimpannya utuh.")
        write(pdf, said, size=9, colour=SOFT)


def _next(pdf: Sheet, filed: dict[str, Any]) -> None:
    pdf.ln(3)
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


def _fact(pdf: Sheet, label: str, words: str, *, link: str = "", beside: float = 0) -> None:
    top = pdf.y
    write(pdf, label, size=10, colour=SOFT, width=28)
    pdf.set_xy(MARGIN + 30, top)
    write(pdf, words, size=11, left=MARGIN + 30, width=pdf.epw - 30 - beside, link=link)
    pdf.set_xy(MARGIN, pdf.y + 1.5)


def _qr(pdf: Sheet, address: str, left: float, top: float) -> None:
    """Drawn as squares, a run of dark ones at a time."""
    rows = list(segno.make(address, error="m").matrix)
    size = QR_SIZE / len(rows)
    pdf.set_fill_color(*INK)
    for down, row in enumerate(rows):
        start = None
        for right, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = right
            elif not dark and start is not None:
                pdf.rect(left + start * size, top + down * size, (right - start) * size, size, "F")
                start = None


def _extra(pdf: Sheet, extra: Sequence[tuple[str, str]]) -> None:
    """After all else: on a page of its own where it does not fit."""
    if not extra:
        return
    pdf.ln(3)
    if pdf.will_page_break(24):
        pdf.add_page()
    write(pdf, _("Jawaban atas pertanyaan instansi"), size=12, bold=True)
    pdf.ln(2)
    for label, said in extra:
        if pdf.will_page_break(14):
            pdf.add_page()
        write(pdf, label, size=9.5, colour=SOFT)
        write(pdf, said, size=10.5)
        pdf.ln(1.5)
