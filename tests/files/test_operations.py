"""Attachments from upload to case, behind the wall; and the sweep that must never take too much."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.errors import Invalid, NotFound
from sp4n.files.checking import Limits
from sp4n.files.choice import storage_from_url
from sp4n.files.cleaning import CleanFile, clean_upload
from sp4n.files.models import Attachment
from sp4n.files.operations import (
    KEPT,
    Swept,
    giving_draft_to_case,
    remove_from_draft,
    store_upload,
    sweep_orphans,
)
from sp4n.files.queries import attachment_by_id, attachments_of_case, attachments_of_draft
from sp4n.files.storage import FolderStorage, Storage, key_of
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import Inside
from tests.files.making import picture, upload

DRAFT = b"a draft's key, hashed: 32 bytes."
LATER = KEPT + timedelta(hours=2)


def photo(shade: int = 0, name: str = "foto.jpg") -> CleanFile:
    return clean_upload(upload(picture(size=(40 + shade, 30)), name))


def keys(storage: Storage) -> set[str]:
    return {file.key for file in storage.list()}


@contextmanager
def later(by: timedelta = LATER) -> Iterator[None]:
    with clock.frozen(datetime.now(UTC) + by):
        yield


@dataclass(frozen=True)
class FiledCase:
    case_id: int
    event_id: int


def given_to_case(session: Session, agency: AgencyFacts, filed: FiledCase) -> int:
    """How many the case got from the draft."""
    values = {
        "agency_id": agency.id,
        "draft_key": DRAFT,
        "case_id": filed.case_id,
        "event_id": filed.event_id,
    }
    given = giving_draft_to_case(**{name: sa.literal(value) for name, value in values.items()})
    return session.connection().execute(given).rowcount


@pytest.fixture
def filed(agency: AgencyFacts, superuser: sa.Connection) -> FiledCase:
    """A case with one event, as bare as the tables allow: what a case is matters to `cases`."""
    rule_set = superuser.scalar(sa.text("SELECT min(id) FROM rule_set"))
    case_id = superuser.scalar(
        sa.text(
            "INSERT INTO case_record (agency_id, reference, access_code_hash, classification,"
            " title, description, anonymous, confidential, state, rule_set_id, filed_at,"
            " verify_due_at, updated_at) VALUES (:a, 'UJI', '', 'pengaduan', 'j', 'u', false,"
            " false, 'unverified', :r, now(), now(), now()) RETURNING id"
        ),
        {"a": agency.id, "r": rule_set},
    )
    event_id = superuser.scalar(
        sa.text(
            "INSERT INTO case_event (agency_id, case_id, at, kind, public, actor_kind)"
            " VALUES (:a, :c, now(), 'filed', true, 'reporter') RETURNING id"
        ),
        {"a": agency.id, "c": case_id},
    )
    assert isinstance(case_id, int)
    assert isinstance(event_id, int)
    return FiledCase(case_id, event_id)


def test_an_upload_is_stored_before_its_row_and_found_again(
    agency: AgencyFacts, inside: Inside, storage: Storage
) -> None:
    with inside(agency) as session:
        made = store_upload(
            session, storage=storage, file=photo(name="Jalan 🚧.jpg"), draft_key=DRAFT
        )
        attachment_id = made.id

    with inside(agency) as session:
        found = attachment_by_id(session, attachment_id)
        (same,) = attachments_of_draft(session, DRAFT)
        with storage.open(found.storage_key) as file:
            content = file.read()

        assert same is found
        assert (found.file_name, found.media_type) == ("Jalan 🚧.jpg", "image/jpeg")
        assert (found.width, found.height, found.size) == (40, 30, len(content))
        name = found.sha256.hex()
        assert found.storage_key == f"{agency.id}/{name[:2]}/{name}"
        assert content == photo().content
        assert (found.created_at.minute, found.created_at.second) == (0, 0)


def test_the_same_photo_sent_twice_is_one_attachment(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage
) -> None:
    with inside(agency) as session:
        first = store_upload(session, storage=folder, file=photo(), draft_key=DRAFT)
        again = store_upload(session, storage=folder, file=photo(), draft_key=DRAFT)
        elsewhere = store_upload(session, storage=folder, file=photo(), draft_key=b"other")

        assert first is again
        assert elsewhere.id != first.id
        assert elsewhere.storage_key == first.storage_key


def test_a_draft_takes_five_attachments_and_says_which_one_is_too_many(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage
) -> None:
    with inside(agency) as session:
        for number in range(5):
            store_upload(session, storage=folder, file=photo(number), draft_key=DRAFT)
        with pytest.raises(Invalid, match=r"Paling banyak 5 lampiran. “keenam.jpg”"):
            store_upload(session, storage=folder, file=photo(5, "keenam.jpg"), draft_key=DRAFT)

        store_upload(session, storage=folder, file=photo(4), draft_key=DRAFT)
        assert len(attachments_of_draft(session, DRAFT)) == 5


def test_an_attachment_belongs_to_a_draft_or_to_a_case(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage
) -> None:
    with inside(agency) as session:
        for place in ({}, {"draft_key": DRAFT, "case_id": 1}):
            with pytest.raises(ValueError, match="a draft's or a case's"):
                store_upload(session, storage=folder, file=photo(), **place)  # type: ignore[arg-type]


def test_filing_gives_the_drafts_attachments_to_the_case(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage, filed: FiledCase
) -> None:
    with inside(agency) as session:
        store_upload(session, storage=folder, file=photo(1), draft_key=DRAFT)
        store_upload(session, storage=folder, file=photo(2), draft_key=DRAFT)
        store_upload(session, storage=folder, file=photo(3), draft_key=b"another draft")

    with inside(agency) as session:
        moved, again = (given_to_case(session, agency, filed) for _ in range(2))

    with inside(agency) as session:
        of_case = attachments_of_case(session, filed.case_id)
        assert (moved, again) == (2, 0)
        assert [item.width for item in of_case] == [41, 42]
        assert {(item.draft_key, item.event_id) for item in of_case} == {(None, filed.event_id)}
        assert len(attachments_of_draft(session, b"another draft")) == 1


def test_each_reply_may_bring_its_own_attachments(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage, filed: FiledCase
) -> None:
    limits = Limits(count=1)
    with inside(agency) as session:
        store = partial(store_upload, session, storage=folder, case_id=filed.case_id, limits=limits)
        store(file=photo(1), event_id=filed.event_id)
        store(file=photo(2))
        with pytest.raises(Invalid, match="Paling banyak 1 lampiran"):
            store(file=photo(3), event_id=filed.event_id)

        assert len(attachments_of_case(session, filed.case_id)) == 2


def test_one_attachment_is_taken_out_of_a_draft_and_never_out_of_a_case(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage, filed: FiledCase
) -> None:
    with inside(agency) as session:
        first = store_upload(session, storage=folder, file=photo(1), draft_key=DRAFT).id
        second = store_upload(session, storage=folder, file=photo(2), draft_key=DRAFT).id
        assert not remove_from_draft(session, draft_key=b"not mine", attachment_id=first)
        assert remove_from_draft(session, draft_key=DRAFT, attachment_id=first)
        assert not remove_from_draft(session, draft_key=DRAFT, attachment_id=first)
        given_to_case(session, agency, filed)
        assert not remove_from_draft(session, draft_key=DRAFT, attachment_id=second)

    with inside(agency) as session:
        assert [item.id for item in attachments_of_case(session, filed.case_id)] == [second]


def test_another_agencys_attachment_is_not_there(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside, storage: Storage
) -> None:
    with inside(agency) as session:
        mine = store_upload(session, storage=storage, file=photo(), draft_key=DRAFT)
        attachment_id, key = mine.id, mine.storage_key

    with inside(other_agency) as session:
        with pytest.raises(NotFound):
            attachment_by_id(session, attachment_id)
        with pytest.raises(NotFound):
            storage.open(key)
        assert attachments_of_draft(session, DRAFT) == []
        assert not remove_from_draft(session, draft_key=DRAFT, attachment_id=attachment_id)
        assert given_to_case(session, other_agency, FiledCase(1, 1)) == 0
        theirs = store_upload(session, storage=storage, file=photo(), draft_key=DRAFT)
        assert theirs.storage_key != key

    with later(), inside(other_agency) as session:
        sweep_orphans(session, storage=storage)

    with inside(agency) as session:
        assert storage.exists(attachment_by_id(session, attachment_id).storage_key)


def test_a_storage_that_fails_is_told_at_the_field_and_leaves_no_row(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage
) -> None:
    gone = storage_from_url("s3+http://kunci:rahasia@127.0.0.1:1/b", folder.root)
    with inside(agency) as session:
        with pytest.raises(Invalid) as caught:
            store_upload(session, storage=gone, file=photo(), draft_key=DRAFT)

        assert "belum dapat disimpan karena gangguan" in caught.value.fields["attachments"]
        assert attachments_of_draft(session, DRAFT) == []


def test_what_a_rollback_left_is_swept_after_a_day_and_not_before(
    agency: AgencyFacts, inside: Inside, storage: Storage
) -> None:
    with pytest.raises(RuntimeError), inside(agency) as session:
        store_upload(session, storage=storage, file=photo(), draft_key=DRAFT)
        raise RuntimeError("the request failed after the upload")

    with inside(agency) as session:
        assert sweep_orphans(session, storage=storage) == Swept(rows=0, files=0)
        assert len(keys(storage)) == 1
    with later(timedelta(hours=24)), inside(agency) as session:
        assert sweep_orphans(session, storage=storage) == Swept(rows=0, files=0)
    with later(), inside(agency) as session:
        assert sweep_orphans(session, storage=storage) == Swept(rows=0, files=1)
        assert keys(storage) == set()


def test_the_sweep_takes_forgotten_drafts_and_spares_live_ones_and_cases(
    agency: AgencyFacts, inside: Inside, storage: Storage, filed: FiledCase
) -> None:
    with inside(agency) as session:
        store_upload(session, storage=storage, file=photo(1), draft_key=b"forgotten")
        live = store_upload(session, storage=storage, file=photo(2), draft_key=b"live")
        of_case = store_upload(session, storage=storage, file=photo(3), case_id=filed.case_id)
        shared = store_upload(session, storage=storage, file=photo(3), draft_key=b"forgotten")
        assert shared.storage_key == of_case.storage_key
        kept = {live.storage_key, of_case.storage_key}

    with later(), inside(agency) as session:
        swept = sweep_orphans(session, storage=storage, live_drafts=[b"live"])

    with inside(agency) as session:
        assert swept == Swept(rows=2, files=1)
        assert keys(storage) == kept
        assert attachments_of_draft(session, b"forgotten") == []
        assert len(attachments_of_draft(session, b"live")) == 1
        assert len(attachments_of_case(session, filed.case_id)) == 1


def test_a_sweep_of_many_orphans_goes_in_portions(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sp4n.files.operations.SWEPT_AT_ONCE", 3)
    with inside(agency):
        for number in range(8):
            folder.put(key_of(bytes([number]) * 32), b"%d" % number)

    with later():
        counts = []
        for _ in range(4):
            with inside(agency) as session:
                counts.append(sweep_orphans(session, storage=folder).files)

    assert counts == [3, 3, 2, 0]


def test_the_sweep_spares_an_orphan_that_somebody_is_just_sending_again(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage
) -> None:
    """The upload has stored its file and not yet committed its row: nobody else sees the row."""
    file = photo()
    with inside(agency):
        key = key_of(file.sha256)
        folder.put(key, file.content)
    stored, swept = threading.Event(), threading.Event()

    def send_again() -> None:
        with inside(agency) as session:
            store_upload(session, storage=folder, file=file, draft_key=DRAFT)
            stored.set()
            assert swept.wait(10)

    sender = threading.Thread(target=send_again)
    sender.start()
    assert stored.wait(10)
    with later(), inside(agency) as session:
        result = sweep_orphans(session, storage=folder)
    swept.set()
    sender.join()

    with inside(agency) as session:
        assert result == Swept(rows=0, files=0)
        (attachment,) = attachments_of_draft(session, DRAFT)
        assert folder.exists(attachment.storage_key)


def test_an_upload_waits_for_a_sweep_of_the_same_content_and_then_stores_it_anew(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage
) -> None:
    file = photo()
    with inside(agency):
        key = key_of(file.sha256)
        folder.put(key, file.content)
    started = threading.Event()

    def send_again() -> None:
        with inside(agency) as session:
            started.set()
            store_upload(session, storage=folder, file=file, draft_key=DRAFT)

    sender = threading.Thread(target=send_again)
    with later():
        with inside(agency) as session:
            assert sweep_orphans(session, storage=folder) == Swept(rows=0, files=1)
            sender.start()
            assert started.wait(10)
            sender.join(0.3)
            assert sender.is_alive()
            assert not folder.exists(key)
        sender.join(10)

    with inside(agency) as session:
        assert folder.exists(key)
        assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 1


def test_the_sweep_asks_the_database_little(
    agency: AgencyFacts, inside: Inside, folder: FolderStorage
) -> None:
    asked: list[str] = []
    with inside(agency) as session:
        for number in range(6):
            store_upload(
                session, storage=folder, file=photo(number), draft_key=b"%d" % (number % 2)
            )
    with later(), inside(agency) as session:
        record(session, asked)
        sweep_orphans(session, storage=folder, live_drafts=[b"0", b"1"])

    # Drafts that are gone, and one for each table that names files.
    assert len(asked) <= 4, asked


def record(session: Session, asked: list[str]) -> None:
    connection = session.connection()

    @sa.event.listens_for(connection, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)
