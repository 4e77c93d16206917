"""Signed documents of the tests, through the operations that the desk calls."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.documents import operations
from sp4n.documents.models import Document
from sp4n.documents.operations import DocumentAnswers, SignedFile
from sp4n.files.cleaning import CleanFile, clean_upload
from sp4n.files.storage import Storage
from tests.files.making import document, pdf_bytes, pdf_upload

ZONE = ZoneInfo("Asia/Makassar")


def signed_pdf(text: str = "Keputusan tentang Tim Pengelola") -> bytes:
    return pdf_bytes(document(text=text))


@cache
def cleaned(text: str) -> CleanFile:
    return clean_upload(pdf_upload(signed_pdf(text)))


def a_document(
    session: Session,
    storage: Storage,
    *,
    actor: Actor = SYSTEM,
    text: str = "Keputusan tentang Tim Pengelola",
    issue: bool = True,
    **over: Any,
) -> Document:
    """In force from a month ago for a year, unless it is said otherwise."""
    first = in_days(-30)
    values: dict[str, Any] = {
        "kind": "decree",
        "title": "Tim Pengelola Pengaduan",
        "number": "188.45/12/HK/2026",
        "dated": first,
        "signatory": "Bupati",
        "valid_from": first,
        "valid_to": first + timedelta(364),
        "publicity": "entry",
        **over,
    }
    made = operations.add_document(
        session,
        answers=DocumentAnswers(**values),
        actor=actor,
        signed=SignedFile(cleaned(text), text),
        storage=storage,
    )
    if issue:
        operations.issue_document(session, document=made, actor=actor)
    return made


def in_days(days: int) -> date:
    """From today, where agencies of the tests are."""
    return clock.today(ZONE) + timedelta(days)
