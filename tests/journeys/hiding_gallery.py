"""What everyone reads of a case, decided at the desk; and a report that is split."""

from __future__ import annotations

from tests.journeys.gallery import LONG, Gallery, States
from tests.journeys.visitor import Visitor

PERSONAL = "Hubungi 0812-3456-7890, NIK 5171014506900003."


def hiding_pages(visitor: Visitor, gallery: Gallery) -> States:
    case = f"{gallery.site}/desk/laporan/{gallery.cases['in_progress'].reference}"
    visitor.open(f"{case}/umum")
    yield "publicity: nothing hidden"
    visitor.type(public_body=f"{LONG} {PERSONAL}")
    visitor.go_on()
    yield "publicity: personal data pointed out"
    visitor.choose("reason", "personal_data")
    visitor.go_on()
    yield "publicity: hidden"
    visitor.open(f"{case}/bagi")
    yield "split: form"
    visitor.go_on()
    yield "split: form, wrong"
