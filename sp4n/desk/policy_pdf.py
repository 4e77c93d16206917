"""The letters of decisions, in Indonesian whoever prints them: a certificate, a letter of another
reward, a reprimand. Imported where they are drawn: it brings a library along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from flask import g
from flask_babel import force_locale
from fpdf import FPDF

from sp4n.calendars.dates import long_date
from sp4n.cases.paper import INK, MARGIN, NEXT_LINE, SOFT, Colour, font, rgb, write
from sp4n.policies.periods import Period
from sp4n.policies.rules import Rule
from sp4n.policies.steps import REWARD
from sp4n.policies.words import MEASURE_LABELS, amount, condition, step_label
from sp4n.tenants.register.palette import light
from sp4n.web.printable import printable

LANGUAGE: Final = "id"
CERTIFICATE: Final = "certificate"


@dataclass(frozen=True)
class LetterFacts:
    """`person`: it is about one, else about a unit. `measured`: as the proposal has it."""

    effect: str
    step: str
    name: str
    person: bool
    period: Period
    rule: Rule
    measured: Mapping[str, Any]
    reason: str
    objection: str
    policy: str
    policy_number: int
    number: str
    day: date
    signatory: str
    signatory_title: str

    @property
    def value(self) -> str:
        return amount(self.rule.measure, self.measured["value"], LANGUAGE)

    @property
    def finding(self) -> str:
        """`Tanggapan pertama tepat waktu 96,5 %, dari 120 laporan`."""
        number = self.measured["number"]
        return f"{MEASURE_LABELS[self.rule.measure]} {self.value}, dari {number} laporan"


def letter_pdf(facts: LetterFacts) -> bytes:
    with force_locale(LANGUAGE):
        certificate = facts.step == CERTIFICATE
        pdf = FPDF(format="A4", orientation="landscape" if certificate else "portrait")
        pdf.set_margin(MARGIN)
        pdf.c_margin = 0.0
        pdf.set_auto_page_break(True, MARGIN)
        pdf.set_title(f"{step_label(facts.step)}: {printable(facts.name)}")
        pdf.set_lang(LANGUAGE)
        pdf.set_creation_date(datetime.combine(facts.day, time(), g.agency.zone))
        pdf.add_page()
        if certificate:
            _certificate(pdf, facts)
        else:
            _letter(pdf, facts)
        return bytes(pdf.output())


def _certificate(pdf: FPDF, facts: LetterFacts) -> None:
    brand = rgb(light(g.agency.colour).brand)
    pdf.set_draw_color(*brand)
    pdf.set_line_width(1.4)
    pdf.rect(10, 10, pdf.w - 20, pdf.h - 20)
    pdf.set_line_width(0.3)
    pdf.rect(13, 13, pdf.w - 26, pdf.h - 26)
    pdf.set_y(26)
    _middle(pdf, g.agency.name.upper(), 14, bold=True)
    pdf.ln(8)
    _middle(pdf, "PIAGAM PENGHARGAAN", 30, bold=True, colour=brand)
    if facts.number:
        pdf.ln(1)
        _middle(pdf, f"Nomor: {facts.number}", 11, colour=SOFT)
    pdf.ln(8)
    _middle(pdf, "diberikan kepada", 12)
    pdf.ln(4)
    _middle(pdf, facts.name, 24, bold=True)
    pdf.ln(6)
    _middle(pdf, "atas pengelolaan pengaduan pelayanan publik", 12)
    _middle(pdf, f"{facts.finding}, {facts.period.label(LANGUAGE)}.", 12)
    pdf.ln(2)
    _middle(pdf, f"Menurut {facts.policy}, versi {facts.policy_number}", 10, colour=SOFT)
    _signature(pdf, facts, left=pdf.w / 2 - 45, top=max(pdf.y + 8, pdf.h - 66), middle=True)


def _letter(pdf: FPDF, facts: LetterFacts) -> None:
    _letterhead(pdf)
    label = step_label(facts.step)
    about = label if facts.effect != REWARD else f"Penghargaan: {label}"
    for name, words in (("Nomor", facts.number or "-"), ("Hal", about)):
        top = pdf.y
        write(pdf, name, size=11, width=20)
        pdf.set_xy(MARGIN + 20, top)
        write(pdf, f": {words}", size=11, left=MARGIN + 20)
        pdf.set_x(MARGIN)
    pdf.ln(6)
    write(pdf, "Kepada Yth.", size=11)
    write(pdf, facts.name if facts.person else f"Kepala {facts.name}", size=11, bold=True)
    write(pdf, "di tempat", size=11)
    pdf.ln(6)
    for words in _paragraphs(facts, label):
        write(pdf, words, size=11)
        pdf.ln(3)
    if pdf.will_page_break(60):
        pdf.add_page()
    _signature(pdf, facts, left=pdf.w - MARGIN - 80, top=pdf.y + 6)


def _letterhead(pdf: FPDF) -> None:
    agency = g.agency
    _middle(pdf, agency.name.upper(), 15, bold=True)
    contacts = (agency.address, agency.contact_phone, agency.contact_email)
    if line := ", ".join(one for one in contacts if one):
        _middle(pdf, line, 9.5, colour=SOFT)
    pdf.ln(2)
    pdf.set_draw_color(*INK)
    pdf.set_line_width(0.8)
    pdf.line(MARGIN, pdf.y, pdf.w - MARGIN, pdf.y)
    pdf.set_line_width(0.2)
    pdf.line(MARGIN, pdf.y + 1, pdf.w - MARGIN, pdf.y + 1)
    pdf.set_y(pdf.y + 8)


def _paragraphs(facts: LetterFacts, label: str) -> list[str]:
    period = facts.period.label(LANGUAGE)
    rule = condition(facts.rule, LANGUAGE)
    found = [
        f"Menurut {facts.policy}, versi {facts.policy_number}, aturan {facts.rule.number} berlaku "
        f"bila: {rule}, dari paling sedikit {facts.rule.minimum} laporan.",
        f"Dalam {period} tercatat: {facts.finding}.",
    ]
    if facts.effect == REWARD:
        found.append(
            f"Untuk itu kami menyampaikan penghargaan berupa {label.lower()}, dan berterima kasih "
            "atas kerja yang baik bagi warga."
        )
    else:
        if facts.objection:
            found.append("Keberatan yang diajukan telah kami baca dan pertimbangkan.")
        found.append(
            f"Sehubungan dengan itu kami memberikan {label}. Kami minta penanganan laporan warga "
            "diperbaiki. Hasil periode berikutnya menentukan langkah selanjutnya."
        )
    if facts.reason:
        found.append(f"Pertimbangan: {facts.reason}")
    return found


def _signature(
    pdf: FPDF, facts: LetterFacts, *, left: float, top: float, middle: bool = False
) -> None:
    """Room for a hand and a stamp between the title and the name."""
    lines = (
        (long_date(facts.day, LANGUAGE), False, 0.0),
        (facts.signatory_title, False, 0.0),
        (facts.signatory, True, 20.0),
    )
    width = 90.0 if middle else 80.0
    pdf.set_xy(left, top)
    for words, bold, room in lines:
        pdf.set_xy(left, pdf.y + room)
        font(pdf, 11, bold=bold)
        align = "C" if middle else "L"
        pdf.multi_cell(width, 5.5, printable(words), align=align, **NEXT_LINE)


def _middle(pdf: FPDF, text: str, size: float, *, bold: bool = False, colour: Colour = INK) -> None:
    font(pdf, size, bold=bold, colour=colour)
    pdf.set_x(MARGIN)
    pdf.multi_cell(pdf.epw, size * 0.5, printable(text), align="C", **NEXT_LINE)
