"""Walks that several journeys share: filing a report, tracking it, signing in.

Fields are found by the names that are agreed on, buttons by their place: it is the same walk in
every language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.journeys.visitor import Visitor


@dataclass(frozen=True)
class Report:
    classification: str = "pengaduan"
    title: str = "Lampu jalan padam di depan pasar"
    description: str = "Lampu di depan pasar padam sejak hari Senin. Malam hari gelap sekali."
    occurred_on: str = "2026-01-05"
    location: str = "Jalan Raya Kuta, depan pasar"
    files: tuple[Path, ...] = ()
    anonymous: bool = False
    confidential: bool = False
    reporter_name: str = "Made Wirawan"
    reporter_email: str = "made@contoh.id"
    reporter_phone: str = "0812 3456 7890"


REPORT = Report()
NAMELESS = replace(REPORT, anonymous=True, reporter_name="", reporter_email="", reporter_phone="")


@dataclass(frozen=True)
class Filed:
    reference: str
    access_code: str


def answer_questions(visitor: Visitor, report: Report) -> Iterator[str]:
    """From the first question to the page of answers to check; yields at each page, before going
    on, what the page is about."""
    visitor.choose("classification", report.classification)
    yield "classification"
    visitor.go_on()
    visitor.type(title=report.title, description=report.description)
    yield "content"
    visitor.go_on()
    visitor.type(occurred_on=report.occurred_on, location=report.location)
    yield "place"
    visitor.go_on()
    visitor.field("attachments").set_input_files(list(report.files))
    yield "attachments"
    visitor.go_on()
    ticks = {"anonymous": report.anonymous, "confidential": report.confidential}
    visitor.tick(*(name for name, wanted in ticks.items() if wanted))
    visitor.type(
        reporter_name=report.reporter_name,
        reporter_email=report.reporter_email,
        reporter_phone=report.reporter_phone,
    )
    yield "identity"
    visitor.go_on()
    yield "check"


def file_report(visitor: Visitor, agency: str, report: Report) -> Filed:
    """All the way, without stopping."""
    visitor.open(f"{agency}/lapor")
    for _page in answer_questions(visitor, report):
        pass
    visitor.go_on()
    return numbers_of(visitor)


def numbers_of(visitor: Visitor) -> Filed:
    """Off the confirmation, where they are shown once."""
    return Filed(
        visitor.find("[data-reference]").inner_text(),
        visitor.find("[data-access-code]").inner_text(),
    )


def track(visitor: Visitor, agency: str, filed: Filed) -> None:
    visitor.open(f"{agency}/lacak")
    visitor.type(reference=filed.reference, access_code=filed.access_code)
    visitor.go_on()


def sign_in(visitor: Visitor, site: str, email: str, password: str) -> None:
    visitor.open(f"{site}/masuk")
    visitor.type(email=email, password=password)
    visitor.go_on()


def write_answer(visitor: Visitor, words: str) -> None:
    """On the page of a case that is open; nothing is sent."""
    visitor.unfold("jawab")
    visitor.find("form[action$='/jawab'] [name=body]").fill(words)
