"""What everyone sees of the photos of a planted agency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.orm import Session

from sp4n.audit.actors import SYSTEM
from sp4n.cases import operations
from sp4n.cases.queries import case_by_reference
from sp4n.files.covering import Box
from sp4n.files.queries import attachment_by_id

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


def a_part(session: Session, planted: Planted) -> None:
    """Of a case that the public sees nothing of."""
    case = case_by_reference(session, reference=planted.cases["tertutup"].reference, actor=SYSTEM)
    words = planted.canary("tertutup", "judul"), planted.canary("tertutup", "uraian")
    files = [planted.cases["tertutup"].attachment_id]
    part = operations.Part(*words, None, files)
    operations.split_case(session, case=case, actor=SYSTEM, parts=[part])


def a_public_photo(app: Flask, session: Session, planted: Planted) -> str:
    """Its token: of the case whose values go together in an address."""
    planted_case = planted.cases["proses"]
    case = case_by_reference(session, reference=planted_case.reference, actor=SYSTEM)
    shown = operations.show_photo(
        session,
        case=case,
        photo=attachment_by_id(session, planted_case.attachment_id),
        actor=SYSTEM,
        storage=app.extensions["sp4n.storage"],
        boxes=[Box(10, 10, 30, 30)],
        words=planted.canary("proses", "umum"),
    )
    return shown.token
