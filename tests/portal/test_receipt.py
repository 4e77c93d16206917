"""The letters that a receipt can print, what becomes of the others, and that all fits its page."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from flask import Flask, g

from sp4n.portal.receipt import printable, receipt_pdf
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import make_agency

FILED = {
    "reference": "KP7-4XM-9R3T",
    "title": "Jalan rusak di depan pasar",
    "on": "2026-11-25",
    "verify_by": "2026-11-30",
    "answer_by": "2026-12-07",
    "done_by": "2026-12-18",
    "longest": 60,
    "reply_days": 10,
}
LONGEST_NAME = (
    "Kementerian Koordinator Bidang Hukum, Hak Asasi Manusia, Imigrasi, dan Pemasyarakatan "
    "dan Badan Pengelola Urusan yang Namanya Sangat Panjang"
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jalan rusak di pasar", "Jalan rusak di pasar"),
        ("“Dinas” – ‘kota’ … é ü ñ", "\"Dinas\" - 'kota' ... é ü ñ"),
        ("Jalan 😡😡 rusak", "Jalan [...] rusak"),
        ("😡 😡 😡", "[...]"),
        ("👩‍👩‍👧", "[...]"),
        ("Šibeník Ł ő", "Sibeník [...] o"),
        ("ꦗꦮ", "[...]"),
        ("北京 city", "[...] city"),
        ("satu\u202edua\u200b", "satudua"),
    ],
)
def test_every_text_becomes_one_that_the_fonts_have(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).encode("latin-1")


def test_any_character_at_all_can_be_printed() -> None:
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x20000)]))
    assert printable(every).encode("latin-1")


def printed(app: Flask, agency: AgencyFacts, **filed: Any) -> pikepdf.Pdf:
    with app.test_request_context("/", base_url=f"http://{agency.slug}.localhost/"):
        g.agency = agency
        told = {"proof": "K9M3-XT6M-HC9H", "extra": filed.pop("extra", ())}
        pdf = receipt_pdf({**FILED, **filed}, "K9M3-XT6M-HC9H-57YW", **told)
    return pikepdf.open(io.BytesIO(pdf))


def tops(pdf: pikepdf.Pdf) -> list[float]:
    """Where lines of text stand, in points from the page's foot."""
    ops = pikepdf.parse_content_stream(pdf.pages[0])
    return [float(one.operands[1]) for one in ops if str(one.operator) == "Td"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Badan Pengawas Obat dan Makanan", "Obat palsu"),
        (LONGEST_NAME, "Jalan rusak parah " * 8),
        (LONGEST_NAME, "W" * 150),
    ],
)
def test_everything_fits_on_one_page_above_its_foot(app: Flask, name: str, title: str) -> None:
    pdf = printed(app, make_agency(app, name=name), title=title)
    assert len(pdf.pages) == 1
    foot, *others = sorted(tops(pdf))
    assert foot < 85 < others[0]


def test_the_receipt_leads_to_the_page_where_its_report_is_tracked(app: Flask) -> None:
    agency = make_agency(app)
    pdf = printed(app, agency)
    track, check = (str(note.A.URI) for note in pdf.pages[0].Annots)
    assert track.endswith("/lacak")
    assert check.endswith("/periksa")
    assert agency.slug in track


def test_what_the_agency_asked_is_on_the_receipt_however_much_it_is(app: Flask) -> None:
    few = [("Nomor pelanggan", "12345")]
    assert len(printed(app, make_agency(app), extra=few).pages) == 1
    many = [(f"Pertanyaan {n}?", "Jawaban yang panjang. " * 30) for n in range(20)]
    assert len(printed(app, make_agency(app), extra=many).pages) > 2
