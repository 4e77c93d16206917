"""One case on paper: what it says, where it stands, and what its reporter may read of its history.

Private notes are never on it; who reported only where an officer asked for that, which is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import g
from flask_babel import gettext as _

from sp4n.cases.models import CaseRecord
from sp4n.cases.paper import MARGIN, SOFT, Sheet, head, write
from sp4n.cases.timeline import Entry
from sp4n.cases.vault import IdentityFacts
from sp4n.web.language import current_language

Pairs = Sequence[tuple[str, str]]


def case_pdf(
    case: CaseRecord,
    *,
    facts: Pairs,
    history: Sequence[Entry],
    identity: IdentityFacts | None,
    printed_at: datetime,
    by: str,
) -> bytes:
    """`history`: oldest first."""
    pdf = Sheet(b"")
    pdf.set_title(_("Laporan %(reference)s", reference=case.reference))
    pdf.set_lang(current_language())
    pdf.set_creation_date(printed_at)
    pdf.add_page()
    head(pdf, _("Laporan %(reference)s", reference=case.reference))
    write(pdf, case.title, size=15, bold=True)
    pdf.ln(3)
    _pairs(pdf, facts)
    if identity is not None:
        _heading(pdf, _("Identitas pelapor"))
        named = ((_("Nama"), identity.name), (_("Email"), identity.email))
        _pairs(pdf, (*named, (_("Telepon"), identity.phone)))
    _heading(pdf, _("Isi laporan"))
    write(pdf, case.description, size=10.5)
    _heading(pdf, _("Riwayat laporan"))
    for one in history:
        _entry(pdf, one)
    pdf.ln(4)
    words = _("Dicetak %(name)s. Tanpa catatan internal.", name=f"{g.agency.short_name}, {by}")
    write(pdf, words, size=9, colour=SOFT)
    return bytes(pdf.output())


def _heading(pdf: Sheet, words: str) -> None:
    pdf.ln(5)
    if pdf.will_page_break(20):
        pdf.add_page()
    write(pdf, words, size=13, bold=True)
    pdf.ln(2)


def _pairs(pdf: Sheet, pairs: Pairs) -> None:
    for label, words in pairs:
        if not words:
            continue
        if pdf.will_page_break(10):
            pdf.add_page()
        top = pdf.y
        write(pdf, label, size=10, colour=SOFT, width=44)
        below = pdf.y
        pdf.set_xy(MARGIN + 46, top)
        write(pdf, words, size=10.5, left=MARGIN + 46, width=pdf.epw - 46)
        pdf.set_xy(MARGIN, max(pdf.y, below) + 1.5)


def _entry(pdf: Sheet, one: Entry) -> None:
    if pdf.will_page_break(14):
        pdf.add_page()
    write(pdf, one.title, size=10.5, bold=True)
    write(pdf, f"{one.when}, {one.by}", size=9, colour=SOFT)
    if one.body:
        pdf.ln(0.8)
        write(pdf, one.body, size=10.5)
    pdf.ln(3)
