"""The package that goes to the Ombudsman: what was reported, what its reporter may read of its
history, and the limits that were missed. Imported where it is drawn: it brings a library along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from fpdf import FPDF

from sp4n.calendars.dates import long_date
from sp4n.cases.escalation import MISSED_LABELS
from sp4n.cases.models import CaseRecord
from sp4n.cases.ombudsman_models import OmbudsmanHandoff
from sp4n.cases.paper import MARGIN, SOFT, write
from sp4n.cases.timeline import Entry

Pairs = Sequence[tuple[str, str]]


def package_pdf(
    case: CaseRecord,
    row: OmbudsmanHandoff,
    *,
    agency_name: str,
    facts: Pairs,
    history: Sequence[Entry],
    files: Pairs,
    zone: ZoneInfo,
    language: str,
) -> bytes:
    """`history`: oldest first, until the event that the package ends with. `files`: names of what
    is beside it, and what their content's SHA-256 is."""
    pdf = FPDF(format="A4")
    pdf.set_margin(MARGIN)
    pdf.c_margin = 0.0
    pdf.set_auto_page_break(True, MARGIN)
    title = _("Penyerahan kepada Ombudsman RI: laporan %(reference)s", reference=case.reference)
    pdf.set_title(title)
    pdf.set_lang(language)
    pdf.set_creation_date(row.prepared_at or row.asked_at)
    pdf.add_page()
    write(pdf, title, size=16, bold=True)
    pdf.ln(2)
    write(pdf, _not_a_letter(), size=9.5, colour=SOFT)
    pdf.ln(3)
    asked = _day(row.asked_at, zone, language)
    _pairs(pdf, ((_("Instansi"), agency_name), *facts, (_("Disetujui pelapor"), asked)))
    _heading(pdf, _("Batas waktu yang terlewat"))
    for words in missed_lines(row, zone, language) or [_("Tidak ada.")]:
        write(pdf, words, size=10.5)
    _heading(pdf, case.title)
    write(pdf, case.description, size=10.5)
    _heading(pdf, _("Riwayat laporan"))
    for one in history:
        write(pdf, one.title, size=10.5, bold=True)
        write(pdf, f"{one.when}, {one.by}", size=9, colour=SOFT)
        if one.body:
            write(pdf, one.body, size=10.5)
        pdf.ln(2.5)
    if files:
        _heading(pdf, _("Lampiran"))
        for name, digest in files:
            write(pdf, name, size=10.5)
            write(pdf, f"SHA-256 {digest}", size=8, colour=SOFT)
    return bytes(pdf.output())


def missed_lines(row: OmbudsmanHandoff, zone: ZoneInfo, language: str) -> list[str]:
    lines = []
    for one in row.missed:
        about = {
            "limit": MISSED_LABELS.get(one["limit"], one["limit"]),
            "due": _day(datetime.fromisoformat(one["due_at"]), zone, language),
        }
        if one["met_at"]:
            met = _day(datetime.fromisoformat(one["met_at"]), zone, language)
            words = _("Batas %(limit)s: %(due)s, dipenuhi %(met)s.", met=met, **about)
        else:
            words = _("Batas %(limit)s: %(due)s, belum dipenuhi.", **about)
        lines.append(str(words))
    return lines


def _not_a_letter() -> str:
    return _(
        "Disusun sistem dengan persetujuan pelapor. Identitas pelapor tidak disertakan: pelapor "
        "sendiri yang menyampaikannya bila Ombudsman memintanya."
    )


def _day(at: datetime, zone: ZoneInfo, language: str) -> str:
    return long_date(at.astimezone(zone).date(), language)


def _heading(pdf: FPDF, words: str) -> None:
    pdf.ln(4)
    write(pdf, words, size=13, bold=True)
    pdf.ln(1.5)


def _pairs(pdf: FPDF, pairs: Pairs) -> None:
    for label, words in pairs:
        if words:
            write(pdf, f"{label}: {words}", size=10.5)
