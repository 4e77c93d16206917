"""Where the bytes are kept: one interface, and the folder of this machine behind it.

A key is made here from the agency of the scope and the hash of the content, never from a name that
somebody typed; every key that is used is held against the scope again.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from flask_babel import gettext as _

from sp4n import clock
from sp4n.errors import NotFound, Unavailable
from sp4n.tenants.scope import current_agency_id

log = logging.getLogger(__name__)

_KEY = re.compile(r"(?P<agency>[1-9][0-9]{0,18})/[0-9a-f]{2}/[0-9a-f]{64}")
# What is no upload: made by us, kept for a while, never swept with the uploads.
_EXPORT = re.compile(r"(?P<agency>[1-9][0-9]{0,18})/exports/[0-9a-f]{64}")


class StorageFailed(Unavailable):
    """Full, read-only or out of reach; nothing has been stored in part."""

    def __init__(self) -> None:
        super().__init__(_("Penyimpanan berkas sedang terganggu. Coba lagi sebentar lagi."))


@dataclass(frozen=True, slots=True)
class StoredFile:
    key: str
    size: int
    stored_at: datetime


class Storage(Protocol):
    """Every method is about the agency of the current scope; all but `list` may be repeated."""

    def put(self, key: str, content: bytes) -> None:
        """Whole and durable when it returns; raises `StorageFailed` with nothing half-stored."""

    def open(self, key: str) -> BinaryIO:
        """Raises `NotFound`."""

    def reading(self, key: str) -> BinaryIO:
        """As `open`, of what may be too large for memory; to be read once, from its beginning."""

    def writing(self, key: str) -> AbstractContextManager[BinaryIO]:
        """As `put`, of what comes bit by bit: whole at the end of the block, nothing of it where
        the block raises."""

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None: ...

    def list(self) -> Iterator[StoredFile]:
        """Uploads only."""

    def drop_unfinished(self, before: datetime) -> None:
        """Remove what a crash in the middle of `put` left."""

    def probe(self) -> None:
        """Write and remove something; raises `StorageFailed`. Needs no scope."""


def key_of(sha256: bytes) -> str:
    name = sha256.hex()
    return owned(f"{current_agency_id()}/{name[:2]}/{name}")


def new_export_key() -> str:
    return owned(f"{current_agency_id()}/exports/{secrets.token_hex(32)}")


def is_upload(key: str) -> bool:
    return _KEY.fullmatch(key) is not None


def owned(key: str) -> str:
    """The key, where it is one of the current agency; to everyone else it is not there."""
    match = _KEY.fullmatch(key) or _EXPORT.fullmatch(key)
    if match is None or int(match["agency"]) != current_agency_id():
        raise NotFound()
    return key


class FolderStorage:
    """Files of mode 0600 below one folder. A file appears by renaming: whole, or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, content: bytes) -> None:
        path = self._path(key)
        with _telling("put", key):
            _make_folder(path.parent)
            _write_whole(path, content)

    def open(self, key: str) -> BinaryIO:
        path = self._path(key)
        with _telling("open", key):
            try:
                return path.open("rb")
            except FileNotFoundError:
                raise NotFound() from None

    def reading(self, key: str) -> BinaryIO:
        return self.open(key)

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        path = self._path(key)
        with _telling("write", key):
            _make_folder(path.parent)
            with _unfinished(path) as file:
                yield file
            _sync_folder(path.parent)

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        with _telling("delete", key):
            self._path(key).unlink(missing_ok=True)

    def list(self) -> Iterator[StoredFile]:
        for path in self._agency_folder().glob("*/*"):
            key = path.relative_to(self.root).as_posix()
            with suppress(FileNotFoundError):
                if is_upload(key):
                    stat = path.stat()
                    yield StoredFile(key, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))

    def drop_unfinished(self, before: datetime) -> None:
        for path in self._agency_folder().glob("*/.*.part"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()

    def probe(self) -> None:
        with _telling("probe", str(self.root)):
            _make_folder(self.root)
            path = self.root / f".probe-{secrets.token_hex(8)}"
            _write_whole(path, b"sp4n")
            path.unlink()

    def _path(self, key: str) -> Path:
        return self.root / owned(key)

    def _agency_folder(self) -> Path:
        return self.root / str(current_agency_id())


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _sync_folder(folder.parent)


def _write_whole(path: Path, content: bytes) -> None:
    with _unfinished(path) as file:
        file.write(content)
    _sync_folder(path.parent)


@contextmanager
def _unfinished(path: Path) -> Iterator[BinaryIO]:
    """A file beside `path`, which takes its place at the end."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            yield f
            f.flush()
            os.fsync(f.fileno())
        _round_time(unfinished)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _round_time(path: Path) -> None:
    """To the hour: the minute would tell when an anonymous reporter was here."""
    hour = clock.rounded_to_hour(clock.now()).timestamp()
    os.utime(path, (hour, hour))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _telling(act: str, key: str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        log.error("storage: %s %s failed: %s", act, key, fault)
        raise StorageFailed() from fault
