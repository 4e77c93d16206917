"""Cases for tests, filed and acted on through the operations; and the people who act."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.drafts import new_form_key
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import FiledCase, FilingAnswers, file_case, verify_case
from sp4n.organisation.models import Unit
from sp4n.sealing import Sealer
from sp4n.tenants.resolver import AgencyFacts

SECRET: Final = "a secret of these tests, long enough to be one"
SEALER: Final = Sealer(SECRET)
ADMIN: Final = Actor("staff", 1, "Ni Luh Admin", "admin")
HEAD: Final = Actor("staff", 2, "I Made Pimpinan", "head")
VIEWER: Final = Actor("staff", 3, "Wayan Pengamat", "viewer")
COORDINATOR: Final = Actor("coordinator", 9, "Sri Koordinator", "coordinator")
# A Monday without a holiday near it, 14.37 in Bali.
MONDAY: Final = datetime(2026, 11, 2, 6, 37, 21, 456789, tzinfo=UTC)

_numbers = itertools.count(1)


def liaison(*unit_ids: int) -> Actor:
    return Actor("staff", 4, "Ketut Penghubung", "liaison", frozenset(unit_ids))


def answers(**over: Any) -> FilingAnswers:
    values: dict[str, Any] = {
        "classification": "pengaduan",
        "title": "Lampu jalan padam",
        "description": "Lampu di depan pasar padam sejak hari Senin.",
        "location": "Jalan Raya Kuta, depan pasar",
        "reporter_name": "Made Wirawan",
        "reporter_email": "made@contoh.id",
        "reporter_phone": "081234567890",
    }
    return FilingAnswers(**{**values, **over})


def traceless(**over: Any) -> FilingAnswers:
    nothing = {"reporter_name": "", "reporter_email": "", "reporter_phone": ""}
    return answers(anonymous=True, **nothing, **over)


def filed(
    session: Session,
    agency: AgencyFacts,
    given: FilingAnswers | None = None,
    *,
    form_key: str | None = None,
    language: str = "id",
) -> FiledCase:
    return file_case(
        session,
        sealer=SEALER,
        secret=SECRET,
        form_key=form_key or new_form_key(),
        answers=given or answers(),
        agency=agency,
        language=language,
        trial=agency.preparing,
    )


def case_of(session: Session, filing: FiledCase) -> CaseRecord:
    return session.scalars(sa.select(CaseRecord).where(CaseRecord.id == filing.case_id)).one()


def a_case(session: Session, agency: AgencyFacts, **over: Any) -> CaseRecord:
    """Filed, unverified."""
    return case_of(session, filed(session, agency, answers(**over)))


def verified(session: Session, case: CaseRecord, **over: Any) -> CaseRecord:
    values: dict[str, Any] = {
        "actor": ADMIN,
        "supervision": False,
        "category_id": None,
        "public_title": "Lampu jalan padam di depan pasar",
        "public_body": "Lampu jalan padam.",
        "publish": True,
    }
    verify_case(session, case=case, **{**values, **over})
    return case


def a_unit(session: Session, name: str = "Dinas Pekerjaan Umum", **over: Any) -> Unit:
    unit = Unit(name=f"{name} {next(_numbers)}", **over)
    session.add(unit)
    session.flush()
    return unit
