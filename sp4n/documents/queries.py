"""Documents of the agency in whose scope the session is, and what it must have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.documents.models import Document
from sp4n.errors import NotFound
from sp4n.settings.models import InstrumentDuty

MOST: Final = 500
MOST_WORDS: Final = 8
WORD: Final = re.compile(r"[^\W_]+")


def document_by_id(session: Session, document_id: int, *, locked: bool = False) -> Document:
    wanted = sa.select(Document).where(Document.id == document_id)
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def documents(session: Session, *, kind: str = "", text: str = "") -> Sequence[Document]:
    """The newest first; `text`: each word begins one of its title, its number, or of its file."""
    wanted = sa.select(Document)
    if kind:
        wanted = wanted.where(Document.kind == kind)
    if query := beginnings(text):
        wanted = wanted.where(says(query))
    order = (Document.valid_from.desc().nulls_first(), Document.id.desc())
    return session.scalars(wanted.order_by(*order).limit(MOST)).all()


def beginnings(text: str) -> str:
    """In the language of `to_tsquery`; "" where there is no word in it."""
    return " & ".join(f"{word}:*" for word in WORD.findall(text)[:MOST_WORDS])


def says(query: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = Document.words.op("@@", return_type=sa.Boolean())(parsed(query))
    return found


def parsed(query: str) -> sa.ColumnElement[Any]:
    return sa.func.to_tsquery(sa.literal_column("'indonesian'::regconfig"), query)


def replaceable(session: Session, *, kind: str, but: int | None) -> Sequence[Document]:
    """Of a kind, those that another one can take the place of."""
    wanted = sa.select(Document).where(Document.kind == kind, Document.state == "issued")
    if but is not None:
        wanted = wanted.where(Document.id != but)
    return session.scalars(wanted.order_by(Document.valid_from.desc(), Document.id.desc())).all()


def duties(session: Session, today: date) -> Sequence[InstrumentDuty]:
    """What every agency must have, or is asked to have, on a day."""
    table = InstrumentDuty
    wanted = sa.select(table).where(
        table.valid_from <= today, sa.or_(table.valid_to.is_(None), table.valid_to >= today)
    )
    return session.scalars(wanted.order_by(table.position)).all()


def successor_of(session: Session, document_id: int) -> Document | None:
    """The issued one that took its place."""
    wanted: Any = sa.select(Document).where(
        Document.replaces_id == document_id, Document.state == "issued"
    )
    found: Document | None = session.scalars(wanted.order_by(Document.id.desc()).limit(1)).first()
    return found
