"""Files that a reporter sends along with what they write about their case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.cases.models import CaseEvent
from sp4n.errors import Invalid
from sp4n.files.checking import Limits
from sp4n.files.cleaning import CleanFile
from sp4n.files.models import Attachment
from sp4n.files.operations import store_upload
from sp4n.files.refusals import FIELD
from sp4n.files.storage import Storage

MOST_OF_A_CASE: Final = 40  # as many as eight replies with all that one may have


@dataclass(frozen=True)
class Enclosed:
    """Clean already, as that takes long. `limits`: what the agency takes with one reply."""

    files: Sequence[CleanFile]
    storage: Storage
    limits: Limits


def enclose(session: Session, *, event: CaseEvent, enclosed: Enclosed | None) -> None:
    """In the case's own transaction, while it is locked: all of them, or the act is refused."""
    if enclosed is None or not enclosed.files:
        return
    already = sa.select(sa.func.count()).where(Attachment.case_id == event.case_id)
    if (session.scalar(already) or 0) + len(enclosed.files) > MOST_OF_A_CASE:
        words = _("Satu laporan dapat memuat paling banyak %(n)s berkas.", n=MOST_OF_A_CASE)
        raise Invalid(words, fields={FIELD: words})
    for file in enclosed.files:
        store_upload(
            session,
            storage=enclosed.storage,
            file=file,
            case_id=event.case_id,
            event_id=event.id,
            limits=enclosed.limits,
        )
