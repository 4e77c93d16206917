"""What everyone may know of an agency's documents: whether it has what it must have, and of those
that it shows, what stands on them. Names inside a file are found by nobody unless the file itself
is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.documents.models import WORDS, Document
from sp4n.documents.queries import MOST, beginnings, duties, parsed, says
from sp4n.documents.standing import HOLDING, Dated, Standing, last_day, standing
from sp4n.errors import NotFound
from sp4n.settings.models import InstrumentDuty

# As `models.WORDS`, less what the file says.
ENTRY_WORDS = WORDS.replace(" || text,", " || ''::text,")


@dataclass(frozen=True, slots=True)
class Had:
    """`standing` None: there is none. `shown`: the one that everyone may look at. `unsigned`: it
    holds, but what was signed is not in the register."""

    duty: InstrumentDuty
    standing: Standing | None
    until: date | None
    shown: Document | None
    unsigned: bool = False


def shown_documents(session: Session, *, text: str = "") -> Sequence[Document]:
    """The newest first."""
    wanted = sa.select(Document).where(Document.state == "issued", Document.publicity != "none")
    if query := beginnings(text):
        entry: sa.ColumnElement[bool] = sa.literal_column(f"({ENTRY_WORDS})").op(
            "@@", return_type=sa.Boolean()
        )(parsed(query))
        wanted = wanted.where(sa.or_(sa.and_(Document.publicity == "file", says(query)), entry))
    order = (Document.valid_from.desc(), Document.id.desc())
    return session.scalars(wanted.order_by(*order).limit(MOST)).all()


def had_by_agency(session: Session, today: date, alive: Collection[str] = ()) -> list[Had]:
    """Drafts do not count; what is kept back counts, and is not named. `alive`: kinds of which one
    holds as data, signed or not."""
    issued = sa.select(Document).where(Document.state == "issued")
    some = session.scalars(issued.order_by(Document.valid_from.desc(), Document.id.desc())).all()
    found = []
    for duty in duties(session, today):
        mine = [one for one in some if one.kind == duty.kind]
        best = best_of(mine, today)
        shown = best if isinstance(best, Document) and best.publicity != "none" else None
        now = standing(best, today) if best else None
        until = last_day(best) if best else None
        unsigned = duty.kind in alive and now not in (*HOLDING, Standing.COMING)
        found.append(Had(duty, now, until, shown, unsigned))
    return found


def best_of(some: Sequence[Dated], today: date) -> Dated | None:
    """Of one kind: the one that holds longest, else one that will, else the last one that did."""
    if not some:
        return None
    stands = [(standing(one, today), one) for one in some]
    held = [one for now, one in stands if now in HOLDING]
    coming = [one for now, one in stands if now is Standing.COMING]
    return max(held or coming or list(some), key=lambda one: last_day(one) or date.max)


def shown_file(session: Session, document_id: int) -> Document:
    found = session.scalar(
        sa.select(Document).where(
            Document.id == document_id,
            Document.state == "issued",
            Document.publicity == "file",
            Document.storage_key != "",
        )
    )
    if found is None:
        raise NotFound
    return found
