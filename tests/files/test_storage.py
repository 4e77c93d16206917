"""Both storages keep the same promises; the folder keeps them when the machine fails, too."""

from __future__ import annotations

import itertools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from sp4n import clock
from sp4n.config import ConfigurationError
from sp4n.errors import NotFound
from sp4n.files.buckets import S3Storage, bucket_from_url
from sp4n.files.choice import storage_from_url
from sp4n.files.storage import FolderStorage, Storage, StorageFailed, key_of, new_export_key
from sp4n.tenants.scope import ScopeError
from tests.files.conftest import ScopeOf

ROOT = Path(__file__).resolve().parents[2]
# Each test its own agency: the bucket is shared by all.
agency_ids = itertools.count(1_000_001)
CONTENT = b"isi berkas " * 1000


def put(storage: Storage, content: bytes) -> str:
    key = key_of(sha256(content).digest())
    storage.put(key, content)
    return key


def content_of(storage: Storage, key: str) -> bytes:
    with storage.open(key) as file:
        return file.read()


def test_what_is_put_is_there_until_it_is_deleted(storage: Storage, scope_of: ScopeOf) -> None:
    agency_id = next(agency_ids)
    with scope_of(agency_id):
        key = put(storage, CONTENT)

        assert key.startswith(f"{agency_id}/")
        assert storage.exists(key)
        assert content_of(storage, key) == CONTENT
        assert [(file.key, file.size) for file in storage.list()] == [(key, len(CONTENT))]

        storage.delete(key)
        storage.delete(key)
        assert not storage.exists(key)
        assert list(storage.list()) == []
        with pytest.raises(NotFound):
            storage.open(key)


def test_what_comes_bit_by_bit_is_there_whole_or_not_at_all(
    storage: Storage, scope_of: ScopeOf
) -> None:
    with scope_of(next(agency_ids)):
        key = new_export_key()
        with pytest.raises(ZeroDivisionError), storage.writing(key) as file:
            file.write(CONTENT)
            raise ZeroDivisionError
        assert not storage.exists(key)
        with storage.writing(key) as file:
            for _piece in range(3):
                file.write(CONTENT)
            assert not storage.exists(key)
        with storage.reading(key) as read:
            assert read.read() == CONTENT * 3
        assert list(storage.list()) == []  # no upload, and none that the sweep would look at
    with scope_of(next(agency_ids)):
        for act in (storage.reading, storage.delete, storage.exists):
            with pytest.raises(NotFound):
                act(key)
        with pytest.raises(NotFound), storage.writing(key):
            pass


def test_putting_the_same_content_again_changes_nothing(
    storage: Storage, scope_of: ScopeOf
) -> None:
    with scope_of(next(agency_ids)):
        assert put(storage, CONTENT) == put(storage, CONTENT)
        assert len(list(storage.list())) == 1


def test_the_list_says_when_a_file_was_stored(storage: Storage, scope_of: ScopeOf) -> None:
    with scope_of(next(agency_ids)):
        put(storage, CONTENT)

        (file,) = storage.list()

    assert timedelta(0) <= datetime.now(UTC) - file.stored_at < timedelta(hours=1, minutes=1)


def test_another_agencys_file_is_not_there(storage: Storage, scope_of: ScopeOf) -> None:
    mine, theirs = next(agency_ids), next(agency_ids)
    with scope_of(theirs):
        key = put(storage, CONTENT)

    with scope_of(mine):
        for act in (storage.open, storage.exists, storage.delete):
            with pytest.raises(NotFound):
                act(key)
        with pytest.raises(NotFound):
            storage.put(key, b"tertimpa")
        assert list(storage.list()) == []

    with scope_of(theirs):
        assert content_of(storage, key) == CONTENT


@pytest.mark.parametrize(
    "key",
    [
        "",
        "{id}",
        "{id}/../{other}/aa/" + "a" * 64,
        "{id}/aa/../../" + "a" * 64,
        "/{id}/aa/" + "a" * 64,
        "{id}/aa/" + "a" * 64 + "/../x",
        "{id}/aa/" + "a" * 64 + "\n",
        "{id}/aa/" + "A" * 64,
        "0{id}/aa/" + "a" * 64,
        "{id}%2faa%2f" + "a" * 64,
        "{id}\\aa\\" + "a" * 64,
        "..",
        "\x00",
    ],
)
def test_a_key_that_is_none_leads_nowhere(storage: Storage, scope_of: ScopeOf, key: str) -> None:
    agency_id = next(agency_ids)
    forged = key.format(id=agency_id, other=1)
    with scope_of(agency_id):
        with pytest.raises(NotFound):
            storage.open(forged)
        with pytest.raises(NotFound):
            storage.put(forged, b"x")


def test_without_a_scope_there_is_no_storage(storage: Storage) -> None:
    with pytest.raises(ScopeError):
        key_of(bytes(32))
    with pytest.raises(ScopeError):
        storage.exists(f"7/aa/{'a' * 64}")
    with pytest.raises(ScopeError):
        list(storage.list())


def test_a_probe_leaves_nothing_behind(storage: Storage, scope_of: ScopeOf) -> None:
    storage.probe()

    with scope_of(next(agency_ids)):
        assert list(storage.list()) == []
    if isinstance(storage, FolderStorage):
        assert list(storage.root.iterdir()) == []


def test_many_at_once_may_put_the_same_content_and_none_reads_half(
    storage: Storage, scope_of: ScopeOf
) -> None:
    agency_id = next(agency_ids)
    contents = [bytes([n]) * 300_000 for n in range(3)]

    def put_and_read(number: int) -> bool:
        with scope_of(agency_id):
            content = contents[number % 3]
            return content_of(storage, put(storage, content)) == content

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(put_and_read, range(24)))

    assert all(results)
    with scope_of(agency_id):
        assert len(list(storage.list())) == 3


def test_files_are_readable_by_the_server_alone(folder: FolderStorage, scope_of: ScopeOf) -> None:
    with scope_of(7):
        path = folder.root / put(folder, CONTENT)

    assert path.stat().st_mode & 0o777 == 0o600
    while path != folder.root.parent:
        path = path.parent
        assert path == folder.root.parent or path.stat().st_mode & 0o777 == 0o700


def test_a_files_time_tells_no_minute(folder: FolderStorage, scope_of: ScopeOf) -> None:
    with scope_of(7), clock.frozen(datetime(2026, 11, 22, 8, 47, 11, tzinfo=UTC)):
        put(folder, CONTENT)
        (file,) = folder.list()

    assert file.stored_at == datetime(2026, 11, 22, 8, tzinfo=UTC)


FILL_THE_DISK = """
import resource, sys
from hashlib import sha256
from pathlib import Path
from flask import Flask
from flask_babel import Babel
from sp4n.files.storage import FolderStorage, StorageFailed, key_of
from sp4n.tenants.scope import Scope, opened

resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
storage = FolderStorage(Path(sys.argv[1]))
app = Flask("disk")
Babel(app)
with app.app_context(), opened(Scope("tenant", 7)):
    for content in (b"kecil", b"besar" * 10_000):
        try:
            storage.put(key_of(sha256(content).digest()), content)
        except StorageFailed as fault:
            print("refused:", fault.status, fault)
"""


def test_a_full_disk_is_told_clearly_and_leaves_no_half_file(folder: FolderStorage) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(folder.root)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert (
        run.stdout == "refused: 503 Penyimpanan berkas sedang terganggu. Coba lagi sebentar lagi.\n"
    )
    assert "File too large" in run.stderr
    kept = [path for path in folder.root.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept] == [b"kecil"]


def test_a_folder_that_cannot_be_made_is_told_clearly(tmp_path: Path, scope_of: ScopeOf) -> None:
    (tmp_path / "files").write_text("in the way")
    storage = FolderStorage(tmp_path / "files")

    with scope_of(7), pytest.raises(StorageFailed):
        put(storage, CONTENT)
    with pytest.raises(StorageFailed):
        storage.probe()


def test_what_a_crash_left_is_dropped_and_whole_files_stay(
    folder: FolderStorage, scope_of: ScopeOf
) -> None:
    with scope_of(7):
        path = folder.root / put(folder, CONTENT)
        left = path.with_name(f".{path.name}.0011223344556677.part")
        left.write_bytes(b"half")
        assert len(list(folder.list())) == 1

        folder.drop_unfinished(datetime.now(UTC) - timedelta(hours=1))
        assert left.exists()
        folder.drop_unfinished(datetime.now(UTC) + timedelta(hours=1))

    assert not left.exists()
    assert path.exists()


def test_a_bucket_out_of_reach_is_told_clearly(tmp_path: Path, scope_of: ScopeOf) -> None:
    storage = storage_from_url("s3+http://kunci:rahasia@127.0.0.1:1/lampiran", tmp_path)

    with scope_of(7), pytest.raises(StorageFailed):
        put(storage, CONTENT)
    with pytest.raises(StorageFailed):
        storage.probe()


def test_a_bucket_that_is_not_there_is_a_fault_and_no_missing_file(
    bucket_server: str, tmp_path: Path, scope_of: ScopeOf
) -> None:
    storage = storage_from_url(f"s3+http://kunci:rahasia@{bucket_server}/tidakada", tmp_path)

    with scope_of(7), pytest.raises(StorageFailed):
        storage.open(key_of(bytes(32)))
    with pytest.raises(StorageFailed):
        storage.probe()


def test_a_bucket_of_many_pages_is_listed_whole(bucket_url: str, scope_of: ScopeOf) -> None:
    storage = S3Storage(bucket_from_url(bucket_url))
    with scope_of(next(agency_ids)):
        keys = {put(storage, b"%d" % number) for number in range(15)}
        storage._client.meta.events.register(
            "before-parameter-build.s3.ListObjectsV2",
            lambda params, **_: params.update(MaxKeys=4),
        )

        assert {file.key for file in storage.list()} == keys


def test_the_url_names_endpoint_bucket_prefix_and_region() -> None:
    bucket = bucket_from_url(
        "s3+https://kunci:ra%2Fhasia@s3.example.id:9000/arsip/sp4n?region=id-1"
    )

    assert bucket.endpoint == "https://s3.example.id:9000"
    assert (bucket.name, bucket.prefix, bucket.region) == ("arsip", "sp4n/", "id-1")
    assert (bucket.access_key, bucket.secret_key) == ("kunci", "ra/hasia")
    assert "hasia" not in repr(bucket)


@pytest.mark.parametrize(
    "url",
    ["s3://kunci:rahasia@host/b", "s3+http://kunci:rahasia@host", "s3+http:///b", "ftp://host/b"],
)
def test_a_url_that_is_none_is_refused_without_repeating_its_secret(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match="STORAGE_URL must look like") as caught:
        storage_from_url(url, tmp_path)

    assert "rahasia" not in str(caught.value)
