"""Storing uploads, moving them from a draft to its case, and sweeping what nothing names.

The bytes are stored before the row is committed, so a row never points at a missing file; what a
rollback leaves behind is an orphan, and the sweep's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.db import Base
from sp4n.files.checking import DEFAULT_LIMITS, Limits, check_count
from sp4n.files.cleaning import CleanFile
from sp4n.files.models import Attachment
from sp4n.files.refusals import refused
from sp4n.files.storage import Storage, StorageFailed, StoredFile, key_of

# Longer than a draft lives, by more than the hour that stored times are rounded by.
KEPT = timedelta(hours=26)
# Each file swept holds a lock until the commit, and the server's lock table is finite.
SWEPT_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Swept:
    rows: int
    files: int


def store_upload(
    session: Session,
    *,
    storage: Storage,
    file: CleanFile,
    draft_key: bytes | None = None,
    case_id: int | None = None,
    event_id: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Attachment:
    """A file that `clean_upload` made, stored and noted: for a draft, or for an event of a case.

    The same content again in the same place is the same attachment. Raises `Invalid`. Cleaning
    takes up to a second: it is done first, before the request holds a connection.
    """
    place = _place(draft_key, case_id, event_id)
    again = session.scalar(sa.select(Attachment).where(place, Attachment.sha256 == file.sha256))
    if again is not None:
        return again
    already = session.scalar(sa.select(sa.func.count()).select_from(Attachment).where(place))
    check_count(file.file_name, already=already or 0, limits=limits)
    attachment = Attachment(
        draft_key=draft_key,
        case_id=case_id,
        event_id=event_id,
        storage_key=store_content(session, storage, file),
        file_name=file.file_name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        width=file.width,
        height=file.height,
        # To the hour: the minute would tell when an anonymous reporter was here.
        created_at=clock.rounded_to_hour(clock.now()),
    )
    session.add(attachment)
    session.flush()
    return attachment


def giving_draft_to_case(
    *,
    agency_id: sa.ColumnElement[int],
    draft_key: sa.ColumnElement[bytes],
    case_id: sa.ColumnElement[int],
    event_id: sa.ColumnElement[int],
) -> sa.Update:
    """The draft's attachments become those of a case and its event: a part of the statement that
    makes both."""
    table = cast(sa.Table, Attachment.__table__)
    mine = (table.c.agency_id == agency_id, table.c.draft_key == draft_key)
    given = sa.update(table).where(*mine, table.c.case_id.is_(None))
    return given.values(draft_key=sa.null(), case_id=case_id, event_id=event_id)


def give_to_event(session: Session, *, event_id: int, former_event_id: int) -> None:
    """What came with one event of a case comes with a later one of it."""
    came = sa.update(Attachment).where(Attachment.event_id == former_event_id)
    session.execute(came.values(event_id=event_id))


def remove_from_draft(session: Session, *, draft_key: bytes, attachment_id: int) -> bool:
    """False where the draft has no such attachment (any more)."""
    removed = session.execute(
        sa.delete(Attachment).where(
            Attachment.id == attachment_id,
            Attachment.draft_key == draft_key,
            Attachment.case_id.is_(None),
        )
    )
    return _count(removed) > 0


def sweep_orphans(
    session: Session, *, storage: Storage, live_drafts: Collection[bytes] = ()
) -> Swept:
    """Rows of drafts that are gone, then files that no row names; nothing younger than `KEPT`.

    `live_drafts`: keys of the agency's drafts that have not expired.
    """
    before = clock.now() - KEPT
    rows = session.execute(
        sa.delete(Attachment).where(
            Attachment.case_id.is_(None),
            Attachment.created_at < before,
            sa.or_(Attachment.draft_key.is_(None), Attachment.draft_key.not_in(live_drafts)),
        )
    )
    storage.drop_unfinished(before)
    old = (file for file in storage.list() if file.stored_at < before)
    return Swept(_count(rows), _sweep_files(session, storage, old))


def _place(
    draft_key: bytes | None, case_id: int | None, event_id: int | None
) -> sa.ColumnElement[bool]:
    if (draft_key is None) == (case_id is None):
        raise ValueError("an attachment is a draft's or a case's")
    return sa.and_(
        Attachment.draft_key == draft_key,
        Attachment.case_id == case_id,
        Attachment.event_id == event_id,
    )


def store_content(session: Session, storage: Storage, file: CleanFile) -> str:
    """The lock is held until the commit: what is about to be named is no orphan to the sweep."""
    key = key_of(file.sha256)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_lock_of(key))))
    try:
        storage.put(key, file.content)
    except StorageFailed:
        raise refused("not_stored", file.file_name) from None
    return key


def _sweep_files(session: Session, storage: Storage, old: Iterator[StoredFile]) -> int:
    swept = 0
    while swept < SWEPT_AT_ONCE and (some := [file.key for file in islice(old, SWEPT_AT_ONCE)]):
        orphans = set(some) - _named(session, some)
        swept += sum(_sweep_file(session, storage, key) for key in orphans)
    return swept


def _sweep_file(session: Session, storage: Storage, key: str) -> bool:
    """Looked at again under the lock that an upload of the same content would hold."""
    alone = session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_lock_of(key))))
    if not alone or _named(session, [key]):
        return False
    storage.delete(key)
    return True


def _named(session: Session, keys: list[str]) -> set[str]:
    """By any table of any room that says where its files are: none can be forgotten here."""
    columns = [
        table.c.storage_key
        for table in Base.metadata.sorted_tables
        if "storage_key" in table.c and "agency_id" in table.c
    ]
    wanted = sa.union_all(*(sa.select(column).where(column.in_(keys)) for column in columns))
    return set(session.scalars(wanted))


def _lock_of(key: str) -> sa.ColumnElement[int]:
    return sa.func.hashtextextended(f"files/{key}", 0)


def _count(result: sa.Result[Any]) -> int:
    return cast("sa.CursorResult[Any]", result).rowcount
