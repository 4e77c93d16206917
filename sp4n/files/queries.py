"""Attachments of the agency in whose scope the session is."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.errors import NotFound
from sp4n.files.models import Attachment


def attachment_by_id(session: Session, attachment_id: int) -> Attachment:
    """Whether this person may see it is for the door to check, by its case or its draft."""
    found = session.scalar(sa.select(Attachment).where(Attachment.id == attachment_id))
    if found is None:
        raise NotFound()
    return found


def attachments_of_draft(session: Session, draft_key: bytes) -> Sequence[Attachment]:
    return _in_order(session, Attachment.draft_key == draft_key)


def attachments_of_case(session: Session, case_id: int) -> Sequence[Attachment]:
    """Of the report and of everything that happened since; `event_id` tells them apart."""
    return _in_order(session, Attachment.case_id == case_id)


def _in_order(session: Session, condition: sa.ColumnElement[bool]) -> Sequence[Attachment]:
    return session.scalars(sa.select(Attachment).where(condition).order_by(Attachment.id)).all()
