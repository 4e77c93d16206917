"""A form that is sent twice, by a double click or after going back, makes nothing twice: what it
made before, and nobody has touched since, is found."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.documents.models import Document
from sp4n.documents.operations import DocumentAnswers
from sp4n.tenants.scope import current_agency_id

LATELY: Final = timedelta(minutes=30)


def one_at_a_time(session: Session) -> None:
    """Of two that come at once the second one waits, and sees what the first one made."""
    key = sa.func.hashtextextended(f"sent/{current_agency_id()}", 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def document_made_before(
    session: Session, *, answers: DocumentAnswers, with_file: bool
) -> Document | None:
    one_at_a_time(session)
    same = [
        getattr(Document, name).is_not_distinct_from(value)
        for name, value in asdict(answers).items()
    ]
    untouched = (Document.state == "draft", Document.version == 1)
    lately = Document.made_at > clock.now() - LATELY
    has_file = (Document.storage_key != "") == with_file
    wanted = sa.select(Document).where(*same, *untouched, lately, has_file)
    found: Document | None = session.scalars(wanted.order_by(Document.id).limit(1)).first()
    return found
